package dev.understudy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RepeatBudgetTests {

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    private final RepeatBudget budget = new RepeatBudget(now::get);

    @Test
    void threeAtOnceAreAlwaysThere() {
        budget.began();

        assertThat(taken(10)).isEqualTo(3);
        budget.ended(3);
        assertThat(taken(10)).isEqualTo(3);
    }

    @Test
    void aFifthOfTheRequestsOnTheirWayIsThereWhereThatIsMore() {
        IntStream.range(0, 100).forEach(i -> budget.began());

        assertThat(taken(100)).isEqualTo(20);
    }

    @Test
    void fastFailuresGetAFifthOfTheRequestsOfTheLastTenSeconds() {
        int repeats = 0;
        for (int i = 0; i < 10_000; i++) {
            budget.began();
            int taken = budget.take() ? 1 : 0;
            repeats += taken;
            budget.ended(taken);
            now.addAndGet(Duration.ofMillis(1).toNanos());
        }
        assertThat(repeats).isBetween(1_900, 2_030);
    }

    @Test
    void seldomRequestsGetAllThatTheyAskFor() {
        for (int i = 0; i < 200; i++) {
            budget.began();
            assertThat(budget.take()).isTrue();
            budget.ended(1);
            now.addAndGet(Duration.ofMillis(500).toNanos());
        }
    }

    @Test
    void whatWasTakenIsForgottenAfterTenSeconds() {
        for (int i = 0; i < 30; i++) {
            budget.began();
            assertThat(budget.take()).isTrue();
            budget.ended(1);
        }
        budget.began();
        assertThat(budget.take()).isFalse();

        now.addAndGet(Duration.ofSeconds(10).toNanos());
        assertThat(budget.take()).isTrue();
        now.addAndGet(Duration.ofDays(30).toNanos());
        assertThat(taken(2)).isEqualTo(2);
    }

    private long taken(int tries) {
        return IntStream.range(0, tries).filter(i -> budget.take()).count();
    }
}
