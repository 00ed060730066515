package dev.understudy.admin;

import dev.understudy.catalog.Definitions;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * The gateway's own admin API. Named in the imports of the management context, so it is no part of the traffic listeners.
 */
class AdminApi {

    private static final String BASE = "/api/v1";
    private static final String DEFINITIONS = BASE + "/definitions";
    private static final String DOCUMENT = BASE + "/openapi.json";

    @Bean
    RouterFunction<ServerResponse> adminApiRoutes(Definitions definitions, JsonMapper json) {
        // Made for the first who asks: no start has to wait for it.
        Mono<byte[]> document = Mono.fromCallable(() -> json.writeValueAsBytes(AdminApiDocument.read()))
                .subscribeOn(Schedulers.boundedElastic())
                .cache();
        return RouterFunctions.route()
                .add(read(
                        DEFINITIONS, request -> ServerResponse.ok().bodyValue(DefinitionsAnswer.of(definitions.all()))))
                .add(read(
                        DOCUMENT,
                        request -> document.flatMap(bytes -> ServerResponse.ok()
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue(bytes))))
                .build();
    }

    /** The routes of a path that can only be read. */
    static RouterFunction<ServerResponse> read(String path, HandlerFunction<ServerResponse> answer) {
        return RouterFunctions.route()
                .GET(path, answer)
                .HEAD(path, answer)
                .route(RequestPredicates.path(path), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .build();
    }
}
