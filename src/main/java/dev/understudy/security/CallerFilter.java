package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Admission;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.security.Principal;
import java.util.List;
import java.util.Optional;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Decides who may call, from the operation that was found and never from a list of paths of its own, and leaves on the
 * exchange what was decided. Where it does not let a request pass, there is no {@link Admission}.
 * <p>
 * Spring Security has a filter for each of the steps. This is one for all, since each request goes through it and nearly
 * each comes with a token that is known: there is nothing to wait for then.
 */
final class CallerFilter implements WebFilter {

    private final TokenDecoder decoder;
    private final ReactiveAuthenticationManager authentication;
    private final boolean forwardToken;

    /**
     * @param decoder knows the tokens that were verified
     * @param authentication verifies the others
     * @param forwardToken whether the endpoint gets the header that carried the token
     */
    CallerFilter(TokenDecoder decoder, ReactiveAuthenticationManager authentication, boolean forwardToken) {
        this.decoder = decoder;
        this.authentication = authentication;
        this.forwardToken = forwardToken;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Match.Found found = exchange.getAttribute(Match.Found.ATTRIBUTE);
        if (found == null) {
            return Mono.error(new Refused(Problem.NO_PATH));
        }
        String text = BearerTokenReader.read(exchange.getRequest().getHeaders(), found);
        if (text == null) {
            exchange.getAttributes()
                    .put(Admission.ATTRIBUTE, new Admission(Optional.empty(), Optional.empty(), Optional.empty()));
            return chain.filter(exchange);
        }
        VerifiedToken known = decoder.known(text);
        if (known != null) {
            return admit(exchange, chain, found, known, authenticated(known, text));
        }
        return authentication
                .authenticate(new BearerTokenAuthenticationToken(text))
                .switchIfEmpty(Mono.error(Challenge::noToken))
                .flatMap(caller -> admit(exchange, chain, found, verified(caller), Mono.just(caller)));
    }

    private Mono<Void> admit(
            ServerWebExchange exchange,
            WebFilterChain chain,
            Match.Found found,
            VerifiedToken token,
            Mono<Authentication> caller) {
        if (found.operation().access() instanceof Access.Secured secured && !secured.permits(token.scopes())) {
            return Mono.error(Challenge.scopeMissing(secured.scopes()));
        }
        Optional<KeyType> keyType = Optional.of(token.keyType());
        if (found.operation().group(keyType).isEmpty()) {
            return Mono.error(Challenge.badToken(Problem.NO_ENDPOINT_FOR_KEY_TYPE));
        }
        exchange.getAttributes().put(Admission.ATTRIBUTE, new Admission(keyType, token.name(), withheld(found)));
        Mono<SecurityContext> context = caller.map(SecurityContextImpl::new);
        return chain.filter(exchange.mutate()
                        .principal(caller.cast(Principal.class))
                        .build())
                .contextWrite(ReactiveSecurityContextHolder.withSecurityContext(context));
    }

    private Optional<String> withheld(Match.Found found) {
        return forwardToken ? Optional.empty() : Optional.of(found.api().tokenHeader());
    }

    // Made when somebody asks who calls, which the gateway itself does not.
    private static Mono<Authentication> authenticated(VerifiedToken token, String text) {
        return Mono.fromSupplier(() -> new JwtAuthenticationToken(token.sent(text), List.of()));
    }

    private static VerifiedToken verified(Authentication caller) {
        VerifiedToken token = VerifiedToken.of(caller);
        if (token == null) {
            throw Challenge.noToken();
        }
        return token;
    }
}
