package dev.understudy.admin.console;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Suspended;
import dev.understudy.journal.Standing;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list of endpoints, one below the other.
 *
 * @param kinds for which tokens, in words
 * @param type how the one that is asked first is chosen, in words
 */
record Ladder(String kinds, String type, int operations, ServedView servedBy, List<Rung> rungs) {

    /**
     * @param level names a picture and a style
     * @param detail may be empty
     * @param since when it is so; null: always, or it does not matter
     * @param serves whether the next request may be sent there first
     */
    record Rung(
            String name,
            String url,
            String level,
            String word,
            String detail,
            @Nullable When since,
            boolean serves) {

        /** Of the page of the endpoint. */
        public String href() {
            return Paths.endpoint(Endpoint.id(url));
        }
    }

    static Ladder of(EndpointList list, HealthRegistry health, Instant now) {
        EndpointGroup group = list.group();
        List<Member> members = health.members(group);
        boolean inTurn = group.type() == EndpointGroup.Type.LOAD_BALANCE && members.size() > 1;
        int first = members.stream()
                .filter(member -> member.health().available())
                .mapToInt(Member::position)
                .findFirst()
                .orElse(0);
        return new Ladder(
                String.join(" and ", list.kinds()),
                members.size() == 1 ? "one endpoint" : inTurn ? "in turn" : "failover",
                list.operations(),
                ServedView.of(ServedBy.of(group, members, now), now),
                members.stream()
                        .map(member -> rung(
                                member, group, inTurn ? member.health().available() : member.position() == first, now))
                        .toList());
    }

    private static Rung rung(Member member, EndpointGroup group, boolean serves, Instant now) {
        Standing.State state = Standing.State.of(member.health());
        String name = ServedBy.nameOf(member.position(), group);
        When since = state == Standing.State.READY ? null : When.of(ServedBy.since(member, now), now);
        String detail = member.health()
                .hold()
                .map(Ladder::order)
                .or(() -> member.health().suspension().map(Suspended::why))
                .orElse("");
        return new Rung(name, member.url(), level(state), word(state), detail, since, serves);
    }

    /** Names a picture and a style. */
    static String level(Standing.State state) {
        return switch (state) {
            case READY -> "first";
            case ON_TRIAL -> "trial";
            case SUSPENDED -> "nobody";
            case DRAINING, DOWN -> "held";
        };
    }

    static String word(Standing.State state) {
        return switch (state) {
            case READY -> "Ready";
            case ON_TRIAL -> "On trial";
            case SUSPENDED -> "Suspended";
            case DRAINING -> "Draining";
            case DOWN -> "Held down";
        };
    }

    private static String order(Hold hold) {
        return "by " + hold.by() + (hold.reason().isEmpty() ? "" : ": " + hold.reason());
    }
}
