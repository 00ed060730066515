package dev.understudy.routing;

import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Hands a request to the route of the operation that was found for it, by id. No other route is ever looked at. */
final class OperationHandlerMapping extends RoutePredicateHandlerMapping {

    private final FilteringWebHandler webHandler;

    OperationHandlerMapping(
            FilteringWebHandler webHandler, RouteLocator routes, GlobalCorsProperties cors, Environment environment) {
        super(webHandler, routes, cors, environment);
        this.webHandler = webHandler;
        setOrder(Ordered.HIGHEST_PRECEDENCE);
    }

    // Not getHandlerInternal: around it, Spring answers every preflight itself, also one that a document declares.
    @Override
    public Mono<Object> getHandler(ServerWebExchange exchange) {
        Route route = exchange.getAttribute(LiveRoutes.ROUTE);
        if (route == null) {
            return Mono.empty();
        }
        exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
        return Mono.just(webHandler);
    }
}
