package dev.understudy.routing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.util.List;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.filter.GatewayFilter;
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

    // By identity and weakly: a route goes when its operation does.
    private final LoadingCache<Route, List<GatewayFilter>> combined =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build(this::getAllFilters);

    OperationWebHandler(List<GlobalFilter> global) {
        super(global, false);
    }

    /** To the route of the operation that was found, and to no other. */
    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        exchange.getAttributes()
                .put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, exchange.getRequiredAttribute(LiveRoutes.ROUTE));
        return super.handle(exchange);
    }

    @Override
    protected List<GatewayFilter> getCombinedFilters(Route route) {
        return combined.get(route);
    }

    @Override
    public void onApplicationEvent(RefreshRoutesEvent event) {
        combined.invalidateAll();
        super.onApplicationEvent(event);
    }
}
