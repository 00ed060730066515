package dev.understudy.admin;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.TokenIssuers;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.explain.Explainer;
import dev.understudy.explain.Told;
import dev.understudy.journal.RecentRequests;
import org.springframework.context.annotation.Bean;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Why requests went where they did, and where one would go. Named in the imports of the management context, so it is no
 * part of the traffic listeners.
 */
class ExplainApi {

    static final String EXPLAIN = "/api/v1/explain";
    static final String REQUESTS = "/api/v1/requests";

    private final Explainer explainer;
    private final Requests requests;

    ExplainApi(ApiCatalog catalog, HealthRegistry health, TokenIssuers issuers, RecentRequests recent) {
        this.explainer = new Explainer(catalog, health, issuers);
        this.requests = new Requests(recent);
    }

    @Bean
    RouterFunction<ServerResponse> explainRoutes() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        read(routes, EXPLAIN, request -> fresh(explainer.explain(Requests.question(request))));
        read(routes, REQUESTS, request -> fresh(requests.list(request)));
        read(routes, REQUESTS + "/{id}", this::one);
        return routes.build();
    }

    private static void read(RouterFunctions.Builder routes, String path, HandlerFunction<ServerResponse> handler) {
        routes.GET(path, handler)
                .HEAD(path, handler)
                .route(RequestPredicates.path(path), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD));
    }

    private static Mono<ServerResponse> fresh(Object body) {
        return ServerResponse.ok().cacheControl(CacheControl.noStore()).bodyValue(body);
    }

    private Mono<ServerResponse> one(ServerRequest request) {
        Parameters.of(request);
        return fresh(Told.of(requests.one(request.pathVariable("id"))));
    }
}
