package dev.understudy.admin;

import dev.understudy.checkup.Checked;
import dev.understudy.checkup.Checked.Verdict;
import dev.understudy.checkup.Checkup;
import dev.understudy.checkup.Question;
import dev.understudy.endpoint.Endpoint;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Has the gateway ask endpoints before anybody deploys them. Named in the imports of the management context, so it is no
 * part of the traffic listeners.
 */
public class CheckApi {

    static final String PATH = EndpointsApi.PATH + "/check";

    private static final String ACTION = "check";
    private static final String RETRY_AFTER_SECONDS = "2";

    private final Checkup checkup;
    private final AuditLog audit;
    private final JsonMapper json;

    CheckApi(Checkup checkup, AuditLog audit, JsonMapper json) {
        this.checkup = checkup;
        this.audit = audit;
        this.json = json;
    }

    // Before those with an id in this place of the path.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    RouterFunction<ServerResponse> checkRoutes() {
        return RouterFunctions.route()
                .POST(PATH, this::check)
                .route(RequestPredicates.path(PATH), AdminProblems.only(HttpMethod.POST))
                .build();
    }

    private Mono<ServerResponse> check(ServerRequest request) {
        return JsonBody.read(request, WantedCheck.LONGEST)
                .map(body -> WantedCheck.of(body, json))
                .flatMap(question -> checked(request.exchange(), question))
                .doOnError(
                        ErrorResponseException.class,
                        refusal -> audit.done(request.exchange(), ACTION, "endpoints", AuditLog.result(refusal)))
                .flatMap(all ->
                        ServerResponse.ok().cacheControl(CacheControl.noStore()).bodyValue(CheckAnswer.of(all)));
    }

    /**
     * Checks for whoever the request is of, and writes into the audit log who asked for what. That is there also when the
     * caller has left by then: what was begun goes to its end. Fails with 429 and 503 where others are under way.
     */
    public Mono<List<Checked>> checked(ServerWebExchange exchange, Question question) {
        return Mono.fromFuture(
                        () -> checkup.check(AuditLog.user(exchange), question)
                                .doOnNext(all -> all.forEach(
                                        one -> audit.done(exchange, ACTION, subject(one), CheckAnswer.result(one))))
                                .toFuture(),
                        true)
                .onErrorMap(Checkup.Busy.class, CheckApi::later);
    }

    // What is no URL may be one with a password in it.
    private static String subject(Checked one) {
        return one.verdict() instanceof Verdict.NotValid
                ? "no URL of an endpoint"
                : Endpoint.parse(one.url()).toString();
    }

    private static ErrorResponseException later(Checkup.Busy busy) {
        if (!busy.sameUser()) {
            return AdminProblems.later(Checkup.CHECKS + " checks are under way already.");
        }
        ErrorResponseException problem = AdminProblems.problem(
                HttpStatus.TOO_MANY_REQUESTS,
                "You have a check under way already; it ends within " + Checkup.LONGEST.toSeconds()
                        + " s. Try again then.");
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        return problem;
    }
}
