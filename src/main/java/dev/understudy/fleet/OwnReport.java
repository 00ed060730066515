package dev.understudy.fleet;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import dev.understudy.journal.Standing;
import dev.understudy.store.Report;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this process does. Not for several threads at once. */
final class OwnReport {

    private static final int LONGEST_REASON = 500;

    /** @param version of the program */
    record Identity(String instance, String version, String role, Instant started) {

        static Identity of(String version, String role) {
            return new Identity(
                    UUID.randomUUID().toString(), version, role, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    private final Identity identity;
    private final Supplier<String> name;
    private final TakenOver takenOver;
    private final Definitions definitions;
    private final ApiCatalog catalog;
    private final HealthRegistry health;
    private @Nullable String knownName;

    /** @param name asked when the listeners are open */
    OwnReport(
            Identity identity,
            Supplier<String> name,
            TakenOver takenOver,
            Definitions definitions,
            ApiCatalog catalog,
            HealthRegistry health) {
        this.identity = identity;
        this.name = name;
        this.takenOver = takenOver;
        this.definitions = definitions;
        this.catalog = catalog;
        this.health = health;
    }

    Report now(boolean leaving) {
        Map<String, Report.State> states = new TreeMap<>();
        Set<String> urls = new HashSet<>();
        for (EndpointGroup group : catalog.current().groups().keySet()) {
            for (Member member : health.members(group)) {
                urls.add(member.url());
                add(states, member);
            }
        }
        return new Report(
                identity.instance(),
                name(),
                identity.version(),
                identity.role(),
                identity.started(),
                leaving,
                takenOver.revision(),
                refused(),
                urls.size(),
                states.values().stream().limit(Report.MOST_STATES).toList(),
                Math.max(0, states.size() - Report.MOST_STATES));
    }

    // To look for it may take time.
    private String name() {
        String known = knownName;
        if (known == null) {
            known = name.get();
            knownName = known;
        }
        return known;
    }

    private List<Report.Refused> refused() {
        List<Report.Refused> refused = new ArrayList<>();
        takenOver.store().refusal().ifPresent(why -> refused.add(new Report.Refused("the store", cut(why))));
        definitions.all().stream()
                .filter(definition -> !definition.faults().isEmpty())
                .limit(Report.MOST_REFUSED - refused.size())
                .map(OwnReport::refused)
                .forEach(refused::add);
        return refused;
    }

    private static Report.Refused refused(Definition definition) {
        return new Report.Refused(definition.name(), cut(String.join("; ", definition.faults())));
    }

    private static String cut(String why) {
        return why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON) + "…";
    }

    // In another list it may be in another state: the worst one counts.
    private static void add(Map<String, Report.State> states, Member member) {
        Standing.State state = Standing.State.of(member.health());
        if (state == Standing.State.READY) {
            return;
        }
        Instant since = member.health()
                .hold()
                .map(Hold::since)
                .orElseGet(() -> Instant.now().minus(member.health().vitals().unchanged()))
                .truncatedTo(ChronoUnit.SECONDS);
        states.merge(
                member.url(),
                new Report.State(member.url(), state.word(), since),
                (one, other) -> severity(one) >= severity(other) ? one : other);
    }

    private static int severity(Report.State state) {
        return Standing.State.of(state.state()).orElseThrow().ordinal();
    }
}
