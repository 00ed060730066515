package dev.understudy.admin;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import reactor.core.publisher.Mono;

/**
 * The tokens of the admin listener: JWTs that say who somebody is, not what he may. The key is made at each start and never
 * leaves the process. It is for HMAC, which the traffic listeners take from nobody, and type, issuer and audience are like
 * no others, so that no token passes on both sides whatever issuers are configured. Safe for use by many threads.
 */
final class AdminTokens {

    static final Duration LIFETIME = Duration.ofHours(1);
    static final String TYPE = "understudy-admin+jwt";

    /** Issuer and audience. */
    static final String NAME = "understudy-admin";

    private final AdminUsers users;
    private final Clock clock;
    private final JwtEncoder encoder;
    private final ReactiveAuthenticationManager manager;

    AdminTokens(AdminUsers users, Clock clock) {
        SecretKey key = KeyedHash.key();
        this.users = users;
        this.clock = clock;
        // The builder would put a digest of the key into each token.
        this.encoder = new NimbusJwtEncoder(new ImmutableSecret<>(key));
        this.manager = manager(key);
    }

    /** @param name of somebody who has just signed in */
    String issue(String name) {
        Instant now = clock.instant();
        JwsHeader header = JwsHeader.with(MacAlgorithm.HS256).type(TYPE).build();
        JwtClaimsSet claims = JwtClaimsSet.builder()
                .issuer(NAME)
                .audience(List.of(NAME))
                .subject(name)
                .issuedAt(now)
                .expiresAt(now.plus(LIFETIME))
                .build();
        return encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    }

    /** Who that is, with the roles that he has now. Fails with an {@link AuthenticationException} for any other token. */
    Mono<Authentication> check(String token) {
        return manager.authenticate(new BearerTokenAuthenticationToken(token))
                .onErrorMap(failure -> failure instanceof AuthenticationException ? failure : invalid());
    }

    private ReactiveAuthenticationManager manager(SecretKey key) {
        NimbusReactiveJwtDecoder decoder = NimbusReactiveJwtDecoder.withSecretKey(key)
                .macAlgorithm(MacAlgorithm.HS256)
                .validateType(false)
                .build();
        decoder.setJwtValidator(validator());
        JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(decoder);
        manager.setJwtAuthenticationConverter(token -> Mono.justOrEmpty(
                        Optional.ofNullable(token.getSubject()).flatMap(users::signedIn))
                .switchIfEmpty(Mono.error(AdminTokens::invalid)));
        return manager;
    }

    private OAuth2TokenValidator<Jwt> validator() {
        JwtTimestampValidator times = new JwtTimestampValidator(Duration.ZERO);
        times.setClock(clock);
        times.setAllowEmptyExpiryClaim(false);
        return new DelegatingOAuth2TokenValidator<>(
                new JwtTypeValidator(TYPE),
                times,
                new JwtIssuerValidator(NAME),
                new JwtClaimValidator<List<String>>(JwtClaimNames.AUD, List.of(NAME)::equals));
    }

    private static AuthenticationException invalid() {
        return new InvalidBearerTokenException("The token is not one of this gateway");
    }
}
