package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy.Suspension;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandingTests {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Suspension TERMS = new Suspension(3, Optional.empty(), SECOND, Duration.ofSeconds(8));

    private long now = Long.MAX_VALUE - 5_000_000_000L; // A clock of nanoseconds may overflow.
    private double random;
    private final Standing standing = new Standing(() -> now, () -> random);

    @Test
    void aSuccessBeforeTheLeastTimeIsOverIsIgnoredAndTheFirstAfterItEndsTheSuspension() {
        standing.suspend(TERMS);
        pass(SECOND.minusNanos(1));

        assertThat(standing.succeeded()).isFalse();
        assertThat(standing.suspended()).isTrue();
        pass(Duration.ofNanos(1));
        assertThat(standing.succeeded()).isTrue();
        assertThat(standing.suspended()).isFalse();
        assertThat(standing.elapsed()).isEqualTo(SECOND);
    }

    @Test
    void whoIsInLineIsNotLetBack() {
        assertThat(standing.succeeded()).isFalse();
        assertThat(standing.suspended()).isFalse();
    }

    @Test
    void itStaysSuspendedUntilThereIsASuccess() {
        standing.suspend(TERMS);
        pass(Duration.ofDays(30));

        assertThat(standing.suspended()).isTrue();
        assertThat(standing.succeeded()).isTrue();
    }

    @Test
    void furtherFailuresDoNotLengthenASuspension() {
        standing.suspend(TERMS);
        pass(Duration.ofMillis(900));

        assertThat(standing.suspend(TERMS)).isFalse();
        assertThat(left()).isEqualTo(Duration.ofMillis(100));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1})
    void jitterIsAddedAndNeverMoreThanATenth(double drawn) {
        random = drawn;

        standing.suspend(TERMS);

        assertThat(left()).isEqualTo(SECOND.plusMillis((long) (100 * drawn)));
    }

    @Test
    void theLeastTimeDoublesUpToItsMostWhileItFailsAgainSoon() {
        for (int seconds : new int[] {1, 2, 4, 8, 8, 8}) {
            standing.suspend(TERMS);
            assertThat(left()).isEqualTo(Duration.ofSeconds(seconds));
            letBack();
            pass(SECOND);
        }
    }

    @Test
    void tenSecondsAfterItWasLetBackIsSoonAndLaterIsNot() {
        standing.suspend(TERMS);
        letBack();
        pass(Duration.ofSeconds(10));
        standing.suspend(TERMS);
        assertThat(left()).isEqualTo(Duration.ofSeconds(2));

        letBack();
        pass(Duration.ofSeconds(10).plusNanos(1));
        standing.suspend(TERMS);
        assertThat(left()).isEqualTo(SECOND);
    }

    @Test
    void afterALongSuspensionSoonIsAsLongAsThatWas() {
        Suspension slow = new Suspension(3, Optional.empty(), Duration.ofSeconds(30), Duration.ofMinutes(5));
        standing.suspend(slow);
        letBack();
        pass(Duration.ofSeconds(30));
        standing.suspend(slow);
        assertThat(left()).isEqualTo(Duration.ofSeconds(60));

        letBack();
        pass(Duration.ofSeconds(60).plusNanos(1));
        standing.suspend(slow);
        assertThat(left()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aLongTimeUntilTheSuccessDoesNotMakeTheNextFailureALateOne() {
        standing.suspend(TERMS);
        pass(Duration.ofHours(1));
        standing.succeeded();
        pass(SECOND);

        standing.suspend(TERMS);

        assertThat(left()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void itRestsForTheTimeItAskedForButNotLongerThanTheMost() {
        assertThat(standing.rest(Duration.ofSeconds(5), TERMS)).isTrue();
        assertThat(left()).isEqualTo(Duration.ofSeconds(5));

        letBack();
        assertThat(standing.rest(Duration.ofSeconds(Long.MAX_VALUE), TERMS)).isTrue();
        assertThat(left()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aRestOfNoTimeIsNone() {
        assertThat(standing.rest(Duration.ZERO, TERMS)).isFalse();
        assertThat(standing.rest(Duration.ofSeconds(-5), TERMS)).isFalse();
        assertThat(standing.suspended()).isFalse();
    }

    @Test
    void aRestLengthensASuspensionAndNeverShortensIt() {
        standing.suspend(TERMS);
        standing.rest(Duration.ofSeconds(5), TERMS);
        assertThat(left()).isEqualTo(Duration.ofSeconds(5));

        standing.rest(SECOND, TERMS);
        assertThat(left()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aRestDoublesNothing() {
        standing.rest(Duration.ofSeconds(5), TERMS);
        letBack();
        standing.suspend(TERMS);
        assertThat(left()).isEqualTo(SECOND);

        letBack();
        standing.rest(SECOND, TERMS);
        letBack();
        standing.suspend(TERMS);
        assertThat(left()).isEqualTo(Duration.ofSeconds(2));
    }

    private Duration left() {
        return Duration.ofNanos(standing.leastLeft());
    }

    private void letBack() {
        pass(left());
        assertThat(standing.succeeded()).isTrue();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
