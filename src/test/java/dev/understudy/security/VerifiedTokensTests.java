package dev.understudy.security;

import static dev.understudy.problem.Problem.EXPIRED_TOKEN;
import static dev.understudy.problem.Problem.INVALID_TOKEN;
import static dev.understudy.security.Tokens.ISSUER;
import static dev.understudy.security.Tokens.NOW;
import static dev.understudy.security.Tokens.RSA_A;
import static dev.understudy.security.Tokens.RSA_B;
import static dev.understudy.security.Tokens.claims;
import static dev.understudy.security.Tokens.jwkSet;
import static dev.understudy.security.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.KeyType;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.Jwt;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** When a token is taken without being verified again, and when it is not. */
class VerifiedTokensTests {

    private static final Duration KEY_LIFETIME = Duration.ofMinutes(5);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private Instant now = Tokens.CLOCK.instant();
    private String published = jwkSet(RSA_A.toPublicJWK());
    private final IssuerKeys keys = new IssuerKeys(
            ISSUER,
            Mono.fromSupplier(() -> KeySet.parse(published)),
            KEY_LIFETIME,
            time,
            () -> time.now(TimeUnit.NANOSECONDS));
    private final Map<String, Issuer> issuers = new HashMap<>(Map.of(ISSUER, new Issuer(ISSUER, List.of(), keys)));
    private final VerifiedTokens verified = new VerifiedTokens(100, () -> time.now(TimeUnit.NANOSECONDS));
    private final TokenDecoder decoder = Tokens.decoder(issuers, new Settable(), verified);
    private final String good = Tokens.good();

    @BeforeEach
    void start() {
        keys.start();
        assertThat(refusalOf(good)).isNull();
    }

    @AfterEach
    void stop() {
        keys.stop();
        time.dispose();
    }

    @Test
    void aTokenIsTheSameTheSecondTime() {
        String token = signed(
                RSA_A, "{'alg':'RS256','kid':'a','typ':'JWT'}", claims(",'scope':'a b','n':[1],'iat':" + (NOW - 9)));
        Jwt first = decode(token);
        Jwt second = decode(token);

        assertThat(verified.hits()).isEqualTo(1);
        assertThat(verified.misses()).isEqualTo(2);
        assertThat(second).isInstanceOf(VerifiedToken.Sent.class).isNotSameAs(first);
        assertThat(second.getTokenValue()).isEqualTo(token);
        assertThat(second.getClaims()).isEqualTo(first.getClaims()).containsEntry("scope", "a b");
        assertThat(second.getHeaders()).isEqualTo(first.getHeaders()).containsEntry("typ", "JWT");
        assertThat(second.getExpiresAt()).isEqualTo(Instant.ofEpochSecond(NOW + 60));
        assertThat(second.getIssuedAt()).isEqualTo(Instant.ofEpochSecond(NOW - 9));
    }

    @Test
    void aTokenIsVerifiedAnewAfterAMinute() {
        time.advanceTimeBy(VerifiedTokens.LIFETIME.minusMillis(1));
        assertTaken(good, true);
        // Being asked for does not make it live longer.
        time.advanceTimeBy(Duration.ofMillis(1));
        assertTaken(good, false);
    }

    @Test
    void aTokenEndsWhenItsTimeDoesWithTheSkewThatEachTokenHas() {
        now = Instant.ofEpochSecond(NOW + 60).plus(Claims.SKEW);
        assertTaken(good, true);
        now = now.plusNanos(1);
        assertThat(refusalOf(good)).isEqualTo(EXPIRED_TOKEN);
    }

    @Test
    void aTokenIsNotTakenBeforeItsTimeWhenTheClockGoesBack() {
        String token = signed(RSA_A, "{'alg':'RS256','kid':'a'}", claims(",'nbf':" + NOW));
        assertTaken(token, false);
        now = now.minus(Claims.SKEW);
        assertTaken(token, true);
        now = now.minusNanos(1);
        assertThat(refusalOf(token)).isEqualTo(INVALID_TOKEN);
    }

    @Test
    void aTokenEndsWithTheKeyThatVerifiedIt() {
        published = jwkSet(RSA_B.toPublicJWK());
        time.advanceTimeBy(KEY_LIFETIME.dividedBy(2).minusSeconds(1));
        // The first one is too old by now: one that would live on for a minute.
        assertTaken(good, false);
        assertTaken(good, true);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(refusalOf(good)).isEqualTo(INVALID_TOKEN);
    }

