package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Match;
import java.util.Set;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.authorization.ReactiveAuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Decides from the operation that was found, never from a list of paths of its own. */
final class OperationAuthorization implements ReactiveAuthorizationManager<ServerWebExchange> {

    @Override
    public Mono<AuthorizationResult> authorize(Mono<Authentication> caller, ServerWebExchange exchange) {
        Match.Found found = exchange.getRequiredAttribute(Match.Found.ATTRIBUTE);
        if (!(found.operation().access() instanceof Access.Secured secured)) {
            return Mono.just(new AuthorizationDecision(true));
        }
        return caller.mapNotNull(VerifiedToken::of)
                .map(token -> new AuthorizationDecision(secured.permits(token.scopes())));
    }

    /** The scopes that an operation asks for; none where none was found. */
    static Set<String> scopes(ServerWebExchange exchange) {
        Match.Found found = exchange.getAttribute(Match.Found.ATTRIBUTE);
        return found != null && found.operation().access() instanceof Access.Secured secured
                ? secured.scopes()
                : Set.of();
    }
}
