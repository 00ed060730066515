package dev.understudy.routing;

import dev.understudy.catalog.Api;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The last step of a request: the answer streams to the caller as the endpoint sends it. Nothing is repeated from here. */
final class AnswerWriter {

    private final CorsHeaders cors;

    AnswerWriter(CorsHeaders cors) {
        this.cors = cors;
    }

    Mono<Void> write(ServerWebExchange exchange, Answer answer, Api api) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        copyHeaders(answer.headers(), response, api);
        NettyDataBufferFactory buffers = (NettyDataBufferFactory) response.bufferFactory();
        Flux<DataBuffer> body = answer.body()
                .<DataBuffer>map(buffers::wrap)
                .onErrorMap(error -> new BrokenAnswer("The endpoint's answer broke off"));
        // Of unknown length: somebody may be waiting for each piece.
        Mono<Void> written = answer.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                ? response.writeWith(body)
                : response.writeAndFlushWith(body.map(Mono::just));
        return written.doOnError(error -> answer.abandon()).doOnCancel(answer::abandon);
    }

    private void copyHeaders(HttpHeaders came, ServerHttpResponse response, Api api) {
        Set<String> nominated = HopByHop.nominated(came);
        for (Map.Entry<String, String> header : came) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HopByHop.endsHere(name, nominated) && !cors.replaces(api, name)) {
                response.getHeaders().add(header.getKey(), header.getValue());
            }
        }
    }
}
