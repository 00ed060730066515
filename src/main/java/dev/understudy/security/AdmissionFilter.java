package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Admission;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.problem.Problem;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Leaves on the exchange what was decided. It comes last: where it is not reached, there is no {@link Admission}. */
final class AdmissionFilter implements WebFilter {

    private final boolean forwardToken;

    /** @param forwardToken whether the endpoint gets the header that carried the token */
    AdmissionFilter(boolean forwardToken) {
        this.forwardToken = forwardToken;
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
        return exchange.<Authentication>getPrincipal()
                .mapNotNull(VerifiedToken::of)
                .switchIfEmpty(Mono.error(Challenge::noToken))
                .map(token -> admission(found, token));
    }

    private Admission admission(Match.Found found, VerifiedToken token) {
        Optional<KeyType> keyType = Optional.of(token.keyType());
        if (found.operation().group(keyType).isEmpty()) {
            throw Challenge.badToken(Problem.NO_ENDPOINT_FOR_KEY_TYPE);
        }
        String tokenHeader = found.api().tokenHeader();
        return new Admission(keyType, token.name(), forwardToken ? Optional.empty() : Optional.of(tokenHeader));
    }
}
