package dev.understudy.admin;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Holds;
import dev.understudy.journal.Performances;
import dev.understudy.overrides.Outcome;
import java.time.Instant;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
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
 * How endpoints are, and the way to hold them and let them go. Named in the imports of the management context, so it is no
 * part of the traffic listeners.
 */
class EndpointsApi {

    static final String PATH = "/api/v1/endpoints";

    private static final String ONE = PATH + "/{id}";
    private static final String OVERRIDE = ONE + "/override";

    private final ApiCatalog catalog;
    private final EndpointsAnswer.Facts facts;
    private final EndpointChanges changes;
    private final JsonMapper json;

    EndpointsApi(
            ApiCatalog catalog,
            HealthRegistry health,
            Performances performances,
            Holds holds,
            EndpointChanges changes,
            JsonMapper json) {
        this.catalog = catalog;
        this.facts = new EndpointsAnswer.Facts(health, performances, holds);
        this.changes = changes;
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
                        refusal -> changes.refused(request.exchange(), id(request), refusal))
                .flatMap(both -> change(request, both.getT1(), both.getT2()).then(after(both.getT2())));
    }

    // Who was let go may be in no list any more.
    private Mono<ServerResponse> after(String url) {
        return Mono.defer(() -> answer(all -> all.withId(Endpoint.id(url)).orElseGet(() -> EndpointsAnswer.gone(url))));
    }

    private Mono<Outcome> change(ServerRequest request, WantedOverride wanted, String url) {
        return Mono.fromFuture(() -> changes.change(request.exchange(), url, wanted), true)
                .doOnNext(EndpointChanges::refuseUnlessDone);
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
        return all.one(id(request));
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }
}
