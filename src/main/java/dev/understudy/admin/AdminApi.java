package dev.understudy.admin;

import dev.understudy.catalog.Definitions;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The gateway's own admin API. Named in the imports of the management context and no {@code @Configuration}: found by
 * component scanning, it would be part of the traffic listeners, too.
 */
class AdminApi {

    private static final String BASE = "/api/v1";

    @Bean
    RouterFunction<ServerResponse> adminApiRoutes(Definitions definitions) {
        return RouterFunctions.route()
                .GET(
                        BASE + "/definitions",
                        request -> ServerResponse.ok().bodyValue(DefinitionsAnswer.of(definitions.all())))
                .build();
    }
}
