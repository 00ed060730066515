package dev.understudy.routing;

import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import reactor.core.publisher.Flux;

/**
 * The pair of what requests are found in and what they are routed by. Both become live in one write of one reference, when
 * every route is built; a request keeps what it found.
 */
final class LiveRoutes {

    /** The name of the exchange attribute that holds the route of the operation found. */
    static final String ROUTE = LiveRoutes.class.getName() + ".route";

    /**
     * One moment's catalog with a route for each of its operations.
     *
     * @param routes by their ids
     * @param ofOperations the same, by the very operations that the catalog finds
     */
    record Live(Catalog catalog, Map<String, Route> routes, Map<Match.Found, Route> ofOperations) {

        static Live of(Catalog catalog, Map<String, Route> routes) {
            Map<Match.Found, Route> ofOperations = new IdentityHashMap<>(routes.size());
            catalog.operations().forEach(found -> ofOperations.put(found, route(routes, found.id())));
            return new Live(catalog, routes, ofOperations);
        }

        /** @param found by this catalog */
        Route route(Match.Found found) {
            Route route = ofOperations.get(found);
            return route != null ? route : route(routes, found.id());
        }

        private static Route route(Map<String, Route> routes, String id) {
            Route route = routes.get(id);
            if (route == null) {
                throw new IllegalStateException("Operation " + id + " has no route");
            }
            return route;
        }
    }

    private static final URI NOWHERE = URI.create("understudy:operation");

    private final Function<Flux<RouteDefinition>, Flux<Route>> converter;
    private volatile Live live = Live.of(Catalog.of(List.of()), Map.of());

    /** @param converter Spring Cloud Gateway's way from definitions to routes */
    LiveRoutes(Function<Flux<RouteDefinition>, Flux<Route>> converter) {
        this.converter = converter;
    }

    Live live() {
        return live;
    }

    /** Builds the routes that are new. Not for event loops: it converts in the calling thread. */
    Live stage(Catalog catalog) {
        Map<String, Route> before = live.routes();
        Map<String, Route> after = new HashMap<>();
        List<RouteDefinition> fresh = new ArrayList<>();
        for (Match.Found found : catalog.operations()) {
            Route known = before.get(found.id());
            if (known != null) {
                after.put(found.id(), known);
            } else {
                fresh.add(definition(found.id()));
            }
        }
        converter
                .apply(Flux.fromIterable(fresh))
                .doOnNext(route -> after.put(route.getId(), route))
                .blockLast();
        return Live.of(catalog, after);
    }

    void goLive(Live staged) {
        live = staged;
    }

    Flux<RouteDefinition> definitions() {
        return Flux.defer(() -> Flux.fromIterable(live.routes().keySet()).map(LiveRoutes::definition));
    }

    Flux<Route> routes() {
        return Flux.defer(() -> {
            Collection<Route> routes = live.routes().values();
            return Flux.fromIterable(routes);
        });
    }

    // Nothing of a document goes in here: Spring evaluates expressions in the arguments of a definition.
    private static RouteDefinition definition(String id) {
        RouteDefinition definition = new RouteDefinition();
        definition.setId(id);
        definition.setUri(NOWHERE);
        definition.setFilters(List.of(new FilterDefinition(FailoverGatewayFilterFactory.NAME)));
        return definition;
    }
}
