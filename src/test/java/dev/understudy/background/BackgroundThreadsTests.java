package dev.understudy.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

class BackgroundThreadsTests {

    @Test
    void theyGoLastAndKeepNobodyFromEnding() {
        Thread thread = BackgroundThreads.named("reader").newThread(() -> {});

        assertThat(thread.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("reader");
    }

    @Test
    void workOfASchedulerMayBlockAndIsRefusedBeyondItsLine() {
        Scheduler scheduler = BackgroundThreads.scheduler("reader", 1, 1);
        CountDownLatch held = new CountDownLatch(1);
        try {
            assertThat(Mono.fromCallable(() ->
                                    Mono.fromCallable(Thread::currentThread).block())
                            .subscribeOn(scheduler)
                            .block())
                    .extracting(Thread::getPriority)
                    .isEqualTo(Thread.MIN_PRIORITY);

            CountDownLatch begun = new CountDownLatch(1);
            scheduler.schedule(() -> {
                begun.countDown();
                await(held);
            });
            await(begun);
            scheduler.schedule(() -> {});
            assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        } finally {
            held.countDown();
            scheduler.dispose();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
