package dev.understudy.routing;

import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
     * @param routes by the very operations that the catalog finds
     */
    record Live(Catalog catalog, IdentityHashMap<Match.Found, OperationRoute> routes) {

        /** @param found by this catalog */
        OperationRoute route(Match.Found found) {
            OperationRoute route = routes.get(found);
            if (route == null) {
                throw new IllegalStateException("Operation " + found.id() + " has no route");
            }
            return route;
        }
    }

    private static final URI NOWHERE = URI.create("understudy:operation");

    private final Function<Flux<RouteDefinition>, Flux<Route>> converter;
    private volatile Live live = new Live(Catalog.of(List.of()), new IdentityHashMap<>());

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
        IdentityHashMap<Match.Found, OperationRoute> routes = copy(before.routes());
        Map<String, OperationRoute> known = new HashMap<>();
        for (Match.Found gone : before.catalog().notIn(catalog)) {
            known.put(gone.id(), before.route(gone));
            routes.remove(gone);
        }
        List<Match.Found> fresh = catalog.notIn(before.catalog());
        converter
                .apply(Flux.fromIterable(fresh)
                        .map(Match.Found::id)
                        .filter(id -> !known.containsKey(id))
                        .map(LiveRoutes::definition))
                .doOnNext(route -> known.put(route.getId(), new OperationRoute(route)))
                .blockLast();
        // The operation of a new version of an API is another one, but its route is the same.
        fresh.forEach(found -> routes.put(found, Objects.requireNonNull(known.get(found.id()), found::id)));
        return new Live(catalog, routes);
    }

    // The constructor would ask each of ten thousand keys for its hash, who are nowhere near.
    @SuppressWarnings("unchecked")
    private static IdentityHashMap<Match.Found, OperationRoute> copy(
            IdentityHashMap<Match.Found, OperationRoute> routes) {
        return (IdentityHashMap<Match.Found, OperationRoute>) routes.clone();
    }

    void goLive(Live staged) {
        live = staged;
    }

    Flux<RouteDefinition> definitions() {
        return Flux.defer(() -> Flux.fromIterable(live.catalog().operations()).map(found -> definition(found.id())));
    }

    Flux<Route> routes() {
        return Flux.defer(() -> {
            Collection<OperationRoute> routes = live.routes().values();
            return Flux.fromIterable(routes).map(OperationRoute::route);
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
