package dev.understudy.explain;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Suspended;
import dev.understudy.journal.Standing;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint stands.
 *
 * @param position 1-based place in the document's list
 * @param endpoint its URL
 * @param state {@code ready}, {@code on_trial}, {@code suspended}, {@code draining} or {@code down}
 * @param suspendedMs for how long it has been suspended; null: it is not
 * @param leastLeftMs how long at least it stays so; null: it is not suspended
 * @param why a sentence
 */
public record Place(
        int position,
        String endpoint,
        String state,
        @Nullable Long suspendedMs,
        @Nullable Long leastLeftMs,
        String why) {

    /** As it is now. @param first whether it is asked first */
    static Place of(Member member, EndpointGroup group, boolean first, boolean repeatable) {
        Standing standing = Standing.of(member);
        boolean held = standing.state().held();
        Suspended suspended = held ? null : member.health().suspension().orElse(null);
        return new Place(
                standing.position(),
                standing.endpoint(),
                standing.state().word(),
                suspended == null ? null : suspended.elapsed().toMillis(),
                suspended == null ? null : suspended.leastLeft().toMillis(),
                suspended == null ? why(standing.state(), group, first, repeatable) : why(suspended));
    }

    /** As it was when a request came. */
    static Place of(Standing standing) {
        return new Place(
                standing.position(),
                standing.endpoint(),
                standing.state().word(),
                null,
                null,
                Sentences.of(standing.state()));
    }

    private static String why(Standing.State state, EndpointGroup group, boolean first, boolean repeatable) {
        if (state.held()) {
            return Sentences.of(state);
        }
        if (state == Standing.State.ON_TRIAL && !repeatable) {
            return "A probe let it back just now, and this request could not be sent again if it failed there:"
                    + " others are asked before it.";
        }
        String place = group.type() == EndpointGroup.Type.FAILOVER
                ? "It stands where the list has it. "
                : first ? "It is its turn. " : "It follows in the list. ";
        return place + Sentences.of(state);
    }

    private static String why(Suspended suspended) {
        return "It was suspended %s, %s ago%s: it is asked when nobody else is left."
                .formatted(
                        suspended.why(),
                        seconds(suspended.elapsed()),
                        suspended.leastLeft().isZero()
                                ? ", and the next success ends that"
                                : ", for %s more at least".formatted(seconds(suspended.leastLeft())));
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toNanos() / 1e9);
    }
}
