package dev.understudy.admin;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.TokenIssuers;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.explain.Explainer;
import dev.understudy.explain.Question;
import dev.understudy.explain.Told;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Why requests went where they did, and where one would go. Named in the imports of the management context and no {@code
 * @Configuration}: found by component scanning, it would be part of the traffic listeners, too.
 */
class ExplainApi {

    static final String EXPLAIN = "/api/v1/explain";
    static final String REQUESTS = "/api/v1/requests";

    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,20}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~:\\[\\]-]{1,260}");
    private static final int LISTED = 100;
    private static final int LISTED_AT_MOST = 1_000;

    private final Explainer explainer;
    private final RecentRequests recent;

    ExplainApi(ApiCatalog catalog, HealthRegistry health, TokenIssuers issuers, RecentRequests recent) {
        this.explainer = new Explainer(catalog, health, issuers);
        this.recent = recent;
    }

    @Bean
    RouterFunction<ServerResponse> explainRoutes() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        read(routes, EXPLAIN, request -> fresh(explainer.explain(question(request))));
        read(routes, REQUESTS, request -> fresh(list(request)));
        read(routes, REQUESTS + "/{id}", this::one);
        return routes.build();
    }

    private static void read(RouterFunctions.Builder routes, String path, HandlerFunction<ServerResponse> handler) {
        routes.GET(path, handler)
                .HEAD(path, handler)
                .route(RequestPredicates.path(path), AdminProblems.only(HttpMethod.GET, HttpMethod.HEAD));
    }

    private static Mono<ServerResponse> fresh(Object body) {
        return ServerResponse.ok().cacheControl(CacheControl.noStore()).bodyValue(body);
    }

    private static Question question(ServerRequest request) {
        Parameters query =
                Parameters.of(request, "method", "path", "host", "keytype", "body", "idempotency-key", "preflight");
        String method = query.text("method").orElse("GET");
        if (!METHOD.matcher(method).matches()) {
            throw Parameters.bad("method", method, "that of a request, such as GET");
        }
        String host = query.text("host").orElse("");
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            throw Parameters.bad("host", host, "that of a request, with or without port");
        }
        return new Question(
                method.toUpperCase(Locale.ROOT),
                path(query),
                host,
                query.word("keytype", "production", "sandbox")
                        .map(type -> KeyType.valueOf(type.toUpperCase(Locale.ROOT))),
                query.number("body", 0, Long.MAX_VALUE, 0),
                query.flag("idempotency-key"),
                query.flag("preflight"));
    }

    // What is behind a question mark decides nothing, and may be secret.
    private static String path(Parameters query) {
        String path = query.required("path", "that of a request, such as /menu/7");
        int mark = path.indexOf('?');
        return mark < 0 ? path : path.substring(0, mark);
    }

    private RequestList list(ServerRequest request) {
        Parameters query = Parameters.of(request, "api", "status", "moved", "limit");
        Optional<String> api = query.text("api");
        Optional<String> status = query.word("status", "none", "1xx", "2xx", "3xx", "4xx", "5xx");
        Optional<Boolean> moved = query.word("moved", "true", "false").map(Boolean::parseBoolean);
        long limit = query.number("limit", 1, LISTED_AT_MOST, LISTED);
        List<RequestRecord> remembered = recent.latest();
        return RequestList.of(
                remembered,
                remembered.stream()
                        .filter(one -> api.map(name -> isOf(name, one)).orElse(true))
                        .filter(one ->
                                status.map(RequestList.statusClass(one)::equals).orElse(true))
                        .filter(one -> moved.map(asked -> asked == RequestList.moved(one))
                                .orElse(true))
                        .limit(limit)
                        .toList());
    }

    private static boolean isOf(String api, RequestRecord request) {
        return request.found()
                .filter(found -> api.equals(found.api().name())
                        || api.equals(request.api().orElse("")))
                .isPresent();
    }

    private Mono<ServerResponse> one(ServerRequest request) {
        Parameters.of(request);
        return recent.find(request.pathVariable("id"))
                .map(found -> fresh(Told.of(found)))
                .orElseGet(() -> Mono.error(unknown(recent.latest())));
    }

    private static ErrorResponseException unknown(List<RequestRecord> remembered) {
        String detail = remembered.isEmpty()
                ? "No request came since the start."
                : "None of the last %d requests, of which the first ended at %s, has this X-Request-Id."
                        .formatted(remembered.size(), ended(remembered));
        ErrorResponseException problem = AdminProblems.problem(HttpStatus.NOT_FOUND, detail);
        problem.getBody().setProperty("remembered", remembered.size());
        if (!remembered.isEmpty()) {
            problem.getBody().setProperty("since", ended(remembered));
        }
        return problem;
    }

    private static String ended(List<RequestRecord> remembered) {
        RequestRecord first = remembered.get(remembered.size() - 1);
        return first.at().plus(first.took()).toString();
    }
}
