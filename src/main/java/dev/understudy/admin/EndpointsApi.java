package dev.understudy.admin;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.journal.Performances;
import dev.understudy.overrides.Outcome;
import dev.understudy.overrides.Overrides;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * How endpoints are, and the way to hold them and let them go. Named in the imports of the management context and no {@code
 * @Configuration}: found by component scanning, it would be part of the traffic listeners, too.
 */
class EndpointsApi {

    static final String PATH = "/api/v1/endpoints";

    private static final String ONE = PATH + "/{id}";
    private static final String OVERRIDE = ONE + "/override";
    private static final String ACTION = "override";

    private final ApiCatalog catalog;
    private final EndpointsAnswer.Facts facts;
    private final Overrides overrides;
    private final AuditLog audit;
    private final JsonMapper json;

    EndpointsApi(
            ApiCatalog catalog,
            HealthRegistry health,
            Performances performances,
            Holds holds,
            Overrides overrides,
            AuditLog audit,
            JsonMapper json) {
        this.catalog = catalog;
        this.facts = new EndpointsAnswer.Facts(health, performances, holds);
        this.overrides = overrides;
        this.audit = audit;
        this.json = json;
    }

    @Bean
    RouterFunction<ServerResponse> endpointsRoutes() {
        return RouterFunctions.route()
                .GET(PATH, request -> answer(all -> all))
                .HEAD(PATH, request -> answer(all -> all))
                .route(RequestPredicates.path(PATH), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .GET(ONE, request -> answer(all -> one(all, request)))
                .HEAD(ONE, request -> answer(all -> one(all, request)))
                .route(RequestPredicates.path(ONE), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .PUT(OVERRIDE, this::override)
                .route(RequestPredicates.path(OVERRIDE), AdminProblems.only(HttpMethod.PUT))
                .build();
    }

    private Mono<ServerResponse> override(ServerRequest request) {
        return JsonBody.read(request)
                .map(body -> WantedOverride.of(body, json))
                .zipWhen(wanted -> all().map(all -> one(all, request).url()))
                .doOnError(
                        ErrorResponseException.class,
                        refusal -> audit.done(request.exchange(), ACTION, id(request), AuditLog.result(refusal)))
                .flatMap(both -> change(request, both.getT1(), both.getT2()).then(after(both.getT2())));
    }

    // Who was let go may be in no list any more.
    private Mono<ServerResponse> after(String url) {
        return Mono.defer(() -> answer(all -> all.withId(Endpoint.id(url)).orElseGet(() -> EndpointsAnswer.gone(url))));
    }

    // What came of it is written into the log also when the caller has left by then.
    private Mono<Outcome> change(ServerRequest request, WantedOverride wanted, String url) {
        return Mono.fromFuture(
                        () -> change(wanted, url, AuditLog.user(request.exchange()))
                                .whenComplete((outcome, error) ->
                                        audit.done(request.exchange(), ACTION, url, result(outcome, wanted))),
                        true)
                .doOnNext(EndpointsApi::refuseUnlessDone);
    }

    private CompletableFuture<Outcome> change(WantedOverride wanted, String url, String by) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return wanted.kind()
                .map(kind ->
                        overrides.hold(new Hold(url, kind, now, wanted.time().map(now::plus), wanted.reason(), by)))
                .orElseGet(() -> overrides.letGo(url, by));
    }

    private Mono<ServerResponse> answer(Function<EndpointsAnswer, Object> part) {
        return all().map(part)
                .flatMap(body -> ServerResponse.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(body));
    }

    // Not on an event loop, as there may be many operations; nor on the thread that outcomes come from.
    private Mono<EndpointsAnswer> all() {
        return Mono.fromSupplier(() -> EndpointsAnswer.of(catalog.current(), facts, Instant.now()))
                .subscribeOn(Schedulers.parallel());
    }

    private static EndpointsAnswer.Entry one(EndpointsAnswer all, ServerRequest request) {
        return all.withId(id(request))
                .orElseThrow(() -> AdminProblems.problem(
                        HttpStatus.NOT_FOUND,
                        "No endpoint has this id, and no endpoint that is held had it (expected: an id of GET " + PATH
                                + ")"));
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }

    private static void refuseUnlessDone(Outcome outcome) {
        if (outcome instanceof Outcome.NotKept) {
            throw AdminProblems.problem(
                    HttpStatus.INSUFFICIENT_STORAGE,
                    "The store cannot keep it. Nothing was changed; the log of the gateway says why.");
        }
        if (outcome instanceof Outcome.TooMany) {
            throw AdminProblems.problem(
                    HttpStatus.CONFLICT,
                    Overrides.MOST_HELD + " endpoints are held already (expected: fewer). Let others go first.");
        }
        if (outcome instanceof Outcome.Busy) {
            ErrorResponseException later =
                    AdminProblems.problem(HttpStatus.SERVICE_UNAVAILABLE, "Other changes are under way. Try again.");
            later.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
            throw later;
        }
    }

    private static String result(@Nullable Outcome outcome, WantedOverride wanted) {
        if (outcome == null) {
            return "failed";
        }
        try {
            refuseUnlessDone(outcome);
        } catch (ErrorResponseException refusal) {
            return AuditLog.result(refusal);
        }
        return wanted.kind().map(Hold.Kind::word).orElse("auto")
                + wanted.time().map(time -> " for " + time.toSeconds() + " s").orElse("")
                + (wanted.reason().isEmpty() ? "" : ": " + wanted.reason());
    }
}
