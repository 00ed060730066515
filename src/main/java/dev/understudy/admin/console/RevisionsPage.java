package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.admin.ApiChanges;
import dev.understudy.admin.ApiContents;
import dev.understudy.admin.ApiIds;
import dev.understudy.admin.ApiRefusals;
import dev.understudy.admin.Place;
import dev.understudy.definitions.Changes;
import dev.understudy.definitions.Condition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.definitions.Put;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.StoredApi;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What was deployed of an API, what each time changed, and the ways back and out. */
class RevisionsPage {

    /**
     * @param hosts where it is served; empty: nowhere
     * @param latest whether it is the newest one
     */
    record Entry(
            int number, String name, String version, String format, String by, When at, String hosts, boolean latest) {

        static Entry of(StoredApi api, Revision revision, Instant now) {
            return new Entry(
                    revision.number(),
                    revision.name(),
                    revision.version(),
                    revision.format().name().toLowerCase(Locale.ROOT),
                    revision.by(),
                    When.of(revision.at(), now),
                    String.join(
                            ", ",
                            api.placements().stream()
                                    .filter(placement -> placement.revision() == revision.number())
                                    .map(Placement::virtualHost)
                                    .toList()),
                    revision.equals(api.latest()));
        }

        public boolean live() {
            return !hosts.isEmpty();
        }
    }

    private final Console console;
    private final ApiDirectory directory;
    private final DeployedApis deployed;
    private final ApiChanges changes;
    private final ApiContents contents;

    RevisionsPage(
            Console console, ApiDirectory directory, DeployedApis deployed, ApiChanges changes, ApiContents contents) {
        this.console = console;
        this.directory = directory;
        this.deployed = deployed;
        this.changes = changes;
        this.contents = contents;
    }

