package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.health.Prober.Plan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class ProberTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Mono<Void> WELL = Mono.empty();
    private static final Mono<Void> ILL = Mono.error(new IOException("refused"));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final List<Long> looks = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private Mono<Void> answer = ILL;
    private double random = 0.5;
    private boolean leftAlone;

    @Test
    void whoIsNotSuspendedIsNotLookedAt() {
        probing(level(SECOND), SECOND, false);

        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(looks).isEmpty();
    }

    @Test
    void whoIsSuspendedIsLookedAtEveryIntervalUntilItIsBack() {
        Level level = level(SECOND);
        probing(level, SECOND, false);
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(3_500));
        assertThat(looks).containsExactly(1_000L, 2_000L, 3_000L);
        assertThat(level.suspended()).isTrue();

        answer = WELL;
        time.advanceTimeBy(Duration.ofHours(1));

        assertThat(looks).containsExactly(1_000L, 2_000L, 3_000L, 4_000L);
        assertThat(level.suspended()).isFalse();
    }

    @Test
    void whereTheLeastTimeIsShorterThanTheIntervalTheFirstLookIsAtItsEnd() {
        Level level = level(Duration.ofMillis(100));
        probing(level, SECOND, false);
        answer = WELL;
        suspend(level);

        time.advanceTimeBy(Duration.ofMillis(100));

        assertThat(level.suspended()).isFalse();
        assertThat(looks).containsExactly(100L);
    }

    @Test
    void whereTheLeastTimeEndsBetweenTwoLooksThereIsOneAtItsEnd() {
        Level level = level(Duration.ofMillis(2_300));
        probing(level, SECOND, false);
        answer = WELL;
        suspend(level);

        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(level.suspended()).isFalse();
        assertThat(looks).containsExactly(1_000L, 2_000L, 2_300L);
    }

    @Test
    void theIntervalVariesByATenthAtMost() {
        Level level = level(SECOND.multipliedBy(100));
        probing(level, SECOND.multipliedBy(10), false);
        random = 0;
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(8_999));
        assertThat(looks).isEmpty();
        random = 1;
        time.advanceTimeBy(Duration.ofMillis(1));
        time.advanceTimeBy(Duration.ofMillis(10_999));
        assertThat(looks).containsExactly(9_000L);

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(looks).containsExactly(9_000L, 20_000L);
    }

    @Test
    void oneLookAtATimeAndNoneLongerThanItsLimit() {
        AtomicInteger open = new AtomicInteger();
        answer = Mono.<Void>never()
                .doOnSubscribe(
                        subscription -> assertThat(open.incrementAndGet()).isEqualTo(1))
                .doOnCancel(open::decrementAndGet);
        Level level = level(SECOND);
        Prober prober = prober(level, Duration.ofMillis(300), Duration.ofSeconds(5), false);
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(5_299));
        assertThat(open).hasValue(1);
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(looks).startsWith(300L, 5_300L, 10_300L);

        prober.dispose();

        assertThat(open).hasValue(0);
        assertThat(prober.isDisposed()).isTrue();
    }

    @Test
    void alwaysMeansBeforeTheFirstCallerToo() {
        Level level = level(SECOND);
        probing(level, SECOND, true);
        time.advanceTimeBy(Duration.ofMillis(2_499));
        assertThat(level.suspended()).isFalse();

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(looks).containsExactly(500L, 1_500L, 2_500L);
        assertThat(level.suspended()).isTrue();
    }

    @Test
    void alwaysGoesOnAfterItIsBackAndASuccessBeginsTheRowAnew() {
        Level level = level(SECOND);
        probing(level, SECOND, true);
        time.advanceTimeBy(Duration.ofMillis(1_500));
        answer = WELL;
        time.advanceTimeBy(SECOND);
        answer = ILL;
        time.advanceTimeBy(SECOND.multipliedBy(2));
        assertThat(level.suspended()).isFalse();
        time.advanceTimeBy(SECOND);
        assertThat(level.suspended()).isTrue();

        answer = WELL;
        time.advanceTimeBy(SECOND.multipliedBy(10));

        assertThat(level.suspended()).isFalse();
        assertThat(looks).hasSize(16);
    }

    @Test
    void theLastLookAtOneThatWasLetBackInTheMeantimeCountsNothing() {
        answer = Mono.delay(Duration.ofMillis(900), time).then(ILL);
        Level level = level(SECOND);
        probing(level, SECOND, false);
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(1_500));
        level.succeeded();
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(looks).containsExactly(1_000L);
        assertThat(level.suspended()).isFalse();
        level.failed();
        level.failed();
        assertThat(level.suspended()).isFalse();
    }

    @Test
    void whoIsSuspendedAgainIsLookedAtAgain() {
        answer = WELL;
        Level level = level(SECOND);
        probing(level, SECOND, false);
        suspend(level);
        time.advanceTimeBy(SECOND);
        assertThat(level.suspended()).isFalse();
        suspend(level);

        time.advanceTimeBy(SECOND.multipliedBy(2));

        assertThat(level.suspended()).isFalse();
        assertThat(looks).containsExactly(1_000L, 2_000L, 3_000L);
    }

    @Test
    void aNewPlanIsFollowedFromTheNextLookOn() {
        Level level = level(SECOND.multipliedBy(1_000));
        Prober prober = prober(level, SECOND, SECOND, false);
        suspend(level);
        time.advanceTimeBy(SECOND);
        prober.follow(plan(SECOND.multipliedBy(5), SECOND, false));
        time.advanceTimeBy(SECOND.multipliedBy(10));

        assertThat(looks).containsExactly(1_000L, 6_000L, 11_000L);
    }

    @Test
    void alwaysCanBeSwitchedOnAndOff() {
        answer = WELL;
        Prober prober = prober(level(SECOND), SECOND, SECOND, false);
        prober.follow(plan(SECOND, SECOND, true));
        time.advanceTimeBy(SECOND);
        assertThat(looks).containsExactly(500L);

        prober.follow(plan(SECOND, SECOND, false));
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(looks).containsExactly(500L);
    }

    @Test
    void nothingIsLookedAtAfterTheEnd() {
        Level level = level(SECOND);
        Prober prober = prober(level, SECOND, SECOND, true);
        suspend(level);

        prober.dispose();
        prober.follow(plan(SECOND.multipliedBy(2), SECOND, true));
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(looks).isEmpty();
    }

    @Test
    void whoIsLeftAloneIsNotLookedAtUntilThatEnds() {
        Level level = level(SECOND);
        probing(level, SECOND, false);
        leftAlone = true;
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(10_500));
        assertThat(looks).isEmpty();

        leftAlone = false;
        answer = WELL;
        time.advanceTimeBy(SECOND);

        assertThat(looks).containsExactly(11_000L);
        assertThat(level.suspended()).isFalse();
    }

    @Test
    void eachLookIsReportedWithItsTimeAndOneThatIsGivenUpToo() {
        Level level = level(SECOND);
        answer = Mono.delay(Duration.ofMillis(40), time).then(ILL);
        prober(level, SECOND, Duration.ofMillis(500), false);
        suspend(level);
        time.advanceTimeBy(Duration.ofMillis(1_500));
        answer = Mono.never();
        time.advanceTimeBy(SECOND);
        answer = Mono.delay(Duration.ofMillis(7), time).then();
        time.advanceTimeBy(SECOND);

        assertThat(reports).containsExactly("40 failed", "500 failed", "7 well");
    }

    private Level level(Duration least) {
        return new Level(
                Endpoint.parse("http://a"),
                "me",
                new Suspension(3, Optional.empty(), least, Duration.ofHours(1)),
                HealthListener.NONE,
                this::now,
                () -> 0);
    }

    private void probing(Level level, Duration interval, boolean always) {
        prober(level, interval, SECOND, always);
    }

    private Prober prober(Level level, Duration interval, Duration timeout, boolean always) {
        return new Prober(level, plan(interval, timeout, always), () -> leftAlone, time, this::now, () -> random);
    }

    private Plan plan(Duration interval, Duration timeout, boolean always) {
        Mono<Void> look = Mono.defer(() -> {
            looks.add(TimeUnit.NANOSECONDS.toMillis(now()));
            return answer;
        });
        Prober.Report report = (took, well) -> reports.add(took.toMillis() + (well ? " well" : " failed"));
        return new Plan(new Probe(interval, timeout, Optional.empty(), always), always, look, report);
    }

    private static void suspend(Level level) {
        for (int i = 0; i < 3; i++) {
            level.failed();
        }
    }

    private long now() {
        return time.now(TimeUnit.NANOSECONDS);
    }
}