    @Test
    void aTokenIsVerifiedAnewAfterAnyFetchOfKeys() {
        time.advanceTimeBy(KEY_LIFETIME.dividedBy(2).minusSeconds(1));
        assertTaken(good, false);
        published = jwkSet(RSA_A.toPublicJWK(), RSA_B.toPublicJWK());
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertTaken(good, false);
        assertTaken(good, true);
    }

    @Test
    void aTokenIsNotTakenByAnIssuerThatIsConfiguredAnew() {
        issuers.put(ISSUER, new Issuer(ISSUER, List.of("mine"), keys));
        assertThat(refusalOf(good)).isEqualTo(INVALID_TOKEN);
        issuers.remove(ISSUER);
        assertThat(refusalOf(good)).isEqualTo(INVALID_TOKEN);
        issuers.put(ISSUER, new Issuer(ISSUER, List.of(), keys));
        assertTaken(good, false);
    }

    @Test
    void whatOneGatewayTookAnotherOneVerifies() {
        VerifiedTokens others = new VerifiedTokens(100, () -> 0);
        TokenDecoder other =
                Tokens.decoder(Map.of(ISSUER, new Issuer(ISSUER, List.of("others"), keys)), Tokens.CLOCK, others);
        assertThat(refusalOf(other, good)).isEqualTo(INVALID_TOKEN);
        assertThat(others.size()).isZero();
    }

    @Test
    void aTokenThatDiffersInOneCharacterIsAnotherOne() {
        for (int i = 0; i < good.length(); i += 7) {
            char other = good.charAt(i) == 'A' ? 'B' : 'A';
            String changed = good.substring(0, i) + other + good.substring(i + 1);
            assertThat(refusalOf(changed)).as("changed at %d", i).isEqualTo(INVALID_TOKEN);
        }
        assertThat(verified.hits()).isZero();
        assertThat(verified.size()).isEqualTo(1);
    }

    @Test
    void aRefusalIsNotKept() {
        String forged = signed(RSA_B, "{'alg':'RS256','kid':'a'}", claims(""));
        String expired =
                signed(RSA_A, "{'alg':'RS256','kid':'a'}", "{'iss':'" + ISSUER + "','exp':" + (NOW - 31) + "}");
        assertThat(refusalOf(forged)).isEqualTo(INVALID_TOKEN);
        assertThat(refusalOf(expired)).isEqualTo(EXPIRED_TOKEN);
        assertThat(verified.size()).isEqualTo(1);
    }

    @Test
    void onlySoManyAreKeptAndLongOnesTakeMoreRoom() {
        for (int i = 0; i < 5_000; i++) {
            verified.keep("token " + i, token(1_000));
        }
        awaitSize(100);
        for (int i = 0; i < 5_000; i++) {
            verified.keep("long " + i, token(VerifiedTokens.ORDINARY_LENGTH * 9));
        }
        awaitSize(10);
    }

    @Test
    void nothingOfItsTextIsKept() {
        assertThat(verified.find(good, any -> true))
                .asString()
                .doesNotContain(good.split("\\."))
                .contains("anna");
    }

    private void awaitSize(int most) {
        await().atMost(Duration.ofSeconds(20)).until(() -> verified.size() <= most);
        assertThat(verified.size()).isPositive();
    }

    private void assertTaken(String token, boolean hit) {
        long hits = verified.hits();
        assertThat(refusalOf(token)).isNull();
        assertThat(verified.hits() - hits).isEqualTo(hit ? 1 : 0);
    }

    private @Nullable Problem refusalOf(String token) {
        return refusalOf(decoder, token);
    }

    private static @Nullable Problem refusalOf(TokenDecoder decoder, String token) {
        try {
            Tokens.decode(decoder, token);
            return null;
        } catch (Refused refused) {
            return refused.problem();
        }
    }

    private Jwt decode(String token) {
        Jwt jwt = Tokens.decode(decoder, token);
        if (jwt == null) {
            throw new AssertionError("nothing decoded");
        }
        return jwt;
    }

    private VerifiedToken token(int length) {
        Issuer issuer = new Issuer(ISSUER, List.of(), keys);
        return new VerifiedToken(
                issuer, keys.current(), Map.of(), Map.of(), Set.of(), KeyType.PRODUCTION, Optional.empty(), length);
    }

    private final class Settable extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
