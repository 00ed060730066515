package dev.understudy.admin;

import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.server.authentication.ServerBearerTokenAuthenticationConverter;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.authentication.DelegatingServerAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerHttpBasicAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Takes what a request signs in with: a token in its header (RFC 6750 §2.1), or a name and a password (RFC 7617). */
final class CredentialsFilter extends AuthenticationWebFilter {

    CredentialsFilter(SignIn signIn, AdminTokens tokens, AuditLog audit) {
        super((ServerWebExchange exchange) -> Mono.just(manager(exchange, signIn, tokens)));
        setServerAuthenticationConverter(new DelegatingServerAuthenticationConverter(
                new ServerBearerTokenAuthenticationConverter(), new ServerHttpBasicAuthenticationConverter()));
        setAuthenticationSuccessHandler(CredentialsFilter::goOn);
        setAuthenticationFailureHandler((exchange, failure) -> refuse(exchange.getExchange(), failure, audit));
    }

    private static ReactiveAuthenticationManager manager(
            ServerWebExchange exchange, SignIn signIn, AdminTokens tokens) {
        return credentials -> credentials instanceof BearerTokenAuthenticationToken bearer
                ? tokens.check(bearer.getToken())
                : signIn.check(exchange, credentials.getName(), String.valueOf(credentials.getCredentials()));
    }

    private static Mono<Void> goOn(WebFilterExchange exchange, Authentication user) {
        AuditLog.signedIn(exchange.getExchange(), user.getName());
        return exchange.getChain().filter(exchange.getExchange());
    }

    // A wrong password is in the audit log already.
    private static Mono<Void> refuse(ServerWebExchange exchange, AuthenticationException failure, AuditLog audit) {
        if (failure instanceof OAuth2AuthenticationException) {
            audit.refused(exchange, AuditLog.NOBODY, "bad token");
            return Mono.error(AdminSecurityConfiguration.badToken());
        }
        return Mono.error(AdminSecurityConfiguration.wrongPassword());
    }
}
