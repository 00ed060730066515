package dev.understudy.journal;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Member;
import java.util.Locale;

/**
 * Where an endpoint stood in the line of one request, when it came.
 *
 * @param position 1-based place in the document's list
 * @param endpoint its URL, for operators only
 */
public record Standing(int position, String endpoint, State state) {

    /** Why it stood there. */
    public enum State {
        /** Nothing speaks against it. */
        READY,
        /** It was let back by a probe just now: only requests that can be repeated go there. */
        ON_TRIAL,
        /** It failed: it is asked when nobody else is left. */
        SUSPENDED;

        /** As it is now. */
        public static State of(EndpointHealth health) {
            if (health.suspended()) {
                return SUSPENDED;
            }
            return health.onTrial() ? ON_TRIAL : READY;
        }

        /** As it is written everywhere, such as {@code on_trial}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Standing of(Member member) {
        return new Standing(member.position(), member.endpoint().toString(), State.of(member.health()));
    }
}
