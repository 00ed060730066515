package dev.understudy.listener;

import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Ends each connection with its next answer while the gateway drains, so that no caller reuses one that is about to close. */
final class DrainWebFilter implements WebFilter, Ordered {

    private final Drain drain;

    DrainWebFilter(Drain drain) {
        this.drain = drain;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getResponse().beforeCommit(() -> {
            if (drain.draining()) {
                exchange.getResponse().getHeaders().set("Connection", "close");
            }
            return Mono.empty();
        });
        return chain.filter(exchange);
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
