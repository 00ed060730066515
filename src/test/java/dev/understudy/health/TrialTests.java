package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.endpoint.HealthListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let back by a probe has to show first that requests fare well, too. */
class TrialTests {

    private static final Suspension TERMS =
            new Suspension(3, Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(60));

    private final AtomicLong now = new AtomicLong();
    private final Level level =
            new Level(Endpoint.parse("http://a"), "test", TERMS, HealthListener.NONE, now::get, () -> 0);

    @BeforeEach
    void suspend() {
        for (int i = 0; i < 3; i++) {
            level.failed();
        }
        assertThat(level.suspended()).isTrue();
        pass(Duration.ofSeconds(1));
    }

    @Test
    void oneFailureSuspendsItAnew() {
        level.probed();
        assertThat(level.suspended()).isFalse();
        assertThat(level.onTrial()).isTrue();

        level.failed();
        assertThat(level.suspended()).isTrue();
        assertThat(level.onTrial()).isFalse();
        assertThat(level.leastLeft()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void oneSuccessOfARequestEndsItButNotThatOfAnotherProbe() {
        level.probed();
        level.probed();
        assertThat(level.onTrial()).isTrue();

        level.succeeded();
        assertThat(level.onTrial()).isFalse();
        level.failed();
        assertThat(level.suspended()).isFalse();
    }

    @Test
    void itEndsByItselfSoThatWhoeverWaitsForItGoesThere() {
        level.probed();
        pass(Duration.ofMillis(501));

        assertThat(level.onTrial()).isFalse();
        level.failed();
        assertThat(level.suspended()).isFalse();
    }

    @Test
    void whoWasLetBackByARequestIsNotOnTrial() {
        level.succeeded();

        assertThat(level.suspended()).isFalse();
        assertThat(level.onTrial()).isFalse();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
