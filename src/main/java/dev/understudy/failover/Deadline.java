package dev.understudy.failover;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that all attempts of one request have together, until a response head. It stands still while the caller is
 * still sending, since that is not the endpoints' time. Safe for use by many threads.
 */
public final class Deadline {

    private final LongSupplier nanoTime;
    private long left;
    private long since;
    private boolean stands;

    /** Runs from now on. @param nanoTime a clock such as {@link System#nanoTime} */
    public Deadline(Duration limit, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.left = limit.toNanos();
        this.since = nanoTime.getAsLong();
    }

    /** Stands still until {@link #run}. */
    public synchronized void stand() {
        left = leftNanos();
        stands = true;
    }

    /** Runs on from where it stood. */
    public synchronized void run() {
        left = leftNanos();
        since = nanoTime.getAsLong();
        stands = false;
    }

    public synchronized boolean stands() {
        return stands;
    }

    /** Zero when it has passed. */
    public synchronized Duration left() {
        return Duration.ofNanos(Math.max(0, leftNanos()));
    }

    public synchronized boolean passed() {
        return leftNanos() <= 0;
    }

    private long leftNanos() {
        return stands ? left : left - (nanoTime.getAsLong() - since);
    }
}
