package dev.understudy.admin.console;

import dev.understudy.admin.ApiChanges;
import dev.understudy.admin.ApiRefusals;
import dev.understudy.admin.AuditLog;
import dev.understudy.admin.CheckApi;
import dev.understudy.admin.console.ApiDirectory.OneApi;
import dev.understudy.admin.console.ListRemarks.Remark;
import dev.understudy.catalog.Api;
import dev.understudy.checkup.Checked;
import dev.understudy.checkup.Question;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Edit;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.Trust;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The endpoints of an API, for the API and for each of its paths and operations. One list is in the form at a time; what was
 * saved of the others is in the draft. Each step sends the whole form, so that it works without scripts.
 */
class EndpointsPage {

    /** The element that has the list, and is all that a step changes. */
    static final String EDITOR = "editor";

    static final String CHECKED = "checked";
    static final String LEVELS = "levels";

    /** @param name the field, @param label how it is called, @param remarks what is said of it */
    record UrlRow(int at, String label, String url, boolean first, boolean last, List<Remark> remarks) {}

    /** What came of a form. */
    private sealed interface Result {

        /** @param notice to be said there; empty: nothing */
        record Go(String path, String notice) implements Result {}

        record Shown(Console.Maker maker) implements Result {}
    }

    private final Console console;
    private final ApiDirectory directory;
    private final ListReader lists;
    private final ApiChanges changes;
    private final CheckApi checks;
    private final FailoverPolicy usual;

    EndpointsPage(
            Console console,
            ApiDirectory directory,
            DeployedApis deployed,
            ApiChanges changes,
            CheckApi checks,
            Defaults defaults) {
        this.console = console;
        this.directory = directory;
        this.lists = new ListReader(deployed);
        this.changes = changes;
        this.checks = checks;
        this.usual = defaults.policy();
    }

    @Bean
    RouterFunction<ServerResponse> endpointsPageRoutes() {
        return RouterFunctions.route()
                .add(console.slowForm(Paths.ENDPOINTS, this::show, this::take))
                .add(console.post(Paths.ENDPOINTS_DISCARD, this::discard))
                .build();
    }

