package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who of the endpoints of a list the next request is sent to, as far as the gateway knows.
 *
 * @param level how good that is
 * @param words such as {@code Understudy 1}
 * @param detail more of it; may be empty
 * @param since when it came to that; empty: it has always been so, or it is not known
 */
record ServedBy(Level level, String words, String detail, Optional<Instant> since) {

    /** From the best to the worst. */
    enum Level {
        FIRST,
        PARTLY,
        UNDERSTUDY,
        NOBODY;

        /** As pictures and styles have it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Comparator<ServedBy> WORST = Comparator.comparing(ServedBy::level);

    /** The worst of its lists. */
    static ServedBy of(Api api, HealthRegistry health, Instant now) {
        if (api.blocked()) {
            return new ServedBy(
                    Level.NOBODY, "Blocked", "its requests are refused, whoever sends them", Optional.empty());
        }
        Collection<EndpointList> lists = EndpointList.of(api);
        Optional<ServedBy> worst = lists.stream()
                .map(list -> of(list.group(), health.members(list.group()), now))
                .max(WORST);
        return worst.map(of -> lists.size() > 1 && of.level != Level.FIRST ? of.of(lists.size()) : of)
                .orElseGet(
                        () -> new ServedBy(Level.NOBODY, "Nobody", "no operation has an endpoint", Optional.empty()));
    }

    /** @param members of the group, as the document lists them */
    static ServedBy of(EndpointGroup group, List<Member> members, Instant now) {
        List<Member> available =
                members.stream().filter(member -> member.health().available()).toList();
        if (available.isEmpty()) {
            return nobody(members, now);
        }
        if (group.type() == EndpointGroup.Type.LOAD_BALANCE && members.size() > 1) {
            return inTurn(members, available, now);
        }
        int position = available.get(0).position();
        return position == 1
                ? new ServedBy(Level.FIRST, "First endpoint", "", Optional.empty())
                : new ServedBy(
                        Level.UNDERSTUDY,
                        nameOf(position, group),
                        position == 2 ? "the first endpoint is away" : "the " + (position - 1) + " before it are away",
                        latest(members.subList(0, position - 1), now));
    }

    /** How an endpoint of a list is called. @param position from 1 */
    static String nameOf(int position, EndpointGroup group) {
        if (group.type() == EndpointGroup.Type.LOAD_BALANCE && group.endpoints().size() > 1) {
            return "Endpoint " + position;
        }
        return position == 1 ? "First endpoint" : "Understudy " + (position - 1);
    }

    /** Since when an endpoint is as it is. */
    static Instant since(Member member, Instant now) {
        return member.health()
                .hold()
                .map(Hold::since)
                .orElseGet(() -> now.minus(member.health().vitals().unchanged()));
    }

    private ServedBy of(int lists) {
        String more = "the worst of " + lists + " lists";
        return new ServedBy(level, words, detail.isEmpty() ? more : detail + "; " + more, since);
    }

    private static ServedBy inTurn(List<Member> members, List<Member> available, Instant now) {
        if (available.size() == members.size()) {
            return new ServedBy(Level.FIRST, "All " + members.size() + " in turn", "", Optional.empty());
        }
        String away = members.stream()
                .filter(member -> !available.contains(member))
                .map(member -> "endpoint " + member.position())
                .collect(Collectors.joining(", "));
        return new ServedBy(
                Level.PARTLY,
                available.size() + " of " + members.size() + " in turn",
                away + (members.size() - available.size() == 1 ? " is away" : " are away"),
                latest(
                        members.stream()
                                .filter(member -> !available.contains(member))
                                .toList(),
                        now));
    }

    // Those that are suspended are asked all the same when nobody else is left.
    private static ServedBy nobody(List<Member> members, Instant now) {
        boolean held = members.stream().allMatch(member -> member.health().held());
        String who = members.size() == 1 ? "its endpoint is " : "all " + members.size() + " endpoints are ";
        return new ServedBy(
                Level.NOBODY,
                held ? "Nobody" : "Nobody for sure",
                who + (held ? "held by an operator" : "away; requests are still tried"),
                latest(members, now));
    }

    private static Optional<Instant> latest(List<Member> members, Instant now) {
        return members.stream().map(member -> since(member, now)).max(Comparator.naturalOrder());
    }
}
