package dev.understudy.store;

import dev.understudy.background.BackgroundThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Makes changes of what is kept, one after the other and in a thread of its own; a few may wait. All methods may be called
 * from any thread, event loops included, but for {@link #end}.
 */
public final class ChangeThread {

    /** How many changes may wait or be under way. */
    public static final int MOST_CHANGES = 8;

    /** How often a change is decided anew since others were faster. */
    private static final int MOST_TRIES = 10;

    private static final Duration END_AT_MOST = Duration.ofSeconds(10);

    private final ScheduledThreadPoolExecutor executor;
    private final AtomicInteger changes = new AtomicInteger();

    public ChangeThread(String name) {
        executor = new ScheduledThreadPoolExecutor(1, BackgroundThreads.named(name));
        executor.setRemoveOnCancelPolicy(true);
    }

    /**
     * @param change made again, to what is there then, if it is {@link Overtaken}
     * @param otherwise what comes of it where too many wait already, this has ended, or others are faster again and again
     * @return completes on the thread of the changes, which must not be held up
     */
    public <T> CompletableFuture<T> make(Supplier<T> change, Supplier<T> otherwise) {
        if (changes.incrementAndGet() <= MOST_CHANGES) {
            try {
                return CompletableFuture.supplyAsync(() -> made(change, otherwise), executor);
            } catch (RejectedExecutionException e) {
                // It has ended.
            }
        }
        changes.decrementAndGet();
        return CompletableFuture.completedFuture(otherwise.get());
    }

    /** Does something there after a while, and counts it among no changes; nothing once this has ended. */
    public Future<?> later(Duration time, Runnable task) {
        try {
            return executor.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Does something there again and again, with this pause in between. @param task must not fail */
    public void each(Duration pause, Runnable task) {
        executor.scheduleWithFixedDelay(task, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Takes no more, and waits for the changes that are there, for a bounded time. @return whether all are made */
    public boolean end() throws InterruptedException {
        executor.shutdown();
        executor.getQueue()
                .removeIf(task -> task instanceof Delayed delayed && delayed.getDelay(TimeUnit.MILLISECONDS) > 0);
        return executor.awaitTermination(END_AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
    }

    private <T> T made(Supplier<T> change, Supplier<T> otherwise) {
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                try {
                    return change.get();
                } catch (Overtaken e) {
                    // Made to what is there now, or refused because of it.
                }
            }
            return otherwise.get();
        } finally {
            changes.decrementAndGet();
        }
    }
}
