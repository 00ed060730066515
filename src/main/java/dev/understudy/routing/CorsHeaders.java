package dev.understudy.routing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import java.util.List;
import java.util.Locale;
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

    private static final String ANY = "*";
    private static final String PREFIX = "access-control-";

    private static final Set<String> OWN = Set.of(
            "access-control-allow-origin",
            "access-control-allow-methods",
            "access-control-allow-headers",
            "access-control-expose-headers",
            "access-control-allow-credentials",
            "access-control-max-age");

    // By identity and weakly: the rules of an API go when its catalog does.
    private final LoadingCache<Cors, Rules> rules =
            Caffeine.newBuilder().weakKeys().build(Rules::of);

    /** Whether the gateway answers for this API, so that an endpoint's own header of this name is left out. */
    boolean replaces(Api api, String header) {
        return api.cors().isPresent()
                && header.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                && OWN.contains(header.toLowerCase(Locale.ROOT));
    }

    /** Writes the head of a preflight's answer. @param api one that has rules */
    void answerPreflight(ServerWebExchange exchange, Api api) {
        Rules rules = this.rules.get(api.cors().orElseThrow());
        exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
        HttpHeaders asked = exchange.getRequest().getHeaders();
        HttpHeaders told = exchange.getResponse().getHeaders();
        String origin = rules.allowedOrigin(asked.getOrigin());
        String method = asked.getFirst(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        List<String> headers = asked.getAccessControlRequestHeaders();
        told.add(HttpHeaders.VARY, "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if (origin == null || method == null || !rules.allowsMethod(method) || !rules.allowsHeaders(headers)) {
            return;
        }
        rules.tellOrigin(told, origin);
        told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, rules.toldMethods(method));
        if (!headers.isEmpty()) {
            told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", headers));
        }
    }

    /** Adds what an answer to a call from another origin carries. */
    void addTo(ServerWebExchange exchange, Api api) {
        if (api.cors().isEmpty()) {
            return;
        }
        Rules rules = this.rules.get(api.cors().get());
        HttpHeaders told = exchange.getResponse().getHeaders();
        told.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        String origin = rules.allowedOrigin(exchange.getRequest().getHeaders().getOrigin());
        if (origin == null) {
            return;
        }
        rules.tellOrigin(told, origin);
        if (!rules.exposedHeaders().isEmpty()) {
            told.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, rules.exposedHeaders());
        }
    }

    /**
     * What an API says, in the form in which requests are held to it. Patterns are compiled once for an API, not for each
     * request. Nothing here holds on to the {@link Cors} that it is kept by.
     *
     * @param origins knows the patterns of origins, and nothing else
     * @param anyOrigin whether browsers are told an asterisk: not where credentials are allowed, as they would not take it
     * @param headers in lower case
     * @param exposedHeaders as a header has them; may be empty
     */
    private record Rules(
            CorsConfiguration origins,
            boolean anyOrigin,
            List<String> methods,
            Set<String> headers,
            String exposedHeaders,
            boolean credentials) {

        static Rules of(Cors cors) {
            CorsConfiguration origins = new CorsConfiguration();
            origins.setAllowedOriginPatterns(cors.allowOrigins());
            return new Rules(
                    origins,
                    cors.allowOrigins().contains(ANY) && !cors.allowCredentials(),
                    cors.allowMethods(),
                    cors.allowHeaders().stream()
                            .map(name -> name.toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet()),
                    String.join(", ", cors.exposeHeaders()),
                    cors.allowCredentials());
        }

        /** What is told of it; null: nothing. */
        @Nullable
        String allowedOrigin(@Nullable String origin) {
            if (origin == null || origins.checkOrigin(origin) == null) {
                return null;
            }
            if (anyOrigin) {
                return ANY;
            }
            // An opaque origin is nobody's.
            return origin.equals("null") ? null : origin;
        }

        void tellOrigin(HttpHeaders told, String origin) {
            told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            if (credentials) {
                told.set(HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            }
        }

        boolean allowsMethod(String method) {
            return methods.contains(ANY) || methods.contains(method);
        }

        String toldMethods(String asked) {
            return methods.contains(ANY) ? asked : String.join(", ", methods);
        }

        boolean allowsHeaders(List<String> asked) {
            return headers.contains(ANY)
                    || asked.stream().allMatch(name -> headers.contains(name.toLowerCase(Locale.ROOT)));
        }
    }
}
