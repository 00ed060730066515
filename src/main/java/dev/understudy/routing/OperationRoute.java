package dev.understudy.routing;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.route.Route;

/**
 * The route of an operation, with the filters that its requests pass. One object, since each request needs both, and what is
 * of one operation among ten thousand is seldom in the processor's cache. Safe for use by many threads.
 */
final class OperationRoute {

    private final Route route;

    // Not volatile: of several first requests each makes a list, an immutable one, and all of these are the same.
    private @Nullable List<GatewayFilter> filters;

    OperationRoute(Route route) {
        this.route = route;
    }

    Route route() {
        return route;
    }

    /** @param combining makes the list, an immutable one, for the first request */
    List<GatewayFilter> filters(Function<Route, List<GatewayFilter>> combining) {
        List<GatewayFilter> known = filters;
        if (known == null) {
            known = combining.apply(route);
            filters = known;
        }
        return known;
    }
}
