package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.endpoint.HealthListener;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class LevelTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(-7);
    private final Level level = level(new Suspension(3, Optional.empty(), SECOND, MINUTE));

    @Test
    void asManyFailuresInARowAsThePolicySaysSuspend() {
        fail(level, 2);
        assertThat(level.suspended()).isFalse();

        level.failed();

        assertThat(level.suspended()).isTrue();
    }

    @Test
    void aSuccessBeginsTheRowAnew() {
        fail(level, 2);
        level.succeeded();
        fail(level, 2);
        assertThat(level.suspended()).isFalse();

        level.failed();

        assertThat(level.suspended()).isTrue();
    }

    @Test
    void whoIsLetBackHasAllItsFailuresBeforeIt() {
        fail(level, 3);
        pass(SECOND);
        level.succeeded();
        assertThat(level.suspended()).isFalse();

        fail(level, 2);
        assertThat(level.suspended()).isFalse();
        level.failed();
        assertThat(level.suspended()).isTrue();
        assertThat(level.leastLeft()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void failuresWhileItIsSuspendedChangeNothing() {
        fail(level, 3);
        pass(Duration.ofMillis(900));
        fail(level, 30);

        assertThat(level.leastLeft()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aHundredFailuresAreNotOneTooManyWhereTheyAreNotInARow() {
        for (int i = 0; i < 100; i++) {
            fail(level, 2);
            level.succeeded();
        }

        assertThat(level.suspended()).isFalse();
    }

    @Test
    void aRowMayBeLong() {
        Level patient = level(new Suspension(1_000_000, Optional.empty(), SECOND, MINUTE));

        fail(patient, 9_999);

        assertThat(patient.suspended()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"50, 10, 10, true", "50, 9, 11, false", "50, 19, 0, false", "1, 1, 19, true", "100, 20, 0, true"})
    void aRateSuspendsOnceThereAreTwentyCallsInTenSeconds(int percent, int failures, int successes, boolean suspends) {
        Level rated = level(new Suspension(1_000, Optional.of(percent), SECOND, MINUTE));

        fail(rated, failures);
        IntStream.range(0, successes).forEach(i -> rated.succeeded());

        assertThat(rated.suspended()).isEqualTo(suspends);
    }

    @Test
    void callsOfMoreThanTenSecondsAgoDoNotCountForTheRate() {
        Level rated = level(new Suspension(1_000, Optional.of(50), SECOND, MINUTE));
        fail(rated, 19);
        pass(Duration.ofSeconds(11));
        fail(rated, 19);
        assertThat(rated.suspended()).isFalse();

        rated.failed();

        assertThat(rated.suspended()).isTrue();
    }

    @Test
    void whoIsLetBackHasAFreshRate() {
        Level rated = level(new Suspension(1_000, Optional.of(50), SECOND, MINUTE));
        fail(rated, 20);
        pass(SECOND);
        rated.succeeded();
        fail(rated, 19);

        assertThat(rated.suspended()).isFalse();
    }

    @Test
    void itFailedRecentlyForTenSecondsWhateverCameAfter() {
        assertThat(level.failedRecently()).isFalse();
        level.failed();
        level.succeeded();
        pass(Duration.ofSeconds(10));
        assertThat(level.failedRecently()).isTrue();

        pass(Duration.ofNanos(1));

        assertThat(level.failedRecently()).isFalse();
    }

    @Test
    void whoAsksForARestIsSuspendedAtOnceAndFailedRecently() {
        level.failedAndRests(Duration.ofSeconds(5));

        assertThat(level.suspended()).isTrue();
        assertThat(level.failedRecently()).isTrue();
        assertThat(level.leastLeft()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aRestOfNoTimeCountsAsAFailure() {
        level.failedAndRests(Duration.ZERO);
        level.failedAndRests(Duration.ZERO);
        assertThat(level.suspended()).isFalse();

        level.failedAndRests(Duration.ZERO);

        assertThat(level.suspended()).isTrue();
        assertThat(level.leastLeft()).isEqualTo(SECOND);
    }

    @Test
    void newTermsCountFromNowAndLeaveASuspensionAsItIs() {
        fail(level, 2);
        level.follow(new Suspension(2, Optional.empty(), MINUTE, MINUTE));
        level.failed();
        assertThat(level.suspended()).isFalse();
        level.failed();
        assertThat(level.leastLeft()).isEqualTo(MINUTE);

        level.follow(new Suspension(2, Optional.empty(), SECOND, SECOND));

        assertThat(level.suspended()).isTrue();
        assertThat(level.leastLeft()).isEqualTo(MINUTE);
    }

    @Test
    void theSameTermsGoOnCounting() {
        fail(level, 2);
        level.follow(new Suspension(3, Optional.empty(), SECOND, MINUTE));
        level.failed();

        assertThat(level.suspended()).isTrue();
    }

    @Test
    void theLogTellsOnceWhoIsSuspendedAndWhoIsBack(CapturedOutput output) {
        fail(level, 30);
        pass(Duration.ofMillis(3_200));
        level.succeeded();
        level.succeeded();
        level.failedAndRests(Duration.ofSeconds(5));

        assertThat(output.getOut().lines().filter(line -> line.contains("https://a/x")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("INFO", "https://a/x is suspended for 1.00 s after 3 failures in a row (me)"),
                        line -> assertThat(line).contains("INFO", "https://a/x is back after 3.20 s (me)"),
                        line -> assertThat(line)
                                .contains("INFO", "https://a/x is suspended for 5.00 s as it asked (me)"));
    }

    @Test
    void circuitBreakersStartNoThread() {
        Level rated = level(new Suspension(2, Optional.of(50), SECOND, MINUTE));
        for (int i = 0; i < 100; i++) {
            fail(rated, 2);
            pass(MINUTE.multipliedBy(2));
            rated.succeeded();
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).contains("circuitbreaker"));
    }

    /** Against the rules, written down once more as plainly as can be. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 3", "4, 5", "5, 1", "6, 3"})
    void anySequenceOfReportsComesOutAsInTheModel(long seed, int after) {
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        Suspension terms = new Suspension(after, Optional.empty(), Duration.ofSeconds(2), Duration.ofSeconds(30));
        Level real = level(terms);
        Model model = new Model(after);
        for (int step = 0; step < 20_000; step++) {
            long passed = random.nextInt(20) == 0 ? random.nextInt(40_000) : random.nextInt(900);
            pass(Duration.ofMillis(passed));
            model.millis += passed;
            switch (random.nextInt(7)) {
                case 0, 1 -> {
                    real.succeeded();
                    model.succeeded();
                }
                case 2 -> {
                    long rest = random.nextInt(50);
                    real.failedAndRests(Duration.ofSeconds(rest));
                    model.rests(rest * 1000);
                }
                default -> {
                    real.failed();
                    model.failed();
                }
            }
            assertThat(real.suspended()).as("step " + step).isEqualTo(model.suspended);
            if (model.suspended) {
                assertThat(real.leastLeft().toMillis()).as("step " + step).isEqualTo(model.until - model.millis);
            }
        }
        assertThat(model.doubled).isPositive();
    }

    private static final class Model {

        private final int after;
        private long millis;
        private boolean suspended;
        private boolean asked;
        private int row;
        private long until;
        private long least;
        private long back = -1_000_000;
        private int doubled;

        Model(int after) {
            this.after = after;
        }

        void succeeded() {
            if (suspended && millis < until) {
                return;
            }
            if (suspended && !asked) {
                back = millis;
            }
            suspended = false;
            row = 0;
        }

        void failed() {
            if (suspended || ++row < after) {
                return;
            }
            boolean again = millis - back <= Math.max(10_000, least);
            doubled += again ? 1 : 0;
            least = again ? Math.min(30_000, least * 2) : 2_000;
            suspended = true;
            asked = false;
            until = millis + least;
        }

        void rests(long time) {
            long end = millis + Math.min(time, 30_000);
            if (time == 0) {
                failed();
            } else if (suspended) {
                until = Math.max(until, end);
            } else {
                suspended = true;
                asked = true;
                until = end;
            }
        }
    }

    private Level level(Suspension terms) {
        return new Level(Endpoint.parse("https://a/x"), "me", terms, HealthListener.NONE, now::get, () -> 0);
    }

    private static void fail(Level level, int times) {
        IntStream.range(0, times).forEach(i -> level.failed());
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
