package dev.understudy.admin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small JSON document that is sent as the body of a request. */
final class JsonBody {

    /** Bytes. */
    static final int LONGEST = 8 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private JsonBody() {}

    /** All of it; empty if there is none. Fails with 415 where it is said to be something else, with 413 and with 408. */
    static Mono<byte[]> read(ServerRequest request) {
        return read(request, LONGEST);
    }

    /** @param longest bytes that it may have */
    static Mono<byte[]> read(ServerRequest request, int longest) {
        return isJson(request)
                ? bytes(request.exchange(), longest)
                : Mono.error(AdminProblems.problem(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type: not that of JSON (expected: application/json)"));
    }

    /**
     * The object that it is. Throws a problem with 400 if it is none, or has a member that is not known.
     *
     * @param example of one
     */
    static JsonNode object(byte[] body, JsonMapper json, String example, List<String> members) {
        JsonNode root;
        try {
            root = json.readTree(body);
        } catch (JacksonException e) {
            throw Parameters.bad("body: no JSON (expected: " + example + ")");
        }
        if (!root.isObject()) {
            throw Parameters.bad("body: no JSON object (expected: " + example + ")");
        }
        root.propertyNames().stream().filter(name -> !members.contains(name)).forEach(name -> {
            throw Parameters.bad(Parameters.shown(name) + ": no member that is known (expected: "
                    + String.join(", ", members) + ")");
        });
        return root;
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

    private static Mono<byte[]> bytes(ServerWebExchange exchange, int longest) {
        return DataBufferUtils.join(exchange.getRequest().getBody(), longest)
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
