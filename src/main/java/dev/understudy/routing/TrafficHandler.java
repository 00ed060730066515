package dev.understudy.routing;

import java.util.List;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.HttpWebHandlerAdapter;
import reactor.core.publisher.Mono;

/**
 * Takes the requests of the traffic listeners. In the place of Spring's own way, which looks for the handler of each request
 * among many, and observes what is recorded here anyway.
 */
final class TrafficHandler extends HttpWebHandlerAdapter {

    private final Serving.Stages stages;

    TrafficHandler(Serving.Stages stages) {
        super(stages.handling());
        this.stages = stages;
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        return new Serving(createExchange(request, response), stages);
    }

    /** Through filters, in this order, to their end. */
    static WebHandler through(List<WebFilter> filters, WebHandler end) {
        WebHandler way = end;
        for (int i = filters.size() - 1; i >= 0; i--) {
            WebFilter filter = filters.get(i);
            WebHandler after = way;
            // A filter may have something to be done first: the rest must not begin when it is asked for.
            WebFilterChain chain = exchange -> Mono.defer(() -> after.handle(exchange));
            way = exchange -> filter.filter(exchange, chain);
        }
        return way;
    }
}
