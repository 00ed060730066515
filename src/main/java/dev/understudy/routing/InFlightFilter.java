package dev.understudy.routing;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Counts the requests in flight on the traffic listeners together, and answers those beyond the limit at once. A WebSocket
 * is in flight as long as its session lasts. What a balancer asks the gateway itself is not counted.
 */
final class InFlightFilter implements WebFilter, Ordered, MeterBinder {

    static final String METER = "understudy.requests.in.flight";

    // Before everything that costs more than this.
    private static final int ORDER = -1200;

    private final Listeners listeners;
    private final int most;
    private final AtomicInteger inFlight = new AtomicInteger();

    InFlightFilter(Listeners listeners, int most) {
        this.listeners = listeners;
        this.most = most;
    }

    int inFlight() {
        return inFlight.get();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(METER, inFlight, AtomicInteger::get)
                .description("Requests of callers that have no end of an answer yet, WebSocket sessions among them")
                .register(registry);
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!listeners.isTraffic(exchange) || OperationWebFilter.isOwn(exchange.getRequest())) {
            return chain.filter(exchange);
        }
        return Mono.using(this::enter, counted -> chain.filter(exchange), AtomicInteger::decrementAndGet, false);
    }

    private AtomicInteger enter() {
        if (inFlight.incrementAndGet() > most) {
            inFlight.decrementAndGet();
            throw new Refused(Problem.OVERLOADED, Problem.OVERLOADED.description(), Map.of("Retry-After", "1"));
        }
        return inFlight;
    }
}
