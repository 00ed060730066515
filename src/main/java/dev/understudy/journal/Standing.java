package dev.understudy.journal;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

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
        SUSPENDED,
        /** An operator holds it: it is not asked, and requests that are there already end. */
        DRAINING,
        /** An operator holds it: it is not asked, and not looked at. */
        DOWN;

        /** As it is now. */
        public static State of(EndpointHealth health) {
            Optional<Hold> hold = health.hold();
            if (hold.isPresent()) {
                return hold.get().kind() == Hold.Kind.DRAINING ? DRAINING : DOWN;
            }
            if (health.suspended()) {
                return SUSPENDED;
            }
            return health.onTrial() ? ON_TRIAL : READY;
        }

        /** The one that is written so; empty: there is none. */
        public static Optional<State> of(String word) {
            return Arrays.stream(values())
                    .filter(state -> state.word().equals(word))
                    .findFirst();
        }

        /** Whether it is an operator's order. */
        public boolean held() {
            return this == DRAINING || this == DOWN;
        }

        /** As it is written everywhere, such as {@code on_trial}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Standing of(Member member) {
        return new Standing(member.position(), member.url(), State.of(member.health()));
    }
}
