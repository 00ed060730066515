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
import org.jspecify.annotations.Nullable;
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

        /** @param found by this catalog */
        Route route(Match.Found found) {
            Route route = known(found);
            return route != null ? route : route(routes, found.id());
        }

        // The operation of a new version of an API is another one, but its route is the same.
        private @Nullable Route known(Match.Found found) {
            Route route = ofOperations.get(found);
            return route != null ? route : routes.get(found.id());
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
    private volatile Live live = new Live(Catalog.of(List.of()), Map.of(), Map.of());

    /** @param converter Spring Cloud Gateway's way from definitions to routes */
    LiveRoutes(Function<Flux<RouteDefinition>, Flux<Route>> converter) {
        this.converter = converter;
    }

    Live live() {
        return live;
    }

    /** Builds the routes that are new. Not for event loops: it converts in the calling thread. */
    Live stage(Catalog catalog) {
        Live before = live;
        Map<String, Route> routes = new HashMap<>();
        Map<Match.Found, Route> ofOperations =
                new IdentityHashMap<>(catalog.operations().size());
        List<Match.Found> fresh = new ArrayList<>();
        for (Match.Found found : catalog.operations()) {
            Route known = before.known(found);
            if (known == null) {
                fresh.add(found);
            } else {
                routes.put(found.id(), known);
                ofOperations.put(found, known);
            }
        }
        converter
                .apply(Flux.fromIterable(fresh).map(found -> definition(found.id())))
                .doOnNext(route -> routes.put(route.getId(), route))
                .blockLast();
        fresh.forEach(found -> ofOperations.put(found, Live.route(routes, found.id())));
        return new Live(catalog, routes, ofOperations);
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
