package dev.understudy.routing;

import dev.understudy.catalog.Api;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.Map;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
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
        return chain.filter(exchange)
                .then(Mono.defer(() -> write(exchange)))
                .doOnError(error -> abandon(exchange))
                .doOnCancel(() -> abandon(exchange));
    }

    private static Mono<Void> write(ServerWebExchange exchange) {
        Delivery delivery = exchange.getAttribute(DELIVERY);
        if (delivery == null) {
            return Mono.empty();
        }
        ServerHttpResponse response = exchange.getResponse();
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        // Each piece is flushed as it comes: Reactor Netty does not wait for more when there is none.
        Flux<DataBuffer> body = delivery.answer()
                .body()
                .<DataBuffer>map(buffers::wrap)
                .onErrorMap(error -> new BrokenAnswer("The endpoint's answer broke off"));
        return Mono.using(
                () -> StallWatch.start(delivery.caller(), delivery.idleTimeout(), delivery.caller()::close),
                watch -> response.writeWith(body),
                StallWatch::dispose);
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