    @Bean
    RouterFunction<ServerResponse> revisionsPageRoutes() {
        return RouterFunctions.route()
                .add(console.page(Paths.REVISIONS, this::list))
                .add(console.slowPage(Paths.REVISION, this::compared))
                .GET(Paths.CONTENT, this::content)
                .HEAD(Paths.CONTENT, this::content)
                .route(RequestPredicates.path(Paths.CONTENT), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .add(console.slowForm(Paths.RESTORE, this::restorable, this::restore))
                .add(console.form(
                        Paths.UNDEPLOY, (request, viewer) -> undeployable(request, viewer, ""), this::undeploy))
                .build();
    }

    private Console.Page list(ServerRequest request, Console.Viewer viewer) {
        Instant now = Instant.now();
        StoredApi api = api(request);
        Map<String, Object> values = about(api, viewer, Navigation.OfApi.REVISIONS);
        values.put(
                "revisions",
                api.revisions().stream()
                        .sorted(Comparator.comparing(Revision::number).reversed())
                        .map(revision -> Entry.of(api, revision, now))
                        .toList());
        values.put("most", StoredApi.MOST_REVISIONS);
        return Console.Page.of("revisions", values);
    }

    private Console.Page compared(ServerRequest request, Console.Viewer viewer) throws Exception {
        StoredApi api = api(request);
        Revision revision = revision(api, request);
        Map<String, Object> values = about(api, viewer, Navigation.OfApi.REVISIONS);
        values.put(
                "title", "Revision " + revision.number() + " of " + api.latest().name());
        values.put("revision", Entry.of(api, revision, Instant.now()));
        Optional<Revision> before = api.revisions().stream()
                .filter(each -> each.number() < revision.number())
                .max(Comparator.comparing(Revision::number));
        values.put("before", before.map(Revision::number).orElse(0));
        Compared compared = compared(api.id(), before, revision);
        values.put("change", compared.change);
        values.put("faults", compared.faults);
        Console.Page page = Console.Page.of("revision", values);
        return Htmx.wants(request.exchange(), "changes-" + revision.number()) ? page.only("changed") : page;
    }

    /** @param change null: one of both cannot be read any more */
    private record Compared(@Nullable ChangesView change, List<Place> faults) {}

    // As both are read today: a secret that they name may be another one since.
    private Compared compared(String id, Optional<Revision> before, Revision after) throws Exception {
        Reading fresh = reading(id, after);
        Optional<Reading> old = before.isEmpty() ? Optional.empty() : Optional.of(reading(id, before.get()));
        if (fresh instanceof Reading.Refused refused) {
            return new Compared(null, Place.of(refused.faults()));
        }
        if (old.isPresent() && old.get() instanceof Reading.Refused refused) {
            return new Compared(null, Place.of(refused.faults()));
        }
        Changes between = Changes.between(old.map(each -> (Reading.Accepted) each), (Reading.Accepted) fresh);
        return new Compared(ChangesView.of(between), List.of());
    }

    private Reading reading(String id, Revision revision) throws Exception {
        Outcome outcome = Console.await(deployed.content(id, Optional.of(revision.number())));
        if (outcome instanceof Outcome.Content content) {
            return deployed.read(revision.format(), content.bytes());
        }
        if (outcome instanceof Outcome.NotRestored lost) {
            return new Reading.Refused(lost.faults(), List.of());
        }
        throw ApiRefusals.of(id, outcome);
    }

    private Mono<ServerResponse> content(ServerRequest request) {
        StoredApi api = api(request);
        return contents.answer(api.id(), Optional.of(revision(api, request).number()));
    }

    private Console.Page restorable(ServerRequest request, Console.Viewer viewer) throws Exception {
        StoredApi api = api(request);
        Revision revision = revision(api, request);
        Map<String, Object> values = about(api, viewer, Navigation.OfApi.REVISIONS);
        values.put("title", "Restore revision " + revision.number());
        values.put("revision", Entry.of(api, revision, Instant.now()));
        values.put("tag", api.placements().isEmpty() ? "" : api.tag());
        values.put("change", null);
        values.put("faults", List.of());
        values.put("fault", "");
        values.put("unchanged", false);
        Outcome found = Console.await(deployed.content(api.id(), Optional.of(revision.number())));
        if (!(found instanceof Outcome.Content content)) {
            throw ApiRefusals.of(api.id(), found);
        }
        Outcome outcome = Console.await(deployed.put(
                new Put(api.id(), revision.format(), content.bytes(), Condition.NONE, true, viewer.name())));
        if (outcome instanceof Applied would) {
            values.put("change", ChangesView.of(would.changes()));
            values.put("unchanged", would.result() == Applied.Result.UNCHANGED);
        } else if (outcome instanceof Outcome.Refused refused) {
            values.put("faults", Place.of(refused.faults()));
            values.put("fault", "This revision cannot be used any more.");
        } else {
            values.put(
                    "fault",
                    String.valueOf(ApiRefusals.of(api.id(), outcome).getBody().getDetail()));
        }
        return Console.Page.of("restore", values);
    }

    private Mono<ServerResponse> restore(ServerRequest request, MultiValueMap<String, String> form) {
        StoredApi api = api(request);
        int number = revision(api, request).number();
        return ApiChanges.waited(() -> changes.restore(request.exchange(), api.id(), number, seen(form)))
                .flatMap(outcome -> outcome instanceof Applied applied
                        ? Console.goTo(request, Paths.revisions(api.id()), said(applied, number))
                        : Mono.error(ApiRefusals.of(api.id(), outcome)));
    }

    private Console.Page undeployable(ServerRequest request, Console.Viewer viewer, String fault) {
        StoredApi api = api(request);
        if (api.placements().isEmpty()) {
            throw AdminProblems.problem(HttpStatus.NOT_FOUND, "It was undeployed already; its revisions are kept.");
        }
        Map<String, Object> values = about(api, viewer, Navigation.OfApi.UNDEPLOY);
        values.put("title", "Undeploy " + api.latest().name());
        values.put("tag", api.tag());
        values.put("fault", fault);
        values.put(
                "hosts",
                String.join(
                        ", ",
                        api.placements().stream().map(Placement::virtualHost).toList()));
        return Console.Page.of("undeploy", values)
                .with(fault.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT);
    }

    private Mono<ServerResponse> undeploy(ServerRequest request, MultiValueMap<String, String> form) {
        StoredApi api = api(request);
        String typed = Optional.ofNullable(form.getFirst("confirm")).orElse("").strip();
        if (!typed.equals(api.id())) {
            String fault = "Type the id exactly as it stands above.";
            return console.page(request, (asked, viewer) -> undeployable(asked, viewer, fault));
        }
        return ApiChanges.waited(() -> changes.remove(request.exchange(), api.id(), seen(form)))
                .flatMap(outcome -> outcome instanceof Outcome.Undeployed undeployed
                        ? Console.goTo(
                                request,
                                Paths.revisions(api.id()),
                                Finding.onOneLine(undeployed.name())
                                        + " is not served any more. Its revisions are kept, so that it can be restored.")
                        : Mono.error(ApiRefusals.of(api.id(), outcome)));
    }

    private static Map<String, Object> about(StoredApi api, Console.Viewer viewer, Navigation.OfApi current) {
        Map<String, Object> values = ApiFrame.of(api).values(current, viewer);
        values.put("href", Paths.api(api.id()));
        values.put("served", !api.placements().isEmpty());
        return values;
    }

    private StoredApi api(ServerRequest request) {
        String id = request.pathVariable("id");
        ApiIds.requireNotOfFolder(id);
        return directory.kept(id);
    }

    private static Revision revision(StoredApi api, ServerRequest request) {
        String number = request.pathVariable("number");
        return api.revisions().stream()
                .filter(revision -> String.valueOf(revision.number()).equals(number))
                .findFirst()
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.NOT_FOUND,
                        "This revision is not kept (expected: one of the list; the last " + StoredApi.MOST_REVISIONS
                                + " are)."));
    }

    /** That nobody was faster. */
    private static Condition seen(MultiValueMap<String, String> form) {
        return Condition.unchanged(Optional.ofNullable(form.getFirst("tag")).filter(tag -> !tag.isEmpty()));
    }

    private static String said(Applied applied, int number) {
        return applied.result() == Applied.Result.UNCHANGED
                ? "It is served like revision " + number + " already. Nothing was changed."
                : "Revision " + number + " is served again, as revision "
                        + applied.api().latest().number() + ".";
    }
}
