package dev.understudy.routing;

import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * In the place of Spring Cloud Gateway's, which would look among all routes. Those who have a route come to it by {@link
 * TrafficHandler}; who asks here is on the admin listener, which has none.
 */
final class NoRouteMapping extends RoutePredicateHandlerMapping {

    NoRouteMapping(
            FilteringWebHandler webHandler, RouteLocator routes, GlobalCorsProperties cors, Environment environment) {
        super(webHandler, routes, cors, environment);
    }

    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        return Mono.empty();
    }
}
