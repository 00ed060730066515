package dev.understudy.security;

import dev.understudy.catalog.KeyType;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * What a token says whose signature is good, and what is read of it once for all requests that come with it. It has nothing
 * of the token's text, so that whoever finds one in memory cannot call with it.
 *
 * @param issuer by whose configuration it was taken
 * @param keys those of the issuer with which its signature is good
 * @param header the members that are not null
 * @param claims those that are not null; {@code exp}, {@code nbf} and {@code iat} as {@link Instant}
 * @param scopes may be empty
 * @param name of who calls, as operators are told; empty: it does not say
 * @param length of its text
 */
record VerifiedToken(
        Issuer issuer,
        KeySet keys,
        Map<String, Object> header,
        Map<String, Object> claims,
        Set<String> scopes,
        KeyType keyType,
        Optional<String> name,
        int length) {

    /** That of a caller; null: the caller came without one. */
    static @Nullable VerifiedToken of(Authentication caller) {
        return caller instanceof JwtAuthenticationToken jwt && jwt.getToken() instanceof Sent sent
                ? sent.verified
                : null;
    }

    /** The same for Spring Security, in the request that came with it. */
    Sent sent(String text) {
        return new Sent(text, this);
    }

    /** As it came with one request. */
    static final class Sent extends Jwt {

        private final transient VerifiedToken verified;

        private Sent(String text, VerifiedToken verified) {
            super(text, time(verified, "iat"), time(verified, "exp"), verified.header, verified.claims);
            this.verified = verified;
        }

        private static @Nullable Instant time(VerifiedToken verified, String claim) {
            return (Instant) verified.claims.get(claim);
        }
    }
}
