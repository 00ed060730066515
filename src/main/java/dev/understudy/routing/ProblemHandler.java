package dev.understudy.routing;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns what ended a request into the answer that the contract has for it: a problem of RFC 9457 with the members that
 * callers of WSO2's gateways know. Nothing of an exception that is not a {@link Refused} reaches the caller.
 */
final class ProblemHandler implements WebExceptionHandler, Ordered {

    private static final Logger log = LoggerFactory.getLogger(ProblemHandler.class);

    private final Listeners listeners;
    private final JsonMapper json;

    ProblemHandler(Listeners listeners, JsonMapper json) {
        this.listeners = listeners;
        this.json = json;
    }

    // Before Spring Boot's own, whose order is -1.
    @Override
    public int getOrder() {
        return -2;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable error) {
        if (exchange.getResponse().isCommitted()) {
            return Mono.error(error);
        }
        if (error instanceof Refused refused) {
            return write(exchange, refused);
        }
        if (!listeners.isTraffic(exchange)) {
            return Mono.error(error);
        }
        return write(exchange, refusalFor(exchange, error));
    }

    private static Refused refusalFor(ServerWebExchange exchange, Throwable error) {
        if (error instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            return known.getStatusCode().equals(HttpStatus.NOT_FOUND)
                    ? new Refused(Problem.NO_PATH)
                    : new Refused(Problem.BAD_REQUEST);
        }
        log.error("{}Request failed inside the gateway", exchange.getLogPrefix(), error);
        return new Refused(Problem.INTERNAL);
    }

    /** Answers with a problem. What was set on the response goes with it. */
    Mono<Void> write(ServerWebExchange exchange, Refused refused) {
        Problem problem = refused.problem();
        if (exchange.getAttribute(Course.ATTRIBUTE) instanceof Course course) {
            course.refused(refused);
        }
        byte[] body = body(exchange.getRequest().getURI().getRawPath(), refused);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(problem.status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.getHeaders().setContentLength(body.length);
        refused.headers().forEach(response.getHeaders()::set);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /** @param path of the request */
    byte[] body(String path, Refused refused) {
        return json.writeValueAsBytes(members(path, refused.problem(), refused.detail()));
    }

    private static Map<String, Object> members(String path, Problem problem, String detail) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", HttpStatus.valueOf(problem.status()).getReasonPhrase());
        members.put("status", problem.status());
        members.put("detail", detail);
        members.put("instance", path);
        members.put("code", problem.code());
        members.put("message", problem.title());
        members.put("description", detail);
        return members;
    }
}
