package dev.understudy.routing;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.InvalidPath;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.RequestPath;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * The first step of a request on the traffic listeners: finds its operation, before anybody decides who may call it. What
 * is for no operation ends here.
 */
final class OperationWebFilter implements WebFilter, Ordered {

    // Before Spring Security's, whose order is -100.
    static final int ORDER = -1000;

    private final Listeners listeners;
    private final LiveRoutes routes;
    private final CorsHeaders cors;
    private final ApplicationAvailability availability;

    OperationWebFilter(Listeners listeners, LiveRoutes routes, CorsHeaders cors, ApplicationAvailability availability) {
        this.listeners = listeners;
        this.routes = routes;
        this.cors = cors;
        this.availability = availability;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        String refusal = request.getHeaders().getFirst(RequestTargetHandler.REFUSAL_HEADER);
        if (refusal != null) {
            return refuse(Problem.BAD_REQUEST, refusal, Map.of("Connection", "close"));
        }
        if (!listeners.isTraffic(exchange)) {
            return chain.filter(exchange);
        }
        String path = request.getURI().getRawPath();
        if (isOwn(request)) {
            return path.equals("/health") ? health(exchange) : ready(exchange);
        }
        try {
            return find(exchange, chain, RequestPath.parse(path));
        } catch (InvalidPath e) {
            return refuse(Problem.BAD_REQUEST, e.getMessage() == null ? "" : e.getMessage(), Map.of());
        }
    }

    private Mono<Void> find(ServerWebExchange exchange, WebFilterChain chain, RequestPath path) {
        ServerHttpRequest request = exchange.getRequest();
        LiveRoutes.Live live = routes.live();
        String host = request.getHeaders().getFirst("Host");
        Match match = live.catalog()
                .find(host == null ? "" : host, request.getMethod().name(), path);
        if (match instanceof Match.Found found) {
            if (found.api().blocked()) {
                return blocked(exchange, found.api());
            }
            if (cors.answersPreflight(exchange, found.api())) {
                return exchange.getResponse().setComplete();
            }
            cors.addTo(exchange, found.api());
            exchange.getAttributes().put(Match.Found.ATTRIBUTE, found);
            exchange.getAttributes().put(LiveRoutes.ROUTE, live.route(found.id()));
            return chain.filter(exchange);
        }
        if (match instanceof Match.NoMethod noMethod) {
            if (noMethod.api().blocked()) {
                return blocked(exchange, noMethod.api());
            }
            return otherMethod(exchange, noMethod.api(), noMethod.allowed());
        }
        return refuse(Problem.NO_PATH, Problem.NO_PATH.description(), Map.of());
    }

    // Before any token is asked, and preflights too: nobody gets any further.
    private Mono<Void> blocked(ServerWebExchange exchange, Api api) {
        cors.addTo(exchange, api);
        return refuse(Problem.API_BLOCKED, Problem.API_BLOCKED.description(), Map.of());
    }

    private Mono<Void> otherMethod(ServerWebExchange exchange, Api api, SortedSet<String> declared) {
        if (!exchange.getRequest().getMethod().equals(HttpMethod.OPTIONS)) {
            cors.addTo(exchange, api);
            return refuse(Problem.NO_METHOD, Problem.NO_METHOD.description(), Map.of("Allow", allow(declared)));
        }
        if (!cors.answersPreflight(exchange, api)) {
            exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
            exchange.getResponse().getHeaders().set("Allow", allow(declared));
            cors.addTo(exchange, api);
        }
        return exchange.getResponse().setComplete();
    }

    // OPTIONS is always answered (RFC 9110 §9.3.7), so it is always allowed.
    private static String allow(SortedSet<String> declared) {
        SortedSet<String> allowed = new TreeSet<>(declared);
        allowed.add("OPTIONS");
        return String.join(", ", allowed);
    }

    /** Whether it asks for the state of the gateway itself. */
    static boolean isOwn(ServerHttpRequest request) {
        String path = request.getURI().getRawPath();
        HttpMethod method = request.getMethod();
        return (path.equals("/health") || path.equals("/ready"))
                && (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD));
    }

    private static Mono<Void> health(ServerWebExchange exchange) {
        return answer(exchange, HttpStatus.OK, "{\"status\":\"healthy\"}");
    }

    private Mono<Void> ready(ServerWebExchange exchange) {
        boolean ready = availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC;
        return ready
                ? answer(exchange, HttpStatus.OK, "{\"status\":\"ready\"}")
                : answer(exchange, HttpStatus.SERVICE_UNAVAILABLE, "{\"status\":\"not ready\"}");
    }

    private static Mono<Void> answer(ServerWebExchange exchange, HttpStatus status, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static Mono<Void> refuse(Problem problem, String detail, Map<String, String> headers) {
        return Mono.error(new Refused(problem, detail, headers));
    }
}
