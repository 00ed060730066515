package dev.understudy.routing;

import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import reactor.core.publisher.Flux;

/** A route definition for each operation of the live catalog. */
final class OperationRouteDefinitionLocator implements RouteDefinitionLocator {

    private final LiveRoutes routes;

    OperationRouteDefinitionLocator(LiveRoutes routes) {
        this.routes = routes;
    }

    @Override
    public Flux<RouteDefinition> getRouteDefinitions() {
        return routes.definitions();
    }
}
