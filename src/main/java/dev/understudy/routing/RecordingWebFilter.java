package dev.understudy.routing;

import dev.understudy.journal.Ending;
import dev.understudy.journal.Trace;
import dev.understudy.journal.Tracing;
import dev.understudy.journal.Witness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Around everything that happens to a request on the traffic listeners: when it is over, the witnesses hear of it. What
 * balancers ask the gateway itself is not told.
 */
final class RecordingWebFilter implements WebFilter, Ordered {

    // Before the one that counts requests in flight: what is turned away there is told, too.
    private static final int ORDER = -1300;

    private final Listeners listeners;
    private final Tracing tracing;
    private final List<Witness> witnesses;

    /** @param tracing empty: no traces are made */
    RecordingWebFilter(Listeners listeners, Optional<Tracing> tracing, List<Witness> witnesses) {
        this.listeners = listeners;
        this.tracing = tracing.orElse(Tracing.NONE);
        this.witnesses = List.copyOf(witnesses);
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
        Instant at = Instant.now();
        Course course = new Course(Forwarding.requestId(exchange.getRequest()), at, trace(exchange.getRequest(), at));
        exchange.getAttributes().put(Course.ATTRIBUTE, course);
        // An error that comes this far before there is an answer becomes one further out: that is the end then.
        AtomicBoolean refused = new AtomicBoolean();
        exchange.getResponse()
                .beforeCommit(() -> Mono.fromRunnable(() -> {
                    if (refused.get()) {
                        tell(course, exchange, Ending.WHOLE);
                    }
                }));
        return chain.filter(exchange)
                .doOnError(error -> refused.set(!exchange.getResponse().isCommitted()))
                .doFinally(signal -> {
                    if (!refused.get()) {
                        tell(course, exchange, ending(signal));
                    }
                });
    }

    private Trace trace(ServerHttpRequest request, Instant at) {
        return tracing.begins(
                at, request.getURI().getScheme(), name -> request.getHeaders().getOrEmpty(name));
    }

    private static Ending ending(SignalType signal) {
        return switch (signal) {
            case CANCEL -> Ending.CALLER_LEFT;
            case ON_ERROR -> Ending.BROKEN_OFF;
            default -> Ending.WHOLE;
        };
    }

    private void tell(Course course, ServerWebExchange exchange, Ending ending) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        boolean answered = exchange.getResponse().isCommitted() || ending == Ending.WHOLE;
        int number = status != null ? status.value() : 200;
        course.tell(exchange, answered ? number : 0, ending).ifPresent(record -> {
            course.trace().ends(record);
            witnesses.forEach(witness -> witness.saw(record));
        });
    }
}
