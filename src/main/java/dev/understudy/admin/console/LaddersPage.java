package dev.understudy.admin.console;

import dev.understudy.admin.ApiChanges;
import dev.understudy.admin.EndpointChanges;
import dev.understudy.admin.EndpointsAnswer;
import dev.understudy.admin.WantedOverride;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.journal.Performances;
import dev.understudy.overrides.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** All lists of endpoints, how each endpoint is, and the way to take one out and to return it. */
class LaddersPage {

    private static final String OTHER_TIME = "other";
    private static final List<String> SHOWS = List.of("all", "away");

    /** @param held endpoints that are held and in no list */
    record Found(List<Steps> lists, List<Loose> held) {}

    /**
     * A list of endpoints, in its order.
     *
     * @param apis who uses it
     * @param operations some of them, in words
     */
    record Steps(String apis, String kinds, String type, String operations, ServedView servedBy, List<Step> steps) {

        private boolean has(ListQuery query) {
            return query.isIn(apis) || steps.stream().anyMatch(step -> query.isIn(step.rung.url()));
        }

        private boolean away() {
            return steps.stream().anyMatch(step -> !step.rung.level().equals("first"));
        }
    }

    /**
     * One endpoint of a list. What is empty is not known, or has not happened.
     *
     * @param until when an operator's order ends by itself
     */
    record Step(
            Ladder.Rung rung,
            int failures,
            String error,
            @Nullable When errorAt,
            String latency,
            String p50,
            String p99,
            @Nullable When served,
            @Nullable When proved,
            int inFlight,
            @Nullable String until) {}

    /** @param word {@code Draining} or {@code Held down} */
    record Loose(String url, String href, HeldView held) {}

    /** An operator's order. @param until null: until somebody ends it */
    record HeldView(String word, When since, @Nullable String until, String reason, String by) {

        static HeldView of(EndpointsAnswer.Held held, Instant now) {
            return new HeldView(
                    held.state().equals("draining") ? "Draining" : "Held down",
                    When.of(held.since(), now),
                    Optional.ofNullable(held.until()).map(end -> ends(end, now)).orElse(null),
                    held.reason(),
                    held.by());
        }
    }

    /** What a form has, as it was filled in. */
    record Filled(String state, String time, String other, String reason) {

        private static Filled fresh(EndpointsAnswer.@Nullable Held held) {
            return held == null
                    ? new Filled(Hold.Kind.DRAINING.word(), "15m", "", "")
                    : new Filled(held.state(), "15m", "", held.reason());
        }

        static Filled of(MultiValueMap<String, String> form) {
            return new Filled(value(form, "state"), value(form, "for"), value(form, "other"), value(form, "reason"));
        }

        private WantedOverride wanted() {
            String asked = time.equals(OTHER_TIME) ? other.strip() : time;
            boolean forEver = time.equals("until-returned");
            // Whoever wants another time and names none has not decided.
            return WantedOverride.of(state, forEver ? Optional.empty() : Optional.of(asked), reason);
        }
    }

    private final Console console;
    private final ApiCatalog catalog;
    private final HealthRegistry health;
    private final EndpointsAnswer.Facts facts;
    private final EndpointChanges changes;

    LaddersPage(
            Console console,
            ApiCatalog catalog,
            HealthRegistry health,
            Performances performances,
            Holds holds,
            EndpointChanges changes) {
        this.console = console;
        this.catalog = catalog;
        this.health = health;
        this.facts = new EndpointsAnswer.Facts(health, performances, holds);
        this.changes = changes;
    }

    @Bean
    RouterFunction<ServerResponse> laddersPageRoutes() {
        return console.page(Paths.LADDERS, (request, viewer) -> list(request))
                .and(console.page(Paths.ENDPOINT, (request, viewer) -> one(request, Optional.empty(), "")))
                .and(console.post(Paths.HOLD, this::hold))
                .and(console.post(Paths.RELEASE, this::release));
    }

    private Console.Page list(ServerRequest request) {
        Instant now = Instant.now();
        ListQuery query = ListQuery.of(request, Paths.LADDERS, List.of(""), SHOWS);
        Found all = found(all(now), now);
        List<Steps> lists = all.lists.stream()
                .filter(list -> list.has(query) && (!query.show().equals("away") || list.away()))
                .toList();
        return Console.Page.of(
                "ladders",
                Map.of(
                        "title", "Endpoints",
                        "query", query,
                        "count", all.lists.size(),
                        "away", all.lists.stream().filter(Steps::away).count(),
                        "held",
                                all.held.stream()
                                        .filter(each -> query.isIn(each.url))
                                        .toList(),
                        "part", query.part(lists)));
    }

