package dev.understudy.admin;

import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The sign-in of WSO2's {@code apictl}: a token for a name and a password. Named in the imports of the management context,
 * so it is no part of the traffic listeners.
 */
class TokenApi {

    static final String PATH = "/api/mgw/adapter/0.1/oauth2/token";

    private static final String EXPECTED = " (expected: {\"username\": \"…\", \"password\": \"…\"})";

    private record Credentials(String name, String password) {

        /** Without the password: records print what they hold. */
        @Override
        public String toString() {
            return "Credentials[" + name + "]";
        }
    }

    private final SignIn signIn;
    private final AdminTokens tokens;
    private final AuditLog audit;
    private final JsonMapper json;

    TokenApi(SignIn signIn, AdminTokens tokens, AuditLog audit, JsonMapper json) {
        this.signIn = signIn;
        this.tokens = tokens;
        this.audit = audit;
        this.json = json;
    }

    @Bean
    RouterFunction<ServerResponse> tokenRoutes() {
        return RouterFunctions.route()
                .POST(PATH, this::token)
                .route(RequestPredicates.path(PATH), AdminProblems.only(HttpMethod.POST))
                .build();
    }

    private Mono<ServerResponse> token(ServerRequest request) {
        return JsonBody.read(request).map(this::credentials).flatMap(credentials -> issue(request, credentials));
    }

    private Mono<ServerResponse> issue(ServerRequest request, Credentials credentials) {
        ServerWebExchange exchange = request.exchange();
        return signIn.check(exchange, credentials.name, credentials.password)
                .onErrorMap(AuthenticationException.class, wrong -> AdminSecurityConfiguration.wrongPassword())
                .flatMap(user -> {
                    AuditLog.signedIn(exchange, user.getName());
                    audit.done(exchange, "sign in", "token", "issued for " + AdminTokens.LIFETIME.toMinutes() + " min");
                    return ServerResponse.ok()
                            .cacheControl(CacheControl.noStore())
                            .bodyValue(Map.of("accessToken", tokens.issue(user.getName())));
                });
    }

    private Credentials credentials(byte[] body) {
        try {
            JsonNode root = json.readTree(body);
            return new Credentials(text(root, "username"), text(root, "password"));
        } catch (JacksonException e) {
            throw AdminProblems.problem(HttpStatus.BAD_REQUEST, "body: no JSON" + EXPECTED);
        }
    }

    private static String text(JsonNode root, String member) {
        JsonNode value = root.path(member);
        if (!value.isString()) {
            throw AdminProblems.problem(HttpStatus.BAD_REQUEST, "body: no text at '" + member + "'" + EXPECTED);
        }
        return value.stringValue();
    }
}
