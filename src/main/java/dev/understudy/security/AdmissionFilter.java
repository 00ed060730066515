package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Admission;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.problem.Problem;
import java.util.Optional;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Leaves on the exchange what was decided. It comes last: where it is not reached, there is no {@link Admission}. */
final class AdmissionFilter implements WebFilter {

    private final boolean forwardToken;
    private final CallerNames names;

    /** @param forwardToken whether the endpoint gets the header that carried the token */
    AdmissionFilter(boolean forwardToken, CallerNames names) {
        this.forwardToken = forwardToken;
        this.names = names;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Match.Found found = exchange.getRequiredAttribute(Match.Found.ATTRIBUTE);
        return admission(exchange, found)
                .doOnNext(admission -> exchange.getAttributes().put(Admission.ATTRIBUTE, admission))
                .flatMap(admission -> chain.filter(exchange));
    }

    private Mono<Admission> admission(ServerWebExchange exchange, Match.Found found) {
        if (found.operation().access() instanceof Access.Open) {
            return Mono.just(new Admission(Optional.empty(), Optional.empty(), Optional.empty()));
        }
        return exchange.<JwtAuthenticationToken>getPrincipal()
                .switchIfEmpty(Mono.error(Challenge::noToken))
                .map(caller -> admission(found, caller.getToken()));
    }

    private Admission admission(Match.Found found, Jwt token) {
        KeyType keyType = Claims.keyType(token);
        if (found.operation().group(Optional.of(keyType)).isEmpty()) {
            throw Challenge.badToken(Problem.NO_ENDPOINT_FOR_KEY_TYPE);
        }
        String tokenHeader = found.api().tokenHeader();
        return new Admission(
                Optional.of(keyType), names.of(token), forwardToken ? Optional.empty() : Optional.of(tokenHeader));
    }
}