    private Console.Page one(ServerRequest request, Optional<Filled> filled, String fault) {
        Instant now = Instant.now();
        EndpointsAnswer all = all(now);
        EndpointsAnswer.Entry entry = all.one(request.pathVariable("id"));
        Map<String, Object> values = new HashMap<>();
        values.put("title", "Endpoint " + entry.url());
        values.put("url", entry.url());
        values.put("id", entry.id());
        values.put("href", Paths.endpoint(entry.id()));
        values.put("inFlight", entry.inFlight());
        values.put("held", entry.override() == null ? null : HeldView.of(entry.override(), now));
        values.put("lists", lists(all, entry.lists(), now));
        values.put("alone", alone(entry));
        values.put("filled", filled.orElseGet(() -> Filled.fresh(entry.override())));
        values.put("fault", fault);
        return Console.Page.of("endpoint", values)
                .with(fault.isEmpty() ? HttpStatus.OK : HttpStatus.UNPROCESSABLE_CONTENT);
    }

    private Mono<ServerResponse> hold(ServerRequest request, MultiValueMap<String, String> form) {
        Filled filled = Filled.of(form);
        WantedOverride wanted;
        try {
            wanted = filled.wanted();
        } catch (ErrorResponseException refusal) {
            changes.refused(request.exchange(), request.pathVariable("id"), refusal);
            String fault = String.valueOf(refusal.getBody().getDetail());
            return console.page(request, (asked, viewer) -> one(asked, Optional.of(filled), fault));
        }
        return change(request, wanted, (url, time) -> url + " is taken out" + time + ". No request is begun there.");
    }

    private Mono<ServerResponse> release(ServerRequest request, MultiValueMap<String, String> form) {
        return change(
                request,
                WantedOverride.of("auto", Optional.empty(), value(form, "reason")),
                (url, time) -> url + " is returned to service: it is asked again as soon as it is well.");
    }

    private interface Said {
        String of(String url, String time);
    }

    private Mono<ServerResponse> change(ServerRequest request, WantedOverride wanted, Said said) {
        String id = request.pathVariable("id");
        return console.work(() -> all(Instant.now()).one(id).url())
                .doOnError(ErrorResponseException.class, none -> changes.refused(request.exchange(), id, none))
                .flatMap(url -> ApiChanges.waited(() -> changes.change(request.exchange(), url, wanted))
                        .flatMap(outcome -> answer(request, url, outcome, said.of(url, time(wanted)))));
    }

    // Who was let go may be in no list any more, and has no page then.
    private Mono<ServerResponse> answer(ServerRequest request, String url, Outcome outcome, String said) {
        EndpointChanges.refuseUnlessDone(outcome);
        String id = request.pathVariable("id");
        return console.work(() -> all(Instant.now()).endpoints().stream()
                        .anyMatch(entry -> entry.id().equals(id)))
                .flatMap(there -> Console.goTo(request, there ? Paths.endpoint(id) : Paths.LADDERS, said));
    }

    private static String time(WantedOverride wanted) {
        return wanted.time().map(time -> " for " + span(time)).orElse("");
    }

    private EndpointsAnswer all(Instant now) {
        return EndpointsAnswer.of(catalog.current(), facts, now);
    }

    private Found found(EndpointsAnswer all, Instant now) {
        return new Found(
                lists(
                        all,
                        all.endpoints().stream()
                                .flatMap(entry -> entry.lists().stream())
                                .toList(),
                        now),
                all.endpoints().stream()
                        .filter(entry -> entry.lists().isEmpty())
                        .flatMap(entry -> Stream.ofNullable(entry.override())
                                .map(held ->
                                        new Loose(entry.url(), Paths.endpoint(entry.id()), HeldView.of(held, now))))
                        .toList());
    }

