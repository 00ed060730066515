package dev.understudy.admin.console;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.journal.Performance;
import dev.understudy.journal.Performances;
import dev.understudy.journal.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What stands out now.
 *
 * @param troubles APIs that are not served by their first endpoints, the worst first
 * @param unlisted how many more there are
 */
record Board(Counts counts, List<Trouble> troubles, int unlisted) {

    static final int MOST_LISTED = 50;

    private static final int OPERATIONS_NAMED = 3;

    /**
     * How many there are.
     *
     * @param understudy APIs that an understudy serves, or only some of those that take turns
     * @param nobody APIs for which nobody is left, or of which nothing is served
     * @param suspended endpoints, in whatever lists
     * @param held endpoints
     */
    record Counts(int apis, int understudy, int nobody, int suspended, int held) {}

    /**
     * An API somebody should know about.
     *
     * @param lists those of its lists that are not served by their first endpoint
     * @param faults of its newest version
     */
    record Trouble(
            String id,
            String name,
            String version,
            String href,
            ServedView servedBy,
            List<Affected> lists,
            List<String> faults) {}

    /**
     * A list that is not served by its first endpoint.
     *
     * @param operations some of them, in words
     * @param away those that are not ready
     */
    record Affected(Ladder ladder, String operations, List<Away> away) {}

    /** @param error the last one, in words; empty: there was none */
    record Away(Ladder.Rung rung, String error) {}

    /** Where the facts come from. */
    record Facts(ApiDirectory directory, HealthRegistry health, Performances performances) {}

    static Board of(Catalog catalog, int held, Facts facts, Instant now) {
        List<ApiRow> all = facts.directory.rows(now).stream()
                .filter(row -> !row.undeployed())
                .toList();
        List<ApiRow> worst = all.stream()
                .filter(ApiRow::wantsAttention)
                .sorted(Comparator.comparingInt(ApiRow::trouble)
                        .reversed()
                        .thenComparing(ApiRow::name, String.CASE_INSENSITIVE_ORDER)
                        .thenComparing(ApiRow::id))
                .toList();
        return new Board(
                new Counts(
                        all.size(),
                        (int) all.stream().filter(Board::onUnderstudy).count(),
                        (int) all.stream().filter(Board::hasNobody).count(),
                        suspended(catalog, facts.health),
                        held),
                worst.stream()
                        .limit(MOST_LISTED)
                        .map(row -> trouble(row, facts, now))
                        .toList(),
                Math.max(0, worst.size() - MOST_LISTED));
    }

    /** The whole in a sentence or two. */
    public String summary() {
        if (counts.apis == 0) {
            return "No API is served yet.";
        }
        if (counts.understudy + counts.nobody == 0) {
            return "All first endpoints are in use.";
        }
        List<String> parts = new ArrayList<>();
        if (counts.nobody > 0) {
            parts.add("Nobody is left for " + counts.nobody + " of " + apis() + ".");
        }
        if (counts.understudy > 0) {
            parts.add(counts.understudy + " of " + apis() + (counts.understudy == 1 ? " is" : " are")
                    + " on an understudy.");
        }
        return String.join(" ", parts);
    }

    private String apis() {
        return counts.apis + (counts.apis == 1 ? " API" : " APIs");
    }

    private static boolean onUnderstudy(ApiRow row) {
        return row.servedBy()
                .map(ServedBy::level)
                .filter(level -> level == ServedBy.Level.UNDERSTUDY || level == ServedBy.Level.PARTLY)
                .isPresent();
    }

    private static boolean hasNobody(ApiRow row) {
        return row.servedBy().map(ServedBy::level).orElse(ServedBy.Level.NOBODY) == ServedBy.Level.NOBODY;
    }

    private static int suspended(Catalog catalog, HealthRegistry health) {
        Set<String> urls = new HashSet<>();
        for (EndpointGroup group : catalog.groups().keySet()) {
            health.members(group).stream()
                    .filter(member -> Standing.State.of(member.health()) == Standing.State.SUSPENDED)
                    .forEach(member -> urls.add(member.url()));
        }
        return urls.size();
    }

    private static Trouble trouble(ApiRow row, Facts facts, Instant now) {
        Optional<Api> served = facts.directory.served(row.id());
        return new Trouble(
                row.id(),
                row.name(),
                row.version(),
                row.href(),
                ServedView.of(row, now),
                served.filter(api -> !api.blocked()).stream()
                        .flatMap(api -> EndpointList.of(api).stream().map(list -> affected(api, list, facts, now)))
                        .filter(affected -> !affected.away.isEmpty())
                        .toList(),
                row.faults());
    }

    private static Affected affected(Api api, EndpointList list, Facts facts, Instant now) {
        Ladder ladder = Ladder.of(list, facts.health, now);
        List<Member> members = facts.health.members(list.group());
        List<Away> away = new ArrayList<>();
        for (Ladder.Rung rung : ladder.rungs()) {
            members.stream()
                    .filter(member ->
                            member.url().equals(rung.url()) && !rung.level().equals("first"))
                    .findFirst()
                    .map(member -> facts.performances.of(list.group(), member.endpoint()))
                    .map(performance ->
                            new Away(rung, Words.of(performance.lastFault().map(Performance.Fault::word))))
                    .ifPresent(away::add);
        }
        return new Affected(ladder, operations(api, list.group()), away);
    }

    private static String operations(Api api, EndpointGroup group) {
        List<String> names = api.operations().stream()
                .filter(operation -> operation.production().stream().anyMatch(each -> isSame(each, group))
                        || operation.sandbox().stream().anyMatch(each -> isSame(each, group)))
                .map(Operation::name)
                .toList();
        String first = String.join(", ", names.subList(0, Math.min(OPERATIONS_NAMED, names.size())));
        return names.size() > OPERATIONS_NAMED ? first + " and " + (names.size() - OPERATIONS_NAMED) + " more" : first;
    }

    private static boolean isSame(EndpointGroup one, EndpointGroup other) {
        return one.name().equals(other.name());
    }
}
