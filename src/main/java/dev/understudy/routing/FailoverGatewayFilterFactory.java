package dev.understudy.routing;

import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** Gives every operation's route the failover filter. It takes no arguments: what it needs stands in the catalog. */
final class FailoverGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    static final String NAME = "Failover";

    private final FailoverFilter filter;

    FailoverGatewayFilterFactory(FailoverFilter filter) {
        super(Object.class);
        this.filter = filter;
    }

    @Override
    public GatewayFilter apply(Object config) {
        return filter;
    }

    @Override
    public String name() {
        return NAME;
    }
}