    /** Each of these lists once, with all of its endpoints. */
    private List<Steps> lists(EndpointsAnswer all, List<EndpointsAnswer.InList> wanted, Instant now) {
        Map<String, EndpointGroup> groups = groups();
        Map<String, EndpointsAnswer.Entry> entries = new HashMap<>();
        all.endpoints().forEach(entry -> entries.put(entry.url(), entry));
        Map<String, Steps> lists = new TreeMap<>();
        for (EndpointsAnswer.InList in : wanted) {
            EndpointGroup group = groups.get(in.group());
            if (group != null && !lists.containsKey(in.group())) {
                lists.put(in.group(), steps(group, in, entries, now));
            }
        }
        return lists.values().stream()
                .sorted((one, other) -> String.CASE_INSENSITIVE_ORDER.compare(one.apis, other.apis))
                .toList();
    }

    private Map<String, EndpointGroup> groups() {
        return catalog.current().groups().keySet().stream()
                .collect(Collectors.toMap(EndpointGroup::name, group -> group, (one, same) -> one));
    }

    private Steps steps(
            EndpointGroup group, EndpointsAnswer.InList in, Map<String, EndpointsAnswer.Entry> entries, Instant now) {
        Ladder ladder = Ladder.of(
                new EndpointList(
                        group, new TreeSet<>(in.kinds()), in.operations().count()),
                health,
                now);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < ladder.rungs().size(); i++) {
            steps.add(step(
                    ladder.rungs().get(i), entries.get(ladder.rungs().get(i).url()), group.name(), i + 1, now));
        }
        return new Steps(
                String.join(", ", in.apis()),
                ladder.kinds(),
                ladder.type(),
                operations(in.operations()),
                ladder.servedBy(),
                steps);
    }

    private static String operations(EndpointsAnswer.Operations operations) {
        int named = Math.min(3, operations.first().size());
        String first = String.join(", ", operations.first().subList(0, named));
        return operations.count() > named ? first + " and " + (operations.count() - named) + " more" : first;
    }

    private static Step step(
            Ladder.Rung rung, EndpointsAnswer.@Nullable Entry entry, String group, int position, Instant now) {
        Optional<EndpointsAnswer.InList> known = Optional.ofNullable(entry).stream()
                .flatMap(one -> one.lists().stream())
                .filter(in -> in.group().equals(group) && in.position() == position)
                .findFirst();
        Optional<EndpointsAnswer.LastError> error = known.map(EndpointsAnswer.InList::lastError);
        return new Step(
                rung,
                known.map(EndpointsAnswer.InList::failuresInRow).orElse(0),
                Words.of(error.map(EndpointsAnswer.LastError::word)),
                error.map(each -> When.of(each.at(), now)).orElse(null),
                millis(known.map(EndpointsAnswer.InList::latencyMs)),
                millis(known.map(EndpointsAnswer.InList::latencyP50Ms)),
                millis(known.map(EndpointsAnswer.InList::latencyP99Ms)),
                known.map(EndpointsAnswer.InList::lastServed)
                        .map(at -> When.of(at, now))
                        .orElse(null),
                known.map(EndpointsAnswer.InList::lastProved)
                        .map(at -> When.of(at, now))
                        .orElse(null),
                Optional.ofNullable(entry).map(EndpointsAnswer.Entry::inFlight).orElse(0),
                Optional.ofNullable(entry)
                        .map(EndpointsAnswer.Entry::override)
                        .map(EndpointsAnswer.Held::until)
                        .map(end -> ends(end, now))
                        .orElse(null));
    }

    private static String millis(Optional<Double> time) {
        return time.map(millis -> String.format(Locale.ROOT, millis < 10 ? "%.1f ms" : "%.0f ms", millis))
                .orElse("");
    }

    /** Whether nobody would be left in one of its lists, if it were taken out. */
    private boolean alone(EndpointsAnswer.Entry entry) {
        Map<String, EndpointGroup> groups = groups();
        return entry.lists().stream()
                .map(in -> Optional.ofNullable(groups.get(in.group())))
                .flatMap(Optional::stream)
                .anyMatch(group -> health.members(group).stream()
                        .filter(member -> !member.url().equals(entry.url()))
                        .noneMatch(member -> member.health().available()));
    }

    private static String ends(Instant end, Instant now) {
        Duration left = Duration.between(now, end);
        return When.of(end, now).exact() + (left.isNegative() ? "" : ", " + span(left) + " from now");
    }

    private static String span(Duration time) {
        return When.span(time);
    }

    private static String value(MultiValueMap<String, String> form, String name) {
        return Optional.ofNullable(form.getFirst(name)).orElse("");
    }
}
