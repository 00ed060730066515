package dev.understudy.routing;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** The headers of an endpoint's answer become those of the caller's. */
@State(Scope.Thread)
public class AnswerHeadersBenchmark {

    private static final Duration IDLE = Duration.ofSeconds(60);

    private final AnswerWriter writer = new AnswerWriter(new CorsHeaders());
    private final EmbeddedChannel caller = new EmbeddedChannel();
    private final Api api = new Api(
            "a",
            "1",
            "/a",
            Set.of(),
            "Authorization",
            Optional.empty(),
            List.of(new Operation(
                    "GET",
                    PathTemplate.parse("/thing"),
                    Optional.empty(),
                    Optional.empty(),
                    new Access.Open(),
                    false,
                    false)),
            false);
    private final MockServerWebExchange exchange =
            MockServerWebExchange.from(MockServerHttpRequest.get("/a/thing").build());
    private final Answer answer = new Answer(
            200, headers(), Flux.empty(), ByteBuf.class::cast, Disposables.disposed(), Answer.Hearing.NOBODY);

    private static HttpHeaders headers() {
        return new DefaultHttpHeaders()
                .set("Server", "nginx/1.22.1")
                .set("Date", "Sun, 29 Nov 2026 12:00:00 GMT")
                .set("Content-Type", "application/json")
                .set("Content-Length", "27")
                .set("Connection", "keep-alive")
                .set("ETag", "\"33a64df5\"")
                .set("Cache-Control", "no-cache");
    }

    @Benchmark
    public org.springframework.http.HttpHeaders headersGoToTheCaller() {
        exchange.getResponse().getHeaders().clear();
        writer.take(exchange, answer, api, caller, IDLE);
        return exchange.getResponse().getHeaders();
    }
}
