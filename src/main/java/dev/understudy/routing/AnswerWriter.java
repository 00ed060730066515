package dev.understudy.routing;

import dev.understudy.catalog.Api;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The last step of a request: the answer streams to the caller as the endpoint sends it. Nothing is repeated from here. In
 * the place of Spring Cloud Gateway's own writer, so that filters see an answer's head before it goes, and may change it.
 */
final class AnswerWriter implements GlobalFilter, Ordered {

    private record Delivery(Answer answer, Channel caller, Duration idleTimeout) {}

    private static final String DELIVERY = Delivery.class.getName();

    private final CorsHeaders cors;

    AnswerWriter(CorsHeaders cors) {
        this.cors = cors;
    }

    @Override
    public int getOrder() {
        return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER;
    }

    /**
     * Makes an answer the one of this exchange: its head at once, its body when the filters are through.
     *
     * @param idleTimeout longest time for which the caller may take nothing
     */
    void take(ServerWebExchange exchange, Answer answer, Api api, Channel caller, Duration idleTimeout) {
        exchange.getAttributes().put(DELIVERY, new Delivery(answer, caller, idleTimeout));
        exchange.getResponse().setStatusCode(HttpStatusCode.valueOf(answer.status()));
        copyHeaders(answer.headers(), exchange.getResponse(), api);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        Mono<Void> rest = chain.filter(exchange);
        return new Mono<>() {

            @Override
            public void subscribe(CoreSubscriber<? super Void> waiting) {
                Writing writing = new Writing(exchange, waiting);
                waiting.onSubscribe(writing);
                rest.subscribe(writing);
            }
        };
    }

    /** Waits for the filters, then writes what they have left. */
    private static final class Writing extends Relay<Void> {

        private final ServerWebExchange exchange;
        private final CoreSubscriber<? super Void> waiting;
        private @Nullable StallWatch watch;
        private boolean begun;

        private Writing(ServerWebExchange exchange, CoreSubscriber<? super Void> waiting) {
            super(waiting.currentContext());
            this.exchange = exchange;
            this.waiting = waiting;
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onComplete() {
            Delivery delivery = exchange.getAttribute(DELIVERY);
            if (!begun && delivery != null) {
                begun = true;
                watch = StallWatch.start(delivery.caller(), delivery.idleTimeout(), delivery.caller()::close);
                Mono.defer(() -> write(delivery.answer(), exchange.getResponse()))
                        .subscribe(this);
            } else if (end()) {
                stopWatching();
                waiting.onComplete();
            }
        }

        @Override
        public void onError(Throwable error) {
            if (end()) {
                left();
                waiting.onError(error);
            }
        }

        @Override
        void left() {
            stopWatching();
            abandon(exchange);
        }

        private void stopWatching() {
            StallWatch watching = watch;
            if (watching != null) {
                watching.dispose();
            }
        }
    }

    // Each piece is flushed as it comes: Reactor Netty does not wait for more when there is none.
    private static Mono<Void> write(Answer answer, ServerHttpResponse response) {
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        return response.writeWith(new AnswerBody<DataBuffer>(answer, buffers::wrap));
    }

    // What came of the answer must not end in the gateway's own answer to the failure.
    private static void abandon(ServerWebExchange exchange) {
        Delivery delivery = exchange.getAttribute(DELIVERY);
        if (delivery == null) {
            return;
        }
        delivery.answer().abandon();
        if (!exchange.getResponse().isCommitted()) {
            delivery.answer().headers().names().forEach(exchange.getResponse().getHeaders()::remove);
        }
    }

    private void copyHeaders(HttpHeaders came, ServerHttpResponse response, Api api) {
        HeaderNames nominated = HopByHop.nominated(came);
        org.springframework.http.HttpHeaders goes = response.getHeaders();
        for (Map.Entry<String, String> header : came) {
            String name = header.getKey();
            if (!HopByHop.endsHere(name, nominated) && !cors.replaces(api, name)) {
                goes.add(name, header.getValue());
            }
        }
    }
}
