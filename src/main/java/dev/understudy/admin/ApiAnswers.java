package dev.understudy.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Operation;
import dev.understudy.definitions.Changes;
import dev.understudy.definitions.DeployedApi;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.store.Placement;
import dev.understudy.store.StoredApi;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the admin API tells of APIs, in the form of its answers. */
public final class ApiAnswers {

    /** More operations of a kind than this are counted, and not listed. */
    static final int MOST_OPERATIONS = 1_000;

    private ApiAnswers() {}

    /** @param apis by source, then by id */
    record Apis(List<Summary> apis) {}

    /**
     * One API.
     *
     * @param name of its latest version; null where nothing can be read of it. So are the version and the base path
     * @param state {@code served}, {@code outdated}, {@code refused}, or {@code partly} where that differs by virtual host
     * @param operationCount how many are served
     * @param revision number of the latest one; null: it has none
     * @param since when the latest revision was deployed; of a file, when its newest version was looked at
     * @param etag null: it cannot be changed here
     */
    public record Summary(
            String id,
            String source,
            @Nullable String name,
            @Nullable String version,
            @Nullable String basePath,
            List<String> virtualHosts,
            String state,
            int operationCount,
            @Nullable Integer revision,
            Instant since,
            @Nullable String etag) {}

    /** @param operations the first of those that are served, of the newest revision that is */
    record Details(
            @JsonUnwrapped Summary summary,
            List<PlacementEntry> placements,
            List<RevisionEntry> revisions,
            List<OperationEntry> operations) {}

    /** @param since when it was looked at last */
    record PlacementEntry(
            String virtualHost,
            @Nullable List<String> environments,
            @Nullable Integer revision,
            String state,
            List<String> faults,
            List<String> warnings,
            Instant since) {}

    /** @param production how many endpoints it has for production tokens, and sandbox for sandbox tokens */
    record OperationEntry(String method, String path, int production, int sandbox) {}

    record Revisions(List<RevisionEntry> revisions) {}

    /** @param virtualHosts where it is served; may be empty */
    record RevisionEntry(
            int number,
            String name,
            String version,
            String format,
            String sha256,
            Instant at,
            String by,
            List<String> virtualHosts) {}

    /**
     * What a change did, or would do.
     *
     * @param result {@code created}, {@code replaced} or {@code unchanged}
     * @param revision the one that is served then
     */
    record Change(
            String id,
            boolean dryRun,
            String result,
            int revision,
            List<String> virtualHosts,
            OperationChanges operations,
            EndpointChanges endpoints,
            List<Place> warnings) {}

    /** @param more how many are in none of the lists because these would be too long */
    record OperationChanges(
            List<Changes.Place> added, List<Changes.Place> removed, List<ChangedOperation> changed, int more) {}

    record ChangedOperation(String virtualHost, String method, String path, List<String> aspects) {}

    record EndpointChanges(Collection<String> added, Collection<String> removed) {}

    static Change change(Applied applied, boolean dryRun) {
        StoredApi api = applied.api();
        return new Change(
                api.id(),
                dryRun,
                lower(applied.result()),
                api.latest().number(),
                hosts(api),
                operations(applied.changes()),
                new EndpointChanges(
                        applied.changes().endpointsAdded(), applied.changes().endpointsRemoved()),
                Place.of(applied.warnings()));
    }

    static Revisions revisions(StoredApi api) {
        return new Revisions(revisionsOf(api));
    }

    /** @param definitions finds what became of an API, by label */
    public static Summary summary(StoredApi api, Function<String, Optional<Definition>> definitions) {
        List<Definition> all = deployed(api)
                .flatMap(each -> definitions.apply(each.label()).stream())
                .toList();
        return new Summary(
                api.id(),
                "deployed",
                api.latest().name(),
                api.latest().version(),
                api.latest().context(),
                hosts(api),
                state(all),
                served(api, definitions).map(of -> of.operations().size()).orElse(0),
                api.latest().number(),
                api.latest().at(),
                "\"" + api.tag() + "\"");
    }

    static Details details(StoredApi api, Function<String, Optional<Definition>> definitions) {
        List<PlacementEntry> placements = deployed(api)
                .flatMap(each -> definitions.apply(each.label()).stream()
                        .map(definition ->
                                placement(each.placement().virtualHost(), Optional.of(each.placement()), definition)))
                .toList();
        return new Details(
                summary(api, definitions),
                placements,
                revisionsOf(api),
                served(api, definitions).map(ApiAnswers::operations).orElse(List.of()));
    }

