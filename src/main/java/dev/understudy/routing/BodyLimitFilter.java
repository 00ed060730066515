package dev.understudy.routing;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Refuses a request body that is too long: by its announced length before anything else is done, else in the moment in which
 * it has become too long. Whoever reads the body then gets a {@link Refused} out of it.
 */
final class BodyLimitFilter implements WebFilter, Ordered {

    // When the operation is found, before a token is checked.
    private static final int ORDER = OperationWebFilter.ORDER + 100;

    private final Listeners listeners;
    private final long mostBytes;

    BodyLimitFilter(Listeners listeners, long mostBytes) {
        this.listeners = listeners;
        this.mostBytes = mostBytes;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!listeners.isTraffic(exchange)) {
            return chain.filter(exchange);
        }
        long announced = exchange.getRequest().getHeaders().getContentLength();
        if (announced > mostBytes) {
            return Mono.error(new Refused(Problem.BODY_TOO_LARGE));
        }
        return announced >= 0 || !exchange.getRequest().getHeaders().containsHeader(HttpHeaders.TRANSFER_ENCODING)
                ? chain.filter(exchange)
                : chain.filter(exchange.mutate()
                        .request(new Limited(exchange.getRequest(), mostBytes))
                        .build());
    }

    private static final class Limited extends ServerHttpRequestDecorator {

        private final long mostBytes;

        Limited(ServerHttpRequest request, long mostBytes) {
            super(request);
            this.mostBytes = mostBytes;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return Flux.defer(() -> {
                long[] left = {mostBytes};
                return super.getBody().map(piece -> take(piece, left));
            });
        }

        private static DataBuffer take(DataBuffer piece, long[] left) {
            left[0] -= piece.readableByteCount();
            if (left[0] < 0) {
                DataBufferUtils.release(piece);
                throw new Refused(Problem.BODY_TOO_LARGE);
            }
            return piece;
        }
    }
}
