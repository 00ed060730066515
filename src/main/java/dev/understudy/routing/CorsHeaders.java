package dev.understudy.routing;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.server.ServerWebExchange;

/**
 * What browsers are told of calls from other origins (the Fetch standard's CORS protocol). Refuses nothing: an origin that
 * may not call is told nothing, and its browser keeps the answer from it.
 */
final class CorsHeaders {

    private static final Set<String> OWN = Set.of(
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-expose-headers",
            "access-control-allow-credentials",
            "access-control-max-age");

    /** Whether the gateway answers for this API, so that an endpoint's own header of this name is left out. */
    boolean replaces(Api api, String header) {
        return api.cors().isPresent() && OWN.contains(header.toLowerCase(Locale.ROOT));
    }

    /** Writes the head of a preflight's answer. @param api one that has rules */
    void answerPreflight(ServerWebExchange exchange, Api api) {
        Cors cors = api.cors().orElseThrow();
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        HttpHeaders asked = exchange.getRequest().getHeaders();
        HttpHeaders told = exchange.getResponse().getHeaders();
        String origin = allowedOrigin(exchange, cors);
        String method = asked.getFirst(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        Optional<List<String>> headers = allowedHeaders(cors, asked.getAccessControlRequestHeaders());
        told.add(HttpHeaders.VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if (origin == null || !allowsMethod(cors, method) || headers.isEmpty()) {
            return;
        }
        tellOrigin(told, origin, cors);
        told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", methods(cors, method)));
        if (!headers.get().isEmpty()) {
            told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", headers.get()));
        }
    }

    /** Adds what an answer to a call from another origin carries. */
    void addTo(ServerWebExchange exchange, Api api) {
        if (api.cors().isEmpty()) {
            return;
        }
        Cors cors = api.cors().get();
        HttpHeaders told = exchange.getResponse().getHeaders();
        told.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = allowedOrigin(exchange, cors);
        if (origin == null) {
            return;
        }
        tellOrigin(told, origin, cors);
        if (!cors.exposeHeaders().isEmpty()) {
            told.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, String.join(", ", cors.exposeHeaders()));
        }
    }

    private static void tellOrigin(HttpHeaders told, String origin, Cors cors) {
        told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if (cors.allowCredentials()) {
            told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
    }

    private static @Nullable String allowedOrigin(ServerWebExchange exchange, Cors cors) {
        String origin = exchange.getRequest().getHeaders().getOrigin();
        if (origin == null) {
            return null;
        }
        CorsConfiguration rules = new CorsConfiguration();
        rules.setAllowedOriginPatterns(cors.allowOrigins());
        String allowed = rules.checkOrigin(origin);
        // With credentials browsers do not take an asterisk; an opaque origin is nobody's.
        boolean any = cors.allowOrigins().contains("*");
        if (allowed == null || (origin.equals("null") && !(any && !cors.allowCredentials()))) {
            return null;
        }
        return any && !cors.allowCredentials() ? "*" : origin;
    }

    private static boolean allowsMethod(Cors cors, @Nullable String method) {
        return method != null
                && (cors.allowMethods().contains("*") || cors.allowMethods().contains(method));
    }

    private static List<String> methods(Cors cors, @Nullable String asked) {
        return cors.allowMethods().contains("*") && asked != null ? List.of(asked) : cors.allowMethods();
    }

    private static Optional<List<String>> allowedHeaders(Cors cors, List<String> asked) {
        if (cors.allowHeaders().contains("*")) {
            return Optional.of(asked);
        }
        Set<String> allowed = cors.allowHeaders().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return asked.stream().allMatch(name -> allowed.contains(name.toLowerCase(Locale.ROOT)))
                ? Optional.of(asked)
                : Optional.empty();
    }
}
