package dev.understudy.demo;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** {@code POST /testkey} on the traffic listeners: a token for whoever knows the password that was printed at start. */
final class TestKeyFilter implements WebFilter, Ordered {

    static final String PATH = "/testkey";

    /** Bytes. */
    static final int LONGEST_BODY = 8 * 1024;

    // Before the operation of a request is looked for, at -1000.
    private static final int ORDER = -1100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private record Reply(int status, String text, Map<String, String> headers) {

        Reply(int status, String text) {
            this(status, text, Map.of());
        }
    }

    private final ApplicationContext traffic;
    private final TestKeyUser user;
    private final TestTokens tokens;

    TestKeyFilter(ApplicationContext traffic, TestKeyUser user, TestTokens tokens) {
        this.traffic = traffic;
        this.user = user;
        this.tokens = tokens;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        // The admin listener has an application context of its own, and runs the same web filters.
        boolean meant = exchange.getApplicationContext() == traffic
                && exchange.getRequest().getURI().getRawPath().equals(PATH);
        return meant
                ? reply(exchange.getRequest()).flatMap(reply -> write(exchange.getResponse(), reply))
                : chain.filter(exchange);
    }

    private Mono<Reply> reply(ServerHttpRequest request) {
        if (!request.getMethod().equals(HttpMethod.POST)) {
            return Mono.just(new Reply(405, "Ask for a token by POST.\n", Map.of("Allow", "POST")));
        }
        if (!user.isMeantBy(request.getHeaders().getOrEmpty("Authorization"))) {
            return Mono.just(new Reply(
                    401,
                    "Sign in as " + user.name() + " with the password that was printed at start.\n",
                    Map.of("WWW-Authenticate", "Basic realm=\"understudy\"")));
        }
        return DataBufferUtils.join(request.getBody(), LONGEST_BODY)
                .map(TestKeyFilter::text)
                .defaultIfEmpty("")
                .timeout(PATIENCE)
                .map(body -> issue(request, body))
                .onErrorReturn(DataBufferLimitException.class, new Reply(413, "The form is longer than 8 KB.\n"))
                .onErrorReturn(TimeoutException.class, new Reply(408, "The form did not arrive in time.\n"))
                .onErrorResume(IllegalArgumentException.class, e -> Mono.just(new Reply(400, e.getMessage() + "\n")));
    }

    private Reply issue(ServerHttpRequest request, String body) {
        if (!body.isEmpty() && !isForm(request.getHeaders().getFirst("Content-Type"))) {
            return new Reply(415, "Send a form: " + MediaType.APPLICATION_FORM_URLENCODED_VALUE + "\n");
        }
        return new Reply(200, tokens.issue(user.name(), TestKeyRequest.parse(body)));
    }

    private static boolean isForm(@Nullable String type) {
        return type != null && type.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
    }

    private static String text(DataBuffer buffer) {
        String text = buffer.toString(StandardCharsets.UTF_8);
        DataBufferUtils.release(buffer);
        return text;
    }

    private static Mono<Void> write(ServerHttpResponse response, Reply reply) {
        byte[] body = reply.text.getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(HttpStatusCode.valueOf(reply.status));
        response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
        response.getHeaders().setContentLength(body.length);
        response.getHeaders().setCacheControl("no-store");
        reply.headers.forEach(response.getHeaders()::set);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
