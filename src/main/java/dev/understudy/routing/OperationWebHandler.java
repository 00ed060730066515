package dev.understudy.routing;

import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Spring Cloud Gateway's chain of filters, with the list of a route's and all global ones made once for each route. Its own
 * cache of them hashes all that a route has for each request, and keeps those of routes that are gone.
 */
final class OperationWebHandler extends FilteringWebHandler {

    /** What is left of the filters. Each is asked when the one before it subscribes, as in Spring Cloud Gateway's own chain. */
    private record Rest(List<GatewayFilter> filters, int next) implements GatewayFilterChain {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange) {
            return Mono.defer(() -> next == filters.size()
                    ? Mono.empty()
                    : filters.get(next).filter(exchange, new Rest(filters, next + 1)));
        }
    }

    // Not volatile: at worst a list is kept twice.
    private List<GatewayFilter> latest = List.of();

    OperationWebHandler(List<GlobalFilter> global) {
        super(global, false);
    }

    /** To the route of the operation that was found, and to no other. */
    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        OperationRoute operation = exchange.getRequiredAttribute(LiveRoutes.ROUTE);
        exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, operation.route());
        return new Rest(operation.filters(this::combined), 0).filter(exchange);
    }

    // Routes have the same filters, and one list of them stays near the processor, unlike one of ten thousand.
    private List<GatewayFilter> combined(Route route) {
        List<GatewayFilter> all = List.copyOf(getAllFilters(route));
        List<GatewayFilter> known = latest;
        if (all.equals(known)) {
            return known;
        }
        latest = all;
        return all;
    }
}
