package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
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
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.Trust;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.Finding;
import dev.understudy.store.Draft;
import dev.understudy.store.Revision;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
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
import org.springframework.web.util.UriUtils;
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

    /** A list, for people. @param type empty: there is no list */
    record ListView(String type, List<String> urls, Map<String, String> limits, String none) {

        static ListView of(Optional<Listed> list, String none) {
            return list.map(some -> new ListView(EndpointType.of(some).label(), some.urls(), some.limits(), none))
                    .orElseGet(() -> new ListView("", List.of(), Map.of(), none));
        }
    }

    /** Something that somebody else changed. */
    record Theirs(String where, ListView list) {}

    /** What came of a form. */
    private sealed interface Result {

        /** @param notice to be said there; empty: nothing */
        record Go(String path, String notice) implements Result {}

        record Shown(Console.Maker maker) implements Result {}
    }

    /** A form, and what is to be shown with it. @param focus id of the element that gets the focus; @param said of a step */
    private record View(
            ListForm form, ListRemarks remarks, List<CheckRow> checked, String focus, String said, String fault) {

        static View of(ListForm form) {
            return new View(form, ListRemarks.NONE, List.of(), "", "", "");
        }

        View with(ListRemarks others) {
            return new View(form, others, checked, focus, said, fault);
        }

        View failed(String why) {
            return new View(form, remarks, checked, "", said, why);
        }

        View told(String element, String what) {
            return new View(form, remarks, checked, element, what, fault);
        }

        View checked(List<CheckRow> rows) {
            return new View(form, remarks, rows, focus, said, fault);
        }
    }

    private final Console console;
    private final ApiDirectory directory;
    private final DeployedApis deployed;
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
        this.deployed = deployed;
        this.changes = changes;
        this.checks = checks;
        this.usual = defaults.policy();
    }

    @Bean
    RouterFunction<ServerResponse> endpointsPageRoutes() {
        return RouterFunctions.route()
                .add(console.slowForm(Paths.ENDPOINTS, this::show, this::take))
                .add(console.post(Paths.ENDPOINTS_DISCARD, this::discard))
                .add(console.slowForm(
                        Paths.ENDPOINTS_DEPLOY, (request, viewer) -> review(request, viewer, ""), this::deploy))
                .add(console.page(Paths.ENDPOINTS_DEPLOYED, this::deployed))
                .build();
    }

    private Console.Page show(ServerRequest request, Console.Viewer viewer) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        if (api.stored().isEmpty()) {
            return ofFolder(api, viewer);
        }
        EndpointLevels levels = levels(api);
        Place place = ListForm.place(
                request.queryParam("kind").orElse(""),
                request.queryParam("path").orElse(""),
                request.queryParam("method").orElse(""));
        requireThere(levels, place);
        Console.Page page = page(request, viewer, api, levels, View.of(levels.form(place)));
        return Htmx.wants(request.exchange(), LEVELS) ? page.only(LEVELS) : page;
    }

    private Console.Page ofFolder(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = about(api, viewer);
        values.put(
                "lists",
                api.served().map(EndpointList::of).stream()
                        .flatMap(Collection::stream)
                        .map(list -> new Theirs(
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
                console.slowly(() -> keep(request, form, step, go, sent))
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
        EndpointLevels levels = levels(api);
        requireThere(levels, form.place());
        View view = after(levels, form, step);
        View remarked = view.with(remarks(levels, api, view.form(), viewer.name()));
        return part(request, page(request, viewer, api, levels, remarked), EDITOR);
    }

    private static View after(EndpointLevels levels, ListForm form, String step) {
        int colon = step.indexOf(':');
        String number = step.substring(colon + 1);
        int at = colon > 0 && number.matches("\\d{1,4}") ? Integer.parseInt(number) : -1;
        return switch (colon > 0 ? step.substring(0, colon) : step) {
            case "up" -> moved(form, at, at - 1);
            case "down" -> moved(form, at, at + 1);
            case "remove" ->
                View.of(form.removed(at))
                        .told("url-new", form.isPosition(at) ? form.urls().get(at) + " removed." : "");
            case "own" -> View.of(form.ofItsOwn()).told("choice-own", "A list of its own.");
            case "above" -> above(levels, form);
            case "theirs" -> {
                Optional<Listed> theirs = levels.deployed(form.place());
                Listed list = theirs.or(() -> levels.above(form.place()))
                        .orElseGet(() -> Listed.of("failover", List.of(), Map.of()));
                yield View.of(ListForm.of(form.place(), levels.now().seen(), theirs.isPresent(), list)
                                .onTopOf(levels.now().seen()))
                        .told("save", "What is deployed is in the form now.");
            }
            case "type", "order" -> View.of(form);
            default -> added(form);
        };
    }

    private static View added(ListForm form) {
        ListForm added = form.added();
        boolean more = added.urls().size() > form.urls().size();
        return View.of(added)
                .told(
                        "url-new",
                        more
                                ? form.fresh() + " is "
                                        + added.type().nameOf(form.urls().size()) + " now."
                                : "");
    }

    private static View moved(ListForm form, int from, int to) {
        ListForm moved = form.moved(from, to);
        if (moved.equals(form)) {
            return View.of(form);
        }
        boolean up = to < from;
        boolean end = up ? to == 0 : to == form.urls().size() - 1;
        String focus = (up == end ? "down-" : "up-") + to;
        return View.of(moved)
                .told(focus, form.urls().get(from) + " is " + form.type().nameOf(to) + " now.");
    }

    private static View above(EndpointLevels levels, ListForm form) {
        ListForm there = ListForm.of(
                form.place(),
                form.seen(),
                false,
                levels.above(form.place()).orElseGet(() -> Listed.of("failover", List.of(), Map.of())));
        ListForm kept = new ListForm(
                form.place(), form.seen(), form.begun(), false, there.type(), there.urls(), "", there.limits());
        return View.of(kept).told("choice-above", "No list of its own.");
    }

    private Console.Page warned(ServerRequest request, ListForm form) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        EndpointLevels levels = levels(api);
        requireThere(levels, form.place());
        ListRemarks remarks = remarks(levels, api, form, AuditLog.user(request.exchange()));
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

    // As the reader of documents sees it, with all that was saved of the other lists.
    private ListRemarks remarks(EndpointLevels levels, OneApi api, ListForm form, String by) throws Exception {
        Edit would =
                Console.await(deployed.deployLists(id(api), levels.now().seen(), levels.with(form.added()), true, by));
        if (would instanceof Edit.Other other && other.outcome() instanceof Outcome.Refused refused) {
            return ListRemarks.of(form, usual, refused.faults(), refused.warnings());
        }
        if (would instanceof Edit.Other other && other.outcome() instanceof Applied applied) {
            return ListRemarks.of(form, usual, List.of(), applied.warnings());
        }
        return ListRemarks.of(form, usual, List.of(), List.of());
    }

    private Mono<ServerResponse> check(ServerRequest request, ListForm form) {
        OneApi api = directory.one(id(request), Instant.now());
        List<String> urls = form.listed(Optional.empty()).urls().stream()
                .distinct()
                .limit(Question.MOST)
                .toList();
        Optional<String> path = Optional.ofNullable(form.limits().get("failover.probe.path"))
                .or(() -> usual.probe().path())
                .filter(Probe::isPath);
        Mono<List<Checked>> asked = urls.isEmpty()
                ? Mono.just(List.of())
                : checks.checked(
                        request.exchange(),
                        new Question(
                                urls.stream()
                                        .map(url -> new Question.Target(url, trust(api.served(), url)))
                                        .toList(),
                                path));
        return asked.publishOn(Schedulers.parallel())
                .flatMap(all -> console.slowPage(request, (again, viewer) -> {
                    EndpointLevels levels = levels(api);
                    requireThere(levels, form.place());
                    View view = View.of(form)
                            .with(remarks(levels, api, form, viewer.name()))
                            .checked(all.stream().map(CheckRow::of).toList())
                            .told("check", all.isEmpty() ? "There is no endpoint to check." : "Checked.");
                    return part(again, page(again, viewer, api, levels, view), CHECKED);
                }));
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

    private Result keep(ServerRequest request, ListForm sent, String step, String go, MultiValueMap<String, String> all)
            throws Exception {
        String id = id(request);
        String by = AuditLog.user(request.exchange());
        OneApi api = directory.one(id, Instant.now());
        ListForm form = sent.added();
        String here = href(id, form.place());
        String next = step.equals("deploy")
                ? Paths.endpoints(id) + "/deploy"
                : step.equals("go") ? href(id, EndpointLevels.place(go)) + found(all) : here;
        if (!sent.touched()) {
            return new Result.Go(next, step.equals("save") ? "There was nothing to save." : "");
        }
        EndpointLevels levels = levels(api);
        requireThere(levels, form.place());
        Edit.Wanted wanted = levels.with(form);
        if (step.equals("deploy")) {
            ListRemarks remarks = remarks(levels, api, form, by);
            if (remarks.faulty()) {
                View view = View.of(form)
                        .with(remarks)
                        .failed("Nothing was changed: what is marked below has to go first.");
                return new Result.Shown((asked, viewer) ->
                        page(asked, viewer, api, levels, view).with(HttpStatus.UNPROCESSABLE_CONTENT));
            }
        }
        if (form.seen().equals(levels.now().seen())
                && wanted.equals(levels.now().wanted())) {
            return new Result.Go(next, step.equals("save") ? "There was nothing to save." : "");
        }
        Edit kept = Console.await(
                wanted.lists().isEmpty() && form.seen().draft().isPresent()
                        ? changes.discardDraft(request.exchange(), id, form.seen())
                        : changes.keepDraft(request.exchange(), id, form.seen(), wanted, form.place()));
        if (kept instanceof Edit.Overtaken overtaken) {
            return new Result.Shown((asked, viewer) -> overtaken(api, viewer, overtaken, Optional.of(form)));
        }
        if (kept instanceof Edit.Other other) {
            throw ApiRefusals.of(id, other.outcome());
        }
        boolean none = wanted.lists().isEmpty();
        return new Result.Go(
                next,
                step.equals("deploy")
                        ? ""
                        : none
                                ? "It is as it is deployed. There is no draft any more."
                                : "Saved as a draft. It is not deployed yet.");
    }

    private static String found(MultiValueMap<String, String> sent) {
        String page = ListForm.first(sent, "page");
        return found(ListForm.first(sent, "q"), page.matches("[1-9]\\d{0,4}") ? Integer.parseInt(page) : 1);
    }

    /** What was found of the levels, behind the path of a place. */
    private static String found(String text, int page) {
        return (text.isEmpty() ? "" : "&q=" + encoded(text)) + (page > 1 ? "&page=" + page : "");
    }

    private Mono<ServerResponse> discard(ServerRequest request, MultiValueMap<String, String> sent) {
        String id = id(request);
        OneApi api = directory.one(id, Instant.now());
        return Mono.fromFuture(() -> changes.discardDraft(request.exchange(), id, ListForm.seen(sent)), true)
                .publishOn(Schedulers.parallel())
                .flatMap(edit -> {
                    if (edit instanceof Edit.Overtaken overtaken) {
                        return console.slowPage(
                                request, (asked, viewer) -> overtaken(api, viewer, overtaken, Optional.empty()));
                    }
                    return edit instanceof Edit.Other other
                            ? Mono.error(ApiRefusals.of(id, other.outcome()))
                            : Console.goTo(request, Paths.endpoints(id), "The draft is discarded.");
                });
    }

    private Console.Page review(ServerRequest request, Console.Viewer viewer, String fault) throws Exception {
        OneApi api = directory.one(id(request), Instant.now());
        Edit.Lists now = levels(api).now();
        Edit would = Console.await(deployed.deployLists(id(api), now.seen(), now.wanted(), true, viewer.name()));
        Map<String, Object> values = about(api, viewer);
        values.put("title", "Deploy the endpoints of " + api.row().name());
        values.put("seen", now.seen());
        values.put("draftTag", now.seen().draft().orElse(""));
        values.put("latest", now.api().latest().number());
        values.put("fault", fault);
        values.put("change", null);
        values.put("faults", List.of());
        values.put("warnings", List.of());
        values.put("unchanged", now.wanted().lists().isEmpty());
        values.put("draft", draft(now));
        values.put("overtaken", theirs(now.overtaken(), new EndpointLevels(now, api.served())));
        values.put("latestBy", now.api().latest().by());
        if (would instanceof Edit.Other other && other.outcome() instanceof Applied applied) {
            values.put("change", ChangesView.of(applied.changes()));
            values.put("warnings", dev.understudy.admin.Place.of(applied.warnings()));
        } else if (would instanceof Edit.Other other && other.outcome() instanceof Outcome.Refused refused) {
            values.put("faults", dev.understudy.admin.Place.of(refused.faults()));
        } else if (would instanceof Edit.Other other) {
            values.put(
                    "fault",
                    String.valueOf(
                            ApiRefusals.of(id(api), other.outcome()).getBody().getDetail()));
        }
        return Console.Page.of("endpoints-deploy", values).with(fault.isEmpty() ? HttpStatus.OK : HttpStatus.CONFLICT);
    }

    private Mono<ServerResponse> deploy(ServerRequest request, MultiValueMap<String, String> sent) {
        String id = id(request);
        Edit.Seen seen = ListForm.seen(sent);
        OneApi api = directory.one(id, Instant.now());
        // The draft that was seen is the one whose tag is right, so what is wanted is what was shown.
        return console.slowly(() -> levels(api).now().wanted())
                .flatMap(wanted ->
                        Mono.fromFuture(() -> changes.deployLists(request.exchange(), id, seen, wanted), true))
                .publishOn(Schedulers.parallel())
                .flatMap(edit -> {
                    if (edit instanceof Edit.Overtaken overtaken) {
                        return console.slowPage(
                                request, (asked, viewer) -> overtaken(api, viewer, overtaken, Optional.empty()));
                    }
                    Outcome outcome = ((Edit.Other) edit).outcome();
                    if (outcome instanceof Applied) {
                        return Console.goTo(Paths.endpoints(id) + "/deployed");
                    }
                    String why =
                            String.valueOf(ApiRefusals.of(id, outcome).getBody().getDetail());
                    return console.slowPage(request, (asked, viewer) -> review(asked, viewer, why));
                });
    }

    private Console.Page deployed(ServerRequest request, Console.Viewer viewer) {
        OneApi api = directory.one(id(request), Instant.now());
        Revision latest = api.stored()
                .orElseThrow(() -> AdminProblems.problem(HttpStatus.NOT_FOUND, "It is one of the folder."))
                .latest();
        Map<String, Object> values = about(api, viewer);
        values.put("title", "Revision " + latest.number() + " of " + api.row().name());
        values.put("latest", latest.number());
        values.put("by", latest.by());
        values.put("at", When.of(latest.at(), Instant.now()));
        values.put(
                "live",
                api.served().isPresent()
                        && api.stored().orElseThrow().placements().stream()
                                .allMatch(placement -> placement.revision() == latest.number()));
        values.put(
                "before",
                api.stored().orElseThrow().revisions().stream()
                        .map(Revision::number)
                        .filter(number -> number < latest.number())
                        .max(Comparator.naturalOrder())
                        .orElse(0));
        return Console.Page.of("endpoints-deployed", values);
    }

    private Console.Page overtaken(
            OneApi api, Console.Viewer viewer, Edit.Overtaken overtaken, Optional<ListForm> mine) {
        Instant moment = Instant.now();
        Edit.Lists now = overtaken.now();
        EndpointLevels levels = new EndpointLevels(now, api.served());
        Map<String, Object> values = about(api, viewer);
        Revision latest = now.api().latest();
        values.put("title", "Somebody was faster");
        values.put("latest", latest.number());
        values.put("by", latest.by());
        values.put("at", When.of(latest.at(), moment));
        values.put("deployed", theirs(overtaken.deployed(), levels));
        values.put(
                "deployedSince",
                mine.map(form -> form.seen().revision() != latest.number())
                        .orElse(!overtaken.deployed().isEmpty()));
        values.put("draft", draft(now));
        values.put("wanted", theirs(now.wanted().lists(), levels));
        values.put("mine", mine.map(form -> form.onTopOf(now.seen())).orElse(null));
        values.put("mineDraft", now.seen().draft().orElse(""));
        values.put(
                "mineList",
                mine.map(form -> new Theirs(
                                where(form.place()), ListView.of(levels.of(form), levels.otherwise(form.place()))))
                        .orElse(null));
        values.put("here", mine.map(form -> href(id(api), form.place())).orElse(Paths.endpoints(id(api))));
        return Console.Page.of("endpoints-overtaken", values).with(HttpStatus.CONFLICT);
    }

    private static List<Theirs> theirs(Map<Place, Optional<Listed>> lists, EndpointLevels levels) {
        return lists.entrySet().stream()
                .map(each ->
                        new Theirs(where(each.getKey()), ListView.of(each.getValue(), levels.otherwise(each.getKey()))))
                .toList();
    }

    private Console.Page page(
            ServerRequest request, Console.Viewer viewer, OneApi api, EndpointLevels levels, View view) {
        ListForm form = view.form();
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
        values.put("where", where(place));
        values.put("otherwise", levels.otherwise(place));
        values.put("editing", editable && (ofApi || form.own()));
        values.put("types", EndpointType.values());
        values.put("rows", rows(form, view.remarks()));
        values.put("nextName", form.type().nameOf(form.urls().size()));
        values.put(
                "list",
                ListView.of(
                        Optional.of(form.listed(own))
                                .filter(list -> !list.urls().isEmpty()),
                        levels.otherwise(place)));
        values.put("limits", LimitField.all(usual));
        values.put("remarks", view.remarks());
        values.put("checked", view.checked());
        values.put("focus", view.focus());
        values.put("said", view.said());
        values.put("failed", view.fault());
        values.put("partly", Htmx.asks(request.exchange()));
        boolean drafted = now.wanted().lists().containsKey(place);
        values.put("drafted", drafted);
        values.put("reference", drafted ? "" : own.flatMap(Listed::reference).orElse(""));
        values.put("signsIn", own.filter(Listed::signsIn).isPresent());
        values.put(
                "losesSignIn",
                own.isEmpty()
                        && form.own()
                        && now.lists()
                                .effective(place.level(), place.kind())
                                .filter(Listed::signsIn)
                                .isPresent());
        values.put("elsewhere", ofApi && own.isEmpty() && !form.urls().isEmpty());
        values.put(
                "tabs",
                Arrays.stream(Kind.values()).map(kind -> tab(api, place, kind)).toList());
        values.put("query", query);
        ListQuery.Part<EndpointLevels.Row> part = query.part(
                levels.rows(place, query.text(), other -> href(id(api), other) + found(query.text(), query.page())));
        values.put("part", part);
        values.put("before", href(id(api), place) + found(query.text(), part.page() - 1));
        values.put("after", href(id(api), place) + found(query.text(), part.page() + 1));
        values.put("all", now.lists().levels().size());
        values.put("draft", draft(now));
        values.put("seen", now.seen());
        values.put("draftTag", now.seen().draft().orElse(""));
        values.put("overtaken", theirs(now.overtaken(), levels));
        values.put("overtakenHere", now.overtaken().containsKey(place));
        values.put("latest", now.api().latest().number());
        values.put("latestBy", now.api().latest().by());
        values.put("deployedHere", ListView.of(own, levels.otherwise(place)));
        return Console.Page.of("endpoints", values);
    }

    /** @param key by which the form goes there */
    record Tab(String label, String key, String href, boolean current) {}

    private static Tab tab(OneApi api, Place place, Kind kind) {
        Place other = new Place(place.level(), kind);
        return new Tab(
                kind == Kind.PRODUCTION ? "Production" : "Sandbox",
                EndpointLevels.key(other),
                href(id(api), other),
                kind == place.kind());
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

    /** @param places how many lists it changes */
    record DraftView(String by, When at, int places) {}

    private static List<DraftView> draft(Edit.Lists now) {
        return now.draft().stream()
                .map(draft -> draft(draft, now.wanted().lists().size()))
                .toList();
    }

    private static DraftView draft(Draft draft, int places) {
        return new DraftView(draft.by(), When.of(draft.at(), Instant.now()), places);
    }

    private static Map<String, Object> about(OneApi api, Console.Viewer viewer) {
        Map<String, Object> values = ApiFrame.of(api).values(Navigation.OfApi.ENDPOINTS, viewer);
        values.put("row", api.row());
        values.put("href", Paths.endpoints(id(api)));
        values.put("revisions", Paths.revisions(id(api)));
        return values;
    }

    private EndpointLevels levels(OneApi api) throws Exception {
        Edit found = Console.await(deployed.lists(id(api)));
        if (found instanceof Edit.Lists now) {
            return new EndpointLevels(now, api.served());
        }
        throw ApiRefusals.of(id(api), ((Edit.Other) found).outcome());
    }

    private static void requireThere(EndpointLevels levels, Place place) {
        if (!levels.now().lists().levels().contains(place.level())) {
            throw AdminProblems.problem(
                    HttpStatus.NOT_FOUND,
                    "The document that is deployed has no " + Finding.shown(where(place))
                            + " (expected: one of its paths and operations). Nothing was changed.");
        }
    }

    private static Console.Page part(ServerRequest request, Console.Page page, String element) {
        return Htmx.wants(request.exchange(), element) ? page.only(element) : page;
    }

    private static String where(Place place) {
        Level level = place.level();
        String at = level.path().isEmpty()
                ? "the API"
                : (level.method().toUpperCase(Locale.ROOT) + " " + level.path()).strip();
        return place.kind() == Kind.SANDBOX ? at + ", sandbox" : at;
    }

    private static String href(String id, Place place) {
        Level level = place.level();
        return Paths.endpoints(id) + "?kind=" + place.kind().name().toLowerCase(Locale.ROOT)
                + (level.path().isEmpty() ? "" : "&path=" + encoded(level.path()))
                + (level.method().isEmpty() ? "" : "&method=" + encoded(level.method()));
    }

    private static String encoded(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }

    private static String id(OneApi api) {
        return api.row().id();
    }
}