    /** Of what is in the folder. @param id under which the admin API has it */
    public static Summary summary(String id, Definition definition) {
        Optional<Api> api = definition.served();
        return new Summary(
                id,
                definition.source(),
                api.map(Api::name).orElse(null),
                api.map(Api::version).orElse(null),
                api.map(Api::basePath).orElse(null),
                hosts(definition),
                lower(definition.state()),
                api.map(of -> of.operations().size()).orElse(0),
                null,
                definition.since(),
                null);
    }

    static Details details(String id, Definition definition) {
        return new Details(
                summary(id, definition),
                hosts(definition).stream()
                        .map(host -> placement(host, Optional.empty(), definition))
                        .toList(),
                List.of(),
                definition.served().map(ApiAnswers::operations).orElse(List.of()));
    }

    private static PlacementEntry placement(String host, Optional<Placement> placement, Definition definition) {
        return new PlacementEntry(
                host,
                placement.map(Placement::environments).orElse(null),
                placement.map(Placement::revision).orElse(null),
                lower(definition.state()),
                definition.faults(),
                definition.warnings(),
                definition.since());
    }

    private static List<RevisionEntry> revisionsOf(StoredApi api) {
        return api.revisions().stream()
                .map(revision -> new RevisionEntry(
                        revision.number(),
                        revision.name(),
                        revision.version(),
                        lower(revision.format()),
                        revision.archive(),
                        revision.at(),
                        revision.by(),
                        api.placements().stream()
                                .filter(placement -> placement.revision() == revision.number())
                                .map(Placement::virtualHost)
                                .toList()))
                .toList();
    }

    private static OperationChanges operations(Changes changes) {
        int more = Stream.of(changes.added(), changes.removed(), changes.changed())
                .mapToInt(kind -> Math.max(0, kind.size() - MOST_OPERATIONS))
                .sum();
        return new OperationChanges(
                first(changes.added()),
                first(changes.removed()),
                first(changes.changed()).stream()
                        .map(each -> new ChangedOperation(
                                each.place().virtualHost(),
                                each.place().method(),
                                each.place().path(),
                                each.aspects()))
                        .toList(),
                more);
    }

    private static List<OperationEntry> operations(Api api) {
        return first(api.operations()).stream()
                .map(operation -> new OperationEntry(
                        operation.method(),
                        Changes.path(api.basePath(), operation),
                        count(operation, Operation::production),
                        count(operation, Operation::sandbox)))
                .toList();
    }

    private static int count(Operation operation, Function<Operation, Optional<EndpointGroup>> groupOf) {
        return groupOf.apply(operation).map(group -> group.endpoints().size()).orElse(0);
    }

    /** The newest revision that is served. @param definitions finds what became of an API, by label */
    public static Optional<Api> served(StoredApi api, Function<String, Optional<Definition>> definitions) {
        return deployed(api)
                .sorted(Comparator.comparing(
                                (DeployedApi each) -> each.revision().number())
                        .reversed())
                .flatMap(each -> definitions.apply(each.label()).stream())
                .flatMap(definition -> definition.served().stream())
                .findFirst();
    }

    private static String state(List<Definition> all) {
        List<String> states = all.stream()
                .map(definition -> lower(definition.state()))
                .distinct()
                .toList();
        return states.size() == 1 ? states.get(0) : states.isEmpty() ? "refused" : "partly";
    }

    private static Stream<DeployedApi> deployed(StoredApi api) {
        return api.placements().stream()
                .map(placement -> new DeployedApi(api.id(), api.revision(placement.revision()), placement));
    }

    private static List<String> hosts(StoredApi api) {
        return api.placements().stream().map(Placement::virtualHost).toList();
    }

    // An API without one is served for the same hosts as those of localhost.
    private static List<String> hosts(Definition definition) {
        return definition
                .served()
                .map(Api::virtualHosts)
                .filter(hosts -> !hosts.isEmpty())
                .orElse(Set.of("localhost"))
                .stream()
                .sorted()
                .toList();
    }

    private static <T> List<T> first(List<T> all) {
        return all.subList(0, Math.min(all.size(), MOST_OPERATIONS));
    }

    private static String lower(Enum<?> word) {
        return Objects.toString(word).toLowerCase(Locale.ROOT);
    }
}
