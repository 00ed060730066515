package dev.understudy.security;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * From the text of a token to what its issuer says: the issuer is looked up by what the token claims, then the signature
 * is checked with that issuer's keys and no others, then the claims. A token that is not taken is a refusal, whatever it
 * was that it did to the parsers. One that was taken is not verified again while nothing has changed of its issuer and its
 * keys.
 */
final class TokenDecoder implements ReactiveJwtDecoder {

    private static final Logger log = LoggerFactory.getLogger(TokenDecoder.class);

    private final Function<String, Optional<Issuer>> issuers;
    private final Claims claims;
    private final VerifiedTokens verified;

    /**
     * @param issuers finds one by what a token says who has issued it
     * @param verified tokens that this decoder has taken, and no other
     */
    TokenDecoder(Function<String, Optional<Issuer>> issuers, Claims claims, VerifiedTokens verified) {
        this.issuers = issuers;
        this.claims = claims;
        this.verified = verified;
    }

    /** @return a {@link VerifiedToken.Sent} */
    @Override
    public Mono<Jwt> decode(String text) {
        return Mono.defer(() -> verify(UnverifiedToken.parse(text)))
                .doOnNext(token -> verified.keep(text, token))
                .<Jwt>map(token -> token.sent(text))
                .onErrorMap(TokenDecoder::refusal);
    }

    /**
     * The token of this text, if it was taken before and still is; null: it has to be decoded.
     *
     * @throws Refused if its time is over
     */
    @Nullable
    VerifiedToken known(String text) {
        VerifiedToken known = verified.find(text, this::holds);
        if (known != null) {
            try {
                claims.checkTimes(known.claims());
            } catch (BadToken e) {
                throw refusal(e);
            }
        }
        return known;
    }

    // Keys that were fetched anew are other ones, even if they are the same: what was withdrawn is never missed.
    private boolean holds(VerifiedToken token) {
        Issuer issuer = issuers.apply(token.issuer().name()).orElse(null);
        return issuer == token.issuer() && issuer.keys().current() == token.keys();
    }

    private Mono<VerifiedToken> verify(UnverifiedToken token) {
        Issuer issuer = issuers.apply(token.issuer()).orElseThrow(() -> new BadToken("iss (expected: one configured)"));
        KeySet keys = issuer.keys().current();
        if (keys.verifies(token)) {
            return Mono.just(claims.accept(token, issuer, keys));
        }
        return keys.hasKeyOf(token)
                ? Mono.error(badSignature())
                : issuer.keys().newerThan(keys).map(newer -> accept(token, issuer, keys, newer));
    }

    private VerifiedToken accept(UnverifiedToken token, Issuer issuer, KeySet tried, KeySet newer) {
        if (newer == KeySet.UNKNOWN) {
            throw new BadToken(Problem.KEYS_UNKNOWN, "the keys of its issuer were never fetched");
        }
        if (newer == tried || !newer.verifies(token)) {
            throw badSignature();
        }
        return claims.accept(token, issuer, newer);
    }

    private static BadToken badSignature() {
        return new BadToken("signature (expected: by a key of its issuer)");
    }

    private static Refused refusal(Throwable failure) {
        log.debug("A token was refused: {}", failure.getMessage());
        return Challenge.badToken(failure instanceof BadToken bad ? bad.problem() : Problem.INVALID_TOKEN);
    }
}
