package dev.understudy.routing;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Reception;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
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
        LiveRoutes.Live live = routes.live();
        return follow(exchange, chain, live, receive(request, live.catalog()));
    }

    private static Reception receive(ServerHttpRequest request, Catalog catalog) {
        String host = request.getHeaders().getFirst("Host");
        return Reception.of(
                catalog,
                host == null ? "" : host,
                request.getMethod().name(),
                request.getURI().getRawPath(),
                CorsUtils.isPreFlightRequest(request));
    }

    private Mono<Void> follow(
            ServerWebExchange exchange, WebFilterChain chain, LiveRoutes.Live live, Reception reception) {
        if (reception instanceof Reception.Accepted accepted) {
            return accept(exchange, chain, live, accepted.found());
        }
        if (reception instanceof Reception.OfGateway) {
            return exchange.getRequest().getURI().getRawPath().equals("/health") ? health(exchange) : ready(exchange);
        }
        if (reception instanceof Reception.Unfit unfit) {
            return refuse(Problem.BAD_REQUEST, unfit.why(), Map.of());
        }
        if (reception instanceof Reception.Blocked blocked) {
            return blocked(exchange, blocked.api());
        }
        if (reception instanceof Reception.Preflight preflight) {
            cors.answerPreflight(exchange, preflight.api());
            return exchange.getResponse().setComplete();
        }
        if (reception instanceof Reception.Options options) {
            return options(exchange, options);
        }
        return reception instanceof Reception.OtherMethod other
                ? otherMethod(exchange, other)
                : refuse(Problem.NO_PATH, Problem.NO_PATH.description(), Map.of());
    }

    private Mono<Void> accept(
            ServerWebExchange exchange, WebFilterChain chain, LiveRoutes.Live live, Match.Found found) {
        cors.addTo(exchange, found.api());
        exchange.getAttributes().put(Match.Found.ATTRIBUTE, found);
        exchange.getAttributes().put(LiveRoutes.ROUTE, live.route(found));
        return chain.filter(exchange);
    }

    // Before any token is asked, and preflights too: nobody gets any further.
    private Mono<Void> blocked(ServerWebExchange exchange, Api api) {
        cors.addTo(exchange, api);
        return refuse(Problem.API_BLOCKED, Problem.API_BLOCKED.description(), Map.of());
    }

    private Mono<Void> otherMethod(ServerWebExchange exchange, Reception.OtherMethod other) {
        cors.addTo(exchange, other.api());
        return refuse(Problem.NO_METHOD, Problem.NO_METHOD.description(), Map.of("Allow", allow(other.declared())));
    }

    private Mono<Void> options(ServerWebExchange exchange, Reception.Options options) {
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        exchange.getResponse().getHeaders().set("Allow", allow(options.declared()));
        cors.addTo(exchange, options.api());
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
        return Reception.isOfGateway(
                request.getMethod().name(), request.getURI().getRawPath());
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
