package dev.understudy.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DeadlineTests {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final Deadline deadline = new Deadline(Duration.ofNanos(100), now::get);

    @Test
    void passesWhenTheTimeIsUp() {
        now.addAndGet(99);
        assertThat(deadline.passed()).isFalse();
        assertThat(deadline.left()).isEqualTo(Duration.ofNanos(1));

        now.addAndGet(1);
        assertThat(deadline.passed()).isTrue();
        now.addAndGet(50);
        assertThat(deadline.left()).isEqualTo(Duration.ZERO);
    }

    @Test
    void standsStillWhileItIsTold() {
        now.addAndGet(40);
        deadline.stand();
        now.addAndGet(1_000);
        assertThat(deadline.stands()).isTrue();
        assertThat(deadline.left()).isEqualTo(Duration.ofNanos(60));

        deadline.run();
        now.addAndGet(20);
        assertThat(deadline.left()).isEqualTo(Duration.ofNanos(40));
    }

    @Test
    void toRunTwiceChangesNothing() {
        now.addAndGet(40);
        deadline.run();
        deadline.run();
        assertThat(deadline.left()).isEqualTo(Duration.ofNanos(60));
    }
}
