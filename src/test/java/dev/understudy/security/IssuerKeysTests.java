package dev.understudy.security;

import static dev.understudy.security.Tokens.RSA_A;
import static dev.understudy.security.Tokens.RSA_B;
import static dev.understudy.security.Tokens.jwkSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class IssuerKeysTests {

    private static final KeySet A = KeySet.parse(jwkSet(RSA_A.toPublicJWK()));
    private static final KeySet B = KeySet.parse(jwkSet(RSA_B.toPublicJWK()));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private int fetches;
    private Supplier<Mono<KeySet>> answer = () -> Mono.just(A);
    private final IssuerKeys keys = new IssuerKeys(
            Tokens.ISSUER,
            Mono.defer(() -> {
                fetches++;
                return answer.get();
            }),
            Duration.ofMinutes(5),
            time,
            () -> time.now(TimeUnit.NANOSECONDS));

    @BeforeEach
    void startsLate() {
        // System.nanoTime starts anywhere, too.
        time.advanceTimeBy(Duration.ofDays(1));
    }

    @AfterEach
    void stop() {
        keys.stop();
        time.dispose();
    }

    @Test
    void asksAtTheStart() {
        keys.start();
        assertThat(keys.current()).isSameAs(A);
        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void asksAgainAfterHalfTheLifetimeOfAKeySoThatAWithdrawnOneStops() {
        keys.start();
        answer = () -> Mono.just(B);
        time.advanceTimeBy(Duration.ofSeconds(149));
        assertThat(keys.current()).isSameAs(A);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(keys.current()).isSameAs(B);
        time.advanceTimeBy(Duration.ofMinutes(10));
        assertThat(fetches).isEqualTo(6);
    }

    @Test
    void asksOnceInThirtySecondsHoweverManyCallersAsk() {
        keys.start();
        for (int second = 0; second < 300; second++) {
            IntStream.range(0, 10).forEach(caller -> newer(keys.current()));
            time.advanceTimeBy(Duration.ofSeconds(1));
        }
        assertThat(fetches).isBetween(10, 11);
    }

    @Test
    void asksBecauseOfACallerOnceThirtySecondsHavePassed() {
        keys.start();
        answer = () -> Mono.just(B);
        time.advanceTimeBy(Duration.ofSeconds(29));
        assertThat(newer(A)).containsExactly(A);
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(newer(A)).containsExactly(B);
        assertThat(fetches).isEqualTo(2);
    }

    @Test
    void givesWhatIsThereAlreadyToACallerWhoSawOlderKeys() {
        keys.start();
        assertThat(newer(KeySet.UNKNOWN)).containsExactly(A);
        assertThat(fetches).isEqualTo(1);
    }

    @Test
    void stopsAsking() {
        keys.start();
        keys.stop();
        time.advanceTimeBy(Duration.ofHours(1));
        assertThat(fetches).isEqualTo(1);
    }

    @Nested
    class WhileAFetchIsUnderWay {

        private final Sinks.One<KeySet> slow = Sinks.one();

        @BeforeEach
        void start() {
            answer = slow::asMono;
            keys.start();
        }

        @Test
        void callersJoinIt() {
            List<KeySet> first = newer(KeySet.UNKNOWN);
            List<KeySet> second = newer(KeySet.UNKNOWN);
            assertThat(first).isEmpty();
            slow.tryEmitValue(A);
            time.advanceTime();
            assertThat(first).containsExactly(A);
            assertThat(second).containsExactly(A);
            assertThat(fetches).isEqualTo(1);
        }

        @Test
        void callersDoNotWaitForLong() {
            List<KeySet> caller = newer(KeySet.UNKNOWN);
            time.advanceTimeBy(Duration.ofMillis(1499));
            assertThat(caller).isEmpty();
            time.advanceTimeBy(Duration.ofMillis(1));
            assertThat(caller).containsExactly(KeySet.UNKNOWN);
        }

        @Test
        void onlySoManyCallersWaitAndThoseWhoLeaveMakeRoom() {
            List<Disposable> waiting = IntStream.range(0, IssuerKeys.WAITING_AT_MOST)
                    .mapToObj(caller -> keys.newerThan(KeySet.UNKNOWN).subscribe())
                    .toList();
            assertThat(newer(KeySet.UNKNOWN)).containsExactly(KeySet.UNKNOWN);
            waiting.get(0).dispose();
            assertThat(newer(KeySet.UNKNOWN)).isEmpty();
        }

        @Test
        void theStartHasNotAskedYet() {
            List<Boolean> asked = new ArrayList<>();
            keys.asked().subscribe(never -> {}, failure -> {}, () -> asked.add(true));
            assertThat(asked).isEmpty();
            slow.tryEmitError(new IOException("refused"));
            assertThat(asked).containsExactly(true);
        }
    }

    @Nested
    class WhileTheIssuerIsAway {

        @Test
        void theLastKeysStay() {
            keys.start();
            answer = () -> Mono.error(new IOException("refused"));
            time.advanceTimeBy(Duration.ofHours(1));
            assertThat(keys.current()).isSameAs(A);
        }

        @Test
        void itIsAskedEveryThirtySeconds() {
            answer = () -> Mono.error(new IOException("refused"));
            keys.start();
            time.advanceTimeBy(Duration.ofSeconds(90));
            assertThat(fetches).isEqualTo(4);
            answer = () -> Mono.just(A);
            time.advanceTimeBy(Duration.ofSeconds(30));
            assertThat(keys.current()).isSameAs(A);
        }

        @Test
        void thatIsLoggedOnceAndSoIsItsReturn(CapturedOutput output) {
            answer = () -> Mono.error(new IOException("refused"));
            keys.start();
            time.advanceTimeBy(Duration.ofMinutes(5));
            answer = () -> Mono.just(A);
            time.advanceTimeBy(Duration.ofMinutes(5));
            assertThat(output.getOut().lines().filter(line -> line.contains("could not be fetched: refused")))
                    .hasSize(1);
            assertThat(output.getOut().lines().filter(line -> line.contains("are there again")))
                    .hasSize(1);
        }
    }

    private List<KeySet> newer(KeySet seen) {
        List<KeySet> got = new ArrayList<>();
        keys.newerThan(seen).subscribe(got::add);
        time.advanceTime();
        return got;
    }
}
