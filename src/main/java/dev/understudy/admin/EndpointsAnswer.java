package dev.understudy.admin;

import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Vitals;
import dev.understudy.journal.Performance;
import dev.understudy.journal.Performances;
import dev.understudy.journal.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/**
 * How the endpoints are.
 *
 * @param endpoints those that are in a list, and those that are held; by URL
 */
public record EndpointsAnswer(List<Entry> endpoints) {

    /** Of each list. */
    static final int OPERATIONS_SHOWN = 20;

    /**
     * @param id the same as long as the URL is
     * @param inFlight requests on their way to it or from it; null: it is in no list, so it is not known
     * @param override an operator's order; null: none
     * @param lists it is in; by name, then position
     */
    public record Entry(
            String id,
            String url,
            @Nullable Integer inFlight,
            @Nullable Held override,
            List<InList> lists) {}

    /** @param until when it ends by itself; null: it does not */
    public record Held(
            String state, Instant since, @Nullable Instant until, String reason, String by) {

        static Held of(Hold hold) {
            return new Held(hold.kind().word(), hold.since(), hold.until().orElse(null), hold.reason(), hold.by());
        }
    }

    /**
     * @param kinds {@code production}, {@code sandbox} or both
     * @param position from 1, as the document has it
     * @param since when it is in this state
     * @param failuresInRow since it last served
     * @param latencyMs until the head of an answer, on average; null: it has not answered
     * @param latencyP50Ms the same that half of the latest answers did not exceed; null: it has not answered
     * @param latencyP99Ms the same that 99 of a hundred did not exceed
     * @param lastServed when an answer of it was passed on
     * @param lastProved when a probe found it well
     */
    public record InList(
            String group,
            List<String> apis,
            List<String> kinds,
            String type,
            int position,
            String state,
            Instant since,
            int failuresInRow,
            @Nullable LastError lastError,
            @Nullable Double latencyMs,
            @Nullable Double latencyP50Ms,
            @Nullable Double latencyP99Ms,
            @Nullable Instant lastServed,
            @Nullable Instant lastProved,
            Operations operations) {}

    /** @param word as in logs and meters */
    public record LastError(String word, Instant at) {

        static LastError of(Performance.Fault fault) {
            return new LastError(fault.word(), exact(fault.at()));
        }
    }

    /** @param first some of them, such as {@code GET /menu} */
    public record Operations(int count, List<String> first) {}

    /** Where the facts come from. */
    public record Facts(HealthRegistry health, Performances performances, Holds holds) {}

    public static EndpointsAnswer of(Catalog catalog, Facts facts, Instant now) {
        Map<String, List<InList>> lists = new TreeMap<>();
        Map<String, Map<Endpoint, Integer>> inFlight = new TreeMap<>();
        for (Use use : Use.of(catalog)) {
            for (Member member : facts.health().members(use.group)) {
                String url = member.url();
                lists.computeIfAbsent(url, first -> new ArrayList<>()).add(inList(use, member, facts, now));
                // The same in all lists that judge its certificate by the same.
                inFlight.computeIfAbsent(url, first -> new LinkedHashMap<>())
                        .put(member.endpoint(), member.health().vitals().inFlight());
            }
        }
        facts.holds().all().forEach(hold -> lists.putIfAbsent(hold.url(), List.of()));
        List<Entry> entries = new ArrayList<>();
        lists.forEach((url, in) -> entries.add(new Entry(
                Endpoint.id(url),
                url,
                Optional.ofNullable(inFlight.get(url)).map(EndpointsAnswer::sum).orElse(null),
                facts.holds().on(url).map(Held::of).orElse(null),
                in)));
        return new EndpointsAnswer(entries);
    }

    /** Of one that is in no list and not held. */
    static Entry gone(String url) {
        return new Entry(Endpoint.id(url), url, null, null, List.of());
    }

    /** @throws ErrorResponseException with 404 if there is none */
    public Entry one(String id) {
        return withId(id)
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.NOT_FOUND,
                        "No endpoint has this id, and no endpoint that is held had it (expected: an id of GET "
                                + EndpointsApi.PATH + ")"));
    }

    Optional<Entry> withId(String id) {
        return endpoints.stream().filter(entry -> entry.id().equals(id)).findFirst();
    }

    private static int sum(Map<Endpoint, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static InList inList(Use use, Member member, Facts facts, Instant now) {
        Performance performance = facts.performances().of(use.group, member.endpoint());
        Optional<Performance.Spread> spread = performance.spread();
        Vitals vitals = member.health().vitals();
        Instant since = member.health().hold().map(Hold::since).orElseGet(() -> now.minus(vitals.unchanged()));
        return new InList(
                use.group.name(),
                List.copyOf(use.apis),
                List.copyOf(use.kinds),
                use.group.type().name().toLowerCase(Locale.ROOT),
                member.position(),
                Standing.State.of(member.health()).word(),
                exact(since),
                performance.faultsInRow(),
                performance.lastFault().map(LastError::of).orElse(null),
                performance.latency().map(EndpointsAnswer::millis).orElse(null),
                spread.map(Performance.Spread::p50).map(EndpointsAnswer::millis).orElse(null),
                spread.map(Performance.Spread::p99).map(EndpointsAnswer::millis).orElse(null),
                performance.lastServed().map(EndpointsAnswer::exact).orElse(null),
                vitals.proved().map(now::minus).map(EndpointsAnswer::exact).orElse(null),
                new Operations(
                        use.operations.size(),
                        use.operations.stream().limit(OPERATIONS_SHOWN).toList()));
    }

    /** As far as anybody wants to know. */
    private static Instant exact(Instant time) {
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1_000 / 1e3;
    }

    /** Who goes to a list. */
    private static final class Use {

        private final EndpointGroup group;
        private final Set<String> apis = new TreeSet<>();
        private final Set<String> kinds = new TreeSet<>();
        private final Set<String> operations = new LinkedHashSet<>();

        private Use(EndpointGroup group) {
            this.group = group;
        }

        /** By name: what is known of groups of the same name is the same. */
        static Iterable<Use> of(Catalog catalog) {
            Map<String, Use> uses = new TreeMap<>();
            for (Match.Found found : catalog.operations()) {
                found.operation().production().ifPresent(group -> add(uses, group, "production", found));
                found.operation().sandbox().ifPresent(group -> add(uses, group, "sandbox", found));
            }
            return uses.values();
        }

        private static void add(Map<String, Use> uses, EndpointGroup group, String kind, Match.Found found) {
            Use use = uses.computeIfAbsent(group.name(), first -> new Use(group));
            use.apis.add(found.api().name() + " " + found.api().version());
            use.kinds.add(kind);
            use.operations.add(found.name());
        }
    }
}
