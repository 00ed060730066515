package dev.understudy.admin;

import dev.understudy.problem.Refused;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers of the admin listener to what went wrong: problems of RFC 9457 with type, title, status and detail. A handler
 * ends a request with one by {@link #problem}; of all other exceptions only the status is told. In the context of the admin
 * listener alone.
 */
public final class AdminProblems implements WebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(AdminProblems.class);

    private static final Map<Integer, String> DETAILS = Map.of(
            400, "The request is not valid.",
            404, "There is nothing at this path.",
            405, "This path does not have the method.",
            406, "This path has no answer in a form that the request accepts.",
            413, "The body is longer than this path takes.",
            415, "The body is not of a type that this path takes.");

    private static final String RETRY_AFTER_SECONDS = "5";

    private final JsonMapper json;

    AdminProblems(JsonMapper json) {
        this.json = json;
    }

    /**
     * To be thrown, or to end a {@link Mono} with. Its headers can be added to, and its body can have more members.
     *
     * @param detail for the caller: what was found, what was expected, what to do; without secrets and names of classes
     */
    public static ErrorResponseException problem(HttpStatus status, String detail) {
        return new ErrorResponseException(status, ProblemDetail.forStatusAndDetail(status, detail), null);
    }

    /** For what may well be done a little later. @param why on one line, with a full stop */
    public static ErrorResponseException later(String why) {
        ErrorResponseException problem = problem(HttpStatus.SERVICE_UNAVAILABLE, why + " Try again.");
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return problem;
    }

    /** @param why on one line, without a full stop */
    static ErrorResponseException notKept(String why) {
        return problem(HttpStatus.INSUFFICIENT_STORAGE, "The store cannot keep it: " + why + ". Nothing was changed.");
    }

    /** @param why on one line, without a full stop */
    static ErrorResponseException away(String why) {
        return later("The store cannot be used now: " + why + ". Nothing was changed.");
    }

    /** For the last route of a path: 405 with {@code Allow}. @param methods those that the path has */
    public static HandlerFunction<ServerResponse> only(HttpMethod... methods) {
        return request -> Mono.error(new MethodNotAllowedException(request.method(), List.of(methods)));
    }

    // Before that of the traffic listeners, whose order is -2.
    @Override
    public int getOrder() {
        return -3;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        return exchange.getResponse().isCommitted() ? Mono.error(error) : write(exchange, answer(exchange, error));
    }

    /** What is told of something that went wrong. */
    public static ErrorResponse answer(ServerWebExchange exchange, Throwable error) {
        if (error.getClass() == ErrorResponseException.class) {
            return (ErrorResponseException) error;
        }
        if (error instanceof Refused refused) {
            ErrorResponseException problem =
                    problem(HttpStatus.valueOf(refused.problem().status()), refused.detail());
            refused.headers().forEach(problem.getHeaders()::set);
            return problem;
        }
        if (error instanceof DataBufferLimitException) {
            return general(413, HttpHeaders.EMPTY);
        }
        if (error instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            return general(known.getStatusCode().value(), known.getHeaders());
        }
        log.error("{}Request failed inside the gateway", exchange.getLogPrefix(), error);
        return problem(HttpStatus.INTERNAL_SERVER_ERROR, "The gateway could not serve the request.");
    }

    private static ErrorResponse general(int code, HttpHeaders headers) {
        HttpStatus status = HttpStatus.valueOf(code);
        ErrorResponseException problem = problem(status, DETAILS.getOrDefault(code, status.getReasonPhrase() + "."));
        problem.getHeaders().putAll(headers);
        return problem;
    }

    private Mono<Void> write(ServerWebExchange exchange, ErrorResponse answer) {
        byte[] body = json.writeValueAsBytes(members(answer.getBody()));
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(answer.getStatusCode());
        HttpHeaders headers = response.getHeaders();
        answer.getHeaders().forEach(headers::put);
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setContentLength(body.length);
        // What was refused before Spring Security saw it has none of its headers.
        headers.put("X-Content-Type-Options", List.of("nosniff"));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static Map<String, Object> members(ProblemDetail problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", HttpStatus.valueOf(problem.getStatus()).getReasonPhrase());
        members.put("status", problem.getStatus());
        members.put("detail", String.valueOf(problem.getDetail()));
        if (problem.getProperties() != null) {
            members.putAll(problem.getProperties());
        }
        return members;
    }
}