    private Console.Page show(ServerRequest request, Console.Viewer viewer) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        if (api.stored().isEmpty()) {
            return ofFolder(api, viewer);
        }
        EndpointLevels levels = lists.levels(api);
        Place place = ListForm.place(
                request.queryParam("kind").orElse(""),
                request.queryParam("path").orElse(""),
                request.queryParam("method").orElse(""));
        ListReader.requireThere(levels, place);
        Console.Page page = page(request, viewer, api, levels, ListEdit.of(levels.form(place)));
        return Htmx.wants(request.exchange(), LEVELS) ? page.only(LEVELS) : page;
    }

    private Console.Page ofFolder(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = about(api, viewer);
        values.put(
                "lists",
                api.served().map(EndpointList::of).stream()
                        .flatMap(Collection::stream)
                        .map(list -> new ListView.At(
                                String.join(" and ", list.kinds()) + ", " + list.operations()
                                        + (list.operations() == 1 ? " operation" : " operations"),
                                ListView.of(Optional.of(EndpointLevels.listed(list.group())), "")))
                        .toList());
        return Console.Page.of("endpoints-folder", values);
    }

    private Mono<ServerResponse> take(ServerRequest request, MultiValueMap<String, String> sent) {
        ListForm form = ListForm.of(sent);
        String go = ListForm.first(sent, "go");
        String step = go.isEmpty() ? ListForm.first(sent, "do") : "go";
        return switch (step) {
            case "save", "deploy", "go" ->
                console.slowly(() -> keep(request, form, Next.of(id(request), form, step, sent)))
                        .flatMap(result -> result instanceof Result.Go to
                                ? to.notice().isEmpty()
                                        ? Console.goTo(to.path())
                                        : Console.goTo(request, to.path(), to.notice())
                                : console.slowPage(request, ((Result.Shown) result).maker()));
            case "check" -> check(request, form);
            case "warn" -> console.slowPage(request, (asked, viewer) -> warned(asked, form));
            default -> console.slowPage(request, (asked, viewer) -> stepped(asked, viewer, form, step));
        };
    }

    private Console.Page stepped(ServerRequest request, Console.Viewer viewer, ListForm form, String step)
            throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        ListReader.Tried tried = lists.tried(
                api,
                levels -> levels.with(ListSteps.after(levels, form, step).form().added()),
                viewer.name());
        ListReader.requireThere(tried.levels(), form.place());
        ListEdit edit = ListSteps.after(tried.levels(), form, step);
        ListEdit remarked = edit.with(ListRemarks.of(edit.form(), usual, tried.outcome()));
        return part(request, page(request, viewer, api, tried.levels(), remarked), EDITOR);
    }

    private Console.Page warned(ServerRequest request, ListForm form) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        ListReader.Tried tried =
                lists.tried(api, levels -> levels.with(form.added()), AuditLog.user(request.exchange()));
        ListReader.requireThere(tried.levels(), form.place());
        ListRemarks remarks = ListRemarks.of(form, usual, tried.outcome());
        Map<String, Object> values = new HashMap<>();
        values.put("remarks", remarks);
        values.put("fields", fields(form));
        return Console.Page.of("endpoints-told", values);
    }

    /** Ids of all elements beside which something can stand. */
    private List<String> fields(ListForm form) {
        Stream<String> urls = IntStream.range(0, form.urls().size()).mapToObj(i -> "url-" + i);
        Stream<String> limits =
                LimitField.all(usual).values().stream().flatMap(List::stream).map(LimitField::id);
        return Stream.of(urls, Stream.of("url-new", "type"), limits)
                .flatMap(each -> each)
                .toList();
    }

    private Mono<ServerResponse> check(ServerRequest request, ListForm form) {
        return console.slowly(() -> directory.one(id(request), Instant.now()))
                .flatMap(api -> asked(request, api, form)
                        .publishOn(Schedulers.parallel())
                        .flatMap(all ->
                                console.slowPage(request, (again, viewer) -> checked(again, viewer, api, form, all))));
    }

    private Mono<List<Checked>> asked(ServerRequest request, OneApi api, ListForm form) {
        List<Question.Target> targets = form.listed(Optional.empty()).urls().stream()
                .distinct()
                .limit(Question.MOST)
                .map(url -> new Question.Target(url, trust(api.served(), url)))
                .toList();
        Optional<String> path = Optional.ofNullable(form.limits().get("failover.probe.path"))
                .or(() -> usual.probe().path())
                .filter(Probe::isPath);
        return targets.isEmpty()
                ? Mono.just(List.of())
                : checks.checked(request.exchange(), new Question(targets, path));
    }

    private Console.Page checked(
            ServerRequest request, Console.Viewer viewer, OneApi api, ListForm form, List<Checked> all)
            throws Exception {
        ListReader.Tried tried = lists.tried(api, levels -> levels.with(form.added()), viewer.name());
        ListReader.requireThere(tried.levels(), form.place());
        ListEdit edit = ListEdit.of(form)
                .with(ListRemarks.of(form, usual, tried.outcome()))
                .checked(all.stream().map(CheckRow::of).toList())
                .told("check", all.isEmpty() ? "There is no endpoint to check." : "Checked.");
        return part(request, page(request, viewer, api, tried.levels(), edit), CHECKED);
    }

    // An endpoint is judged here as it is when it is served: by the certificates of the project, where there are some.
    private static Optional<Trust> trust(Optional<Api> served, String url) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(url);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return served.stream()
                .map(EndpointList::of)
                .flatMap(Collection::stream)
                .flatMap(list -> list.group().endpoints().stream())
                .filter(other -> other.secure() == endpoint.secure()
                        && other.host().equals(endpoint.host())
                        && other.port() == endpoint.port())
                .flatMap(other -> other.trust().stream())
                .findFirst();
    }

    /** Where a form leads that was kept, or that nobody changed. @param step {@code save}, {@code deploy} or {@code go} */
    private record Next(String step, String path) {

        static Next of(String id, ListForm form, String step, MultiValueMap<String, String> sent) {
            return new Next(
                    step,
                    switch (step) {
                        case "deploy" -> Paths.endpoints(id) + "/deploy";
                        case "go" ->
                            PlaceLinks.href(id, EndpointLevels.place(ListForm.first(sent, "go")))
                                    + PlaceLinks.found(sent);
                        default -> PlaceLinks.href(id, form.place());
                    });
        }

        boolean deploys() {
            return step.equals("deploy");
        }

        Result unchanged() {
            return new Result.Go(path, step.equals("save") ? "There was nothing to save." : "");
        }

        Result kept(Edit.Wanted wanted) {
            String said = wanted.lists().isEmpty()
                    ? "It is as it is deployed. There is no draft any more."
                    : "Saved as a draft. It is not deployed yet.";
            return new Result.Go(path, deploys() ? "" : said);
        }
    }

    private Result keep(ServerRequest request, ListForm sent, Next next) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        if (!sent.touched()) {
            return next.unchanged();
        }
        ListForm form = sent.added();
        if (!next.deploys()) {
            return keep(request, api, lists.levels(api), form, next);
        }
        ListReader.Tried tried = lists.tried(api, levels -> levels.with(form), AuditLog.user(request.exchange()));
        ListRemarks remarks = ListRemarks.of(form, usual, tried.outcome());
        if (!remarks.faulty()) {
            return keep(request, api, tried.levels(), form, next);
        }
        ListReader.requireThere(tried.levels(), form.place());
        ListEdit edit =
                ListEdit.of(form).with(remarks).failed("Nothing was changed: what is marked below has to go first.");
        return new Result.Shown((asked, viewer) ->
                page(asked, viewer, api, tried.levels(), edit).with(HttpStatus.UNPROCESSABLE_CONTENT));
    }

    private Result keep(ServerRequest request, OneApi api, EndpointLevels levels, ListForm form, Next next)
            throws Exception {
        ListReader.requireThere(levels, form.place());
        Edit.Wanted wanted = levels.with(form);
        if (form.seen().equals(levels.now().seen())
                && wanted.equals(levels.now().wanted())) {
            return next.unchanged();
        }
        Edit kept = Console.await(
                wanted.lists().isEmpty() && form.seen().draft().isPresent()
                        ? changes.discardDraft(request.exchange(), id(api), form.seen())
                        : changes.keepDraft(request.exchange(), id(api), form.seen(), wanted, form.place()));
        if (kept instanceof Edit.Overtaken overtaken) {
            return new Result.Shown((asked, viewer) -> OvertakenPage.page(api, viewer, overtaken, Optional.of(form)));
        }
        if (kept instanceof Edit.Other other) {
            throw ApiRefusals.of(id(api), other.outcome());
        }
        return next.kept(wanted);
    }

    private Mono<ServerResponse> discard(ServerRequest request, MultiValueMap<String, String> sent) {
        Edit.Seen seen = ListForm.seen(sent);
        return console.slowly(() -> directory.one(id(request), Instant.now()))
                .flatMap(api -> ApiChanges.waited(() -> changes.discardDraft(request.exchange(), id(api), seen))
                        .flatMap(edit -> discarded(request, api, edit)));
    }

    private Mono<ServerResponse> discarded(ServerRequest request, OneApi api, Edit edit) {
        if (edit instanceof Edit.Overtaken overtaken) {
            return console.slowPage(
                    request, (asked, viewer) -> OvertakenPage.page(api, viewer, overtaken, Optional.empty()));
        }
        return edit instanceof Edit.Other other
                ? Mono.error(ApiRefusals.of(id(api), other.outcome()))
                : Console.goTo(request, Paths.endpoints(id(api)), "The draft is discarded.");
    }

    private Console.Page page(
            ServerRequest request, Console.Viewer viewer, OneApi api, EndpointLevels levels, ListEdit edit) {
        ListForm form = edit.form();
        Place place = form.place();
        Edit.Lists now = levels.now();
        ListQuery query = ListQuery.of(request, Paths.endpoints(id(api)), List.of(""), List.of("all"));
        boolean ofApi = place.level().equals(Level.API);
        boolean tooLong = form.urls().size() > ListForm.MOST_URLS;
        boolean editable = viewer.mayDeploy() && !tooLong;
        Optional<Listed> own = levels.deployed(place);
        Map<String, Object> values = about(api, viewer);
        values.put("editable", editable);
        values.put("tooLong", tooLong);
        values.put("form", form);
        values.put("seenDraft", form.seen().draft().orElse(""));
        values.put("kind", place.kind().name().toLowerCase(Locale.ROOT));
        values.put("ofApi", ofApi);
        values.put("where", PlaceLinks.where(place));
        values.put("otherwise", levels.otherwise(place));
        values.put("editing", editable && (ofApi || form.own()));
        values.put("types", EndpointType.values());
        values.put("rows", rows(form, edit.remarks()));
        values.put("nextName", form.type().nameOf(form.urls().size()));
        values.put(
                "list",
                ListView.of(
                        Optional.of(form.listed(own))
                                .filter(list -> !list.urls().isEmpty()),
                        levels.otherwise(place)));
        values.put("limits", LimitField.all(usual));
        values.put("remarks", edit.remarks());
        values.put("checked", edit.checked());
        values.put("focus", edit.focus());
        values.put("said", edit.said());
        values.put("failed", edit.fault());
        values.put("partly", Htmx.asks(request.exchange()));
        boolean drafted = now.wanted().lists().containsKey(place);
        values.put("drafted", drafted);
        values.put("reference", drafted ? "" : own.flatMap(Listed::reference).orElse(""));
        values.put("signsIn", own.filter(Listed::signsIn).isPresent());
        boolean signedIn = own.isEmpty()
                && form.own()
                && now.lists()
                        .effective(place.level(), place.kind())
                        .filter(Listed::signsIn)
                        .isPresent();
        boolean alike =
                signedIn && now.lists().signsInAlike(place, form.listed(own).urls());
        values.put("keepsSignIn", alike);
        values.put("losesSignIn", signedIn && !alike);
        values.put("elsewhere", ofApi && own.isEmpty() && !form.urls().isEmpty());
        values.put("tabs", PlaceLinks.tabs(id(api), place));
        values.put("query", query);
        ListQuery.Part<EndpointLevels.Row> part = query.part(levels.rows(
                place,
                query.text(),
                other -> PlaceLinks.href(id(api), other) + PlaceLinks.found(query.text(), query.page())));
        values.put("part", part);
        values.put("before", PlaceLinks.href(id(api), place) + PlaceLinks.found(query.text(), part.page() - 1));
        values.put("after", PlaceLinks.href(id(api), place) + PlaceLinks.found(query.text(), part.page() + 1));
        values.put("all", now.lists().levels().size());
        values.put("draft", DraftView.of(now));
        values.put("seen", now.seen());
        values.put("draftTag", now.seen().draft().orElse(""));
        values.put("overtaken", ListView.all(now.overtaken(), levels));
        values.put("overtakenHere", now.overtaken().containsKey(place));
        values.put("latest", now.api().latest().number());
        values.put("latestBy", now.api().latest().by());
        values.put("deployedHere", ListView.of(own, levels.otherwise(place)));
        return Console.Page.of("endpoints", values);
    }

    private static List<UrlRow> rows(ListForm form, ListRemarks remarks) {
        List<UrlRow> rows = new ArrayList<>();
        for (int i = 0; i < form.urls().size(); i++) {
            rows.add(new UrlRow(
                    i,
                    form.type().nameOf(i),
                    form.urls().get(i),
                    i == 0,
                    i == form.urls().size() - 1,
                    remarks.of("url-" + i)));
        }
        return rows;
    }

    static Map<String, Object> about(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = ApiFrame.of(api).values(Navigation.OfApi.ENDPOINTS, viewer);
        values.put("row", api.row());
        values.put("href", Paths.endpoints(id(api)));
        values.put("revisions", Paths.revisions(id(api)));
        return values;
    }

    private static Console.Page part(ServerRequest request, Console.Page page, String element) {
        return Htmx.wants(request.exchange(), element) ? page.only(element) : page;
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }

    private static String id(OneApi api) {
        return api.row().id();
    }
}
