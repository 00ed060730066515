package dev.understudy.routing;

import org.springframework.context.ApplicationContext;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells the traffic listeners from the admin listener, on which the same web filters run. By the context that serves the
 * exchange and not by its port: ports are chosen by the system where they are set to 0.
 */
record Listeners(ApplicationContext traffic) {

    boolean isTraffic(ServerWebExchange exchange) {
        return exchange.getApplicationContext() == traffic;
    }
}
