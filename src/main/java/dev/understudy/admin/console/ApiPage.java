package dev.understudy.admin.console;

import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Operation;
import dev.understudy.definitions.Changes;
import dev.understudy.endpoint.HealthRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/** All of one API. */
class ApiPage {

    /** The element that has the operations that were found. */
    static final String OPERATIONS = "operations";

    /**
     * @param lists the endpoints it goes to, in words; empty: nowhere
     * @param token who may call it, in words
     */
    record Row(String method, String path, String lists, String token, boolean repeatable) {}

    /** What was found in its newest version. @param where name of the document, or of the API and its virtual host */
    record Told(String where, String state, List<String> faults, List<String> warnings) {}

    private final Console console;
    private final ApiDirectory directory;
    private final HealthRegistry health;

    ApiPage(Console console, ApiDirectory directory, HealthRegistry health) {
        this.console = console;
        this.directory = directory;
        this.health = health;
    }

    @Bean
    RouterFunction<ServerResponse> apiPageRoutes() {
        return console.page(Paths.API, this::show);
    }

    private Console.Page show(ServerRequest request, Console.Viewer viewer) {
        Instant now = Instant.now();
        String id = request.pathVariable("id");
        OneApi api = directory.one(id, now);
        ListQuery query = ListQuery.of(request, Paths.api(id), List.of(""), List.of("all"));
        List<Row> operations =
                api.served().map(served -> operations(served, query)).orElse(List.of());
        Map<String, Object> values = ApiFrame.of(api).values(Navigation.OfApi.OVERVIEW, viewer);
        values.put("title", api.row().name());
        values.put("row", api.row());
        values.put("servedBy", ServedView.of(api.row(), now));
        values.put("facts", facts(api, now));
        values.put(
                "ladders",
                api.served().map(EndpointList::of).stream()
                        .flatMap(Collection::stream)
                        .map(list -> Ladder.of(list, health, now))
                        .toList());
        values.put("description", api.served().map(Api::description).orElse(""));
        values.put("told", told(api));
        values.put("query", query);
        values.put("part", query.part(operations));
        Console.Page page = Console.Page.of("api", values);
        return Htmx.wants(request.exchange(), OPERATIONS) ? page.only(OPERATIONS) : page;
    }

    /** @param latest who deployed the newest revision and when; empty: it is one of the folder */
    record Facts(String hosts, String environments, String from, List<Latest> latest) {}

    record Latest(String by, When at) {}

    private static Facts facts(OneApi api, Instant now) {
        return new Facts(
                String.join(", ", api.row().summary().virtualHosts()),
                api.stored().stream()
                        .flatMap(stored -> stored.placements().stream())
                        .flatMap(placement -> placement.environments().stream())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", ")),
                api.stored()
                        .map(stored -> "deployed, revision " + stored.latest().number())
                        .orElse("the folder of documents"),
                api.stored().stream()
                        .map(stored -> new Latest(
                                stored.latest().by(), When.of(stored.latest().at(), now)))
                        .toList());
    }

    private static List<Told> told(OneApi api) {
        return api.definitions().stream()
                .filter(definition ->
                        !definition.faults().isEmpty() || !definition.warnings().isEmpty())
                .map(ApiPage::told)
                .toList();
    }

    private static Told told(Definition definition) {
        return new Told(
                definition.name(),
                definition.state().name().toLowerCase(Locale.ROOT),
                definition.faults(),
                definition.warnings());
    }

    private static List<Row> operations(Api api, ListQuery query) {
        String wanted = query.text().toLowerCase(Locale.ROOT);
        List<String> lists = new ArrayList<>();
        EndpointList.of(api).forEach(list -> lists.add(list.group().name()));
        return api.operations().stream()
                .map(operation -> row(api, operation, lists))
                .filter(row ->
                        (row.method + " " + row.path).toLowerCase(Locale.ROOT).contains(wanted))
                .toList();
    }

    private static Row row(Api api, Operation operation, List<String> lists) {
        String goes = Stream.of(operation.production(), operation.sandbox())
                .flatMap(group -> group.stream())
                .map(group -> String.valueOf(lists.indexOf(group.name()) + 1))
                .distinct()
                .collect(Collectors.joining(", "));
        return new Row(
                operation.method(),
                Changes.path(api.basePath(), operation),
                goes,
                token(operation.access()),
                operation.idempotent());
    }

    private static String token(Access access) {
        if (!(access instanceof Access.Secured secured)) {
            return "none asked";
        }
        return secured.permits(Set.of())
                ? "any valid one"
                : secured.alternatives().stream()
                        .map(scopes -> String.join(" and ", scopes))
                        .collect(Collectors.joining(", or ", "with scope ", ""));
    }
}
