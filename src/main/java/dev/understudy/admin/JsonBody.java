package dev.understudy.admin;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** A small JSON document that is sent as the body of a request. */
final class JsonBody {

    /** Bytes. */
    static final int LONGEST = 8 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private JsonBody() {}

    /** All of it; empty if there is none. Fails with 415 where it is said to be something else, with 413 and with 408. */
    static Mono<byte[]> read(ServerRequest request) {
        return isJson(request)
                ? bytes(request.exchange())
                : Mono.error(AdminProblems.problem(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type: not that of JSON (expected: application/json)"));
    }

    private static boolean isJson(ServerRequest request) {
        try {
            return request.headers()
                    .contentType()
                    .filter(MediaType.APPLICATION_JSON::includes)
                    .isPresent();
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static Mono<byte[]> bytes(ServerWebExchange exchange) {
        return DataBufferUtils.join(exchange.getRequest().getBody(), LONGEST)
                .map(JsonBody::bytes)
                .defaultIfEmpty(new byte[0])
                .timeout(PATIENCE)
                .onErrorMap(
                        TimeoutException.class,
                        late -> AdminProblems.problem(HttpStatus.REQUEST_TIMEOUT, "The body did not arrive in time."));
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
