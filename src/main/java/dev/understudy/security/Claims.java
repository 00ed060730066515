package dev.understudy.security;

import dev.understudy.catalog.KeyType;
import dev.understudy.problem.Problem;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the claims of a token must be (RFC 7519 §4.1), and what they say. */
final class Claims {

    /** How far the clocks of issuers may be off. */
    static final Duration SKEW = Duration.ofSeconds(30);

    private final Clock clock;
    private final CallerNames names;

    /** @param names what is told of who calls */
    Claims(Clock clock, CallerNames names) {
        this.clock = clock;
        this.names = names;
    }

    /**
     * Takes the claims of a token whose signature is good.
     *
     * @param issuer whose it is; where it has audiences, one of them must be the token's
     * @param keys those that verified it
     * @throws BadToken if they are not to be taken, now
     */
    VerifiedToken accept(UnverifiedToken token, Issuer issuer, KeySet keys) {
        Map<String, Object> claims = withTimes(token.claims());
        checkTimes(claims);
        List<String> audiences = issuer.audiences();
        if (!audiences.isEmpty() && audience(claims).noneMatch(audiences::contains)) {
            throw new BadToken("aud (expected: one of those configured)");
        }
        return new VerifiedToken(
                issuer,
                keys,
                token.header(),
                claims,
                scopes(claims),
                keyType(claims),
                names.of(claims),
                token.text().length());
    }

    /**
     * What else a token says stays as it is; what the time is does not.
     *
     * @param claims with times as {@link Instant}
     * @throws BadToken if they are not to be taken, now
     */
    void checkTimes(Map<String, Object> claims) {
        Instant now = clock.instant();
        if (!(claims.get("exp") instanceof Instant expires)) {
            throw new BadToken("exp (expected: there)");
        }
        if (claims.get("iat") instanceof Instant issued && !issued.isBefore(expires)) {
            throw new BadToken("iat (expected: before exp)");
        }
        if (claims.get("nbf") instanceof Instant notBefore && now.plus(SKEW).isBefore(notBefore)) {
            throw new BadToken("nbf (expected: past)");
        }
        if (now.minus(SKEW).isAfter(expires)) {
            throw new BadToken(Problem.EXPIRED_TOKEN, "exp (expected: to come)");
        }
    }

    /** {@code scope} as text (RFC 8693 §4.2) or list, and {@code scp}, which some issuers write instead. */
    private static Set<String> scopes(Map<String, Object> claims) {
        return Stream.of("scope", "scp")
                .flatMap(name -> words(claims.get(name)))
                .collect(Collectors.toUnmodifiableSet());
    }

    private static KeyType keyType(Map<String, Object> claims) {
        return "SANDBOX".equals(claims.get("keytype")) ? KeyType.SANDBOX : KeyType.PRODUCTION;
    }

    private static Map<String, Object> withTimes(Map<String, Object> claims) {
        Map<String, Object> typed = new HashMap<>(claims);
        for (String name : List.of("exp", "nbf", "iat")) {
            Optional.ofNullable(claims.get(name)).ifPresent(value -> typed.put(name, time(name, value)));
        }
        return Map.copyOf(typed);
    }

    // Parts of a second are allowed (RFC 7519 §2, NumericDate).
    private static Instant time(String name, Object value) {
        if (!(value instanceof Number number)) {
            throw new BadToken(name + " (expected: a number of seconds)");
        }
        double seconds = Math.floor(number.doubleValue());
        long nanos = number instanceof Long ? 0 : (long) ((number.doubleValue() - seconds) * 1e9);
        try {
            return Instant.ofEpochSecond(number instanceof Long ? number.longValue() : (long) seconds, nanos);
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadToken(name + " (expected: a time that a calendar has)");
        }
    }

    private static Stream<?> audience(Map<String, Object> claims) {
        Object audience = claims.getOrDefault("aud", List.of());
        return audience instanceof Collection<?> all ? all.stream() : Stream.of(audience);
    }

    private static Stream<String> words(@Nullable Object claim) {
        if (claim instanceof String text) {
            return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty());
        }
        return claim instanceof Collection<?> all
                ? all.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }
}
