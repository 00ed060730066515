package dev.understudy.admin;

import dev.understudy.catalog.Definitions;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The gateway's own admin API. Named in the imports of the management context and no {@code @Configuration}: found by
 * component scanning, it would be part of the traffic listeners, too.
 */
class AdminApi {

    private static final String BASE = "/api/v1";
    private static final String DEFINITIONS = BASE + "/definitions";

    @Bean
    RouterFunction<ServerResponse> adminApiRoutes(Definitions definitions) {
        HandlerFunction<ServerResponse> answer =
                request -> ServerResponse.ok().bodyValue(DefinitionsAnswer.of(definitions.all()));
        return RouterFunctions.route()
                .GET(DEFINITIONS, answer)
                .HEAD(DEFINITIONS, answer)
                .route(RequestPredicates.path(DEFINITIONS), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD))
                .build();
    }
}
