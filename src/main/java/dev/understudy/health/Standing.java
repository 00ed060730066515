package dev.understudy.health;

import dev.understudy.endpoint.FailoverPolicy.Suspension;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * Whether an endpoint is in line or suspended, and when a success ends that. Only the times: who counts failures asks for
 * a suspension here. Not safe for use by many threads at once.
 */
final class Standing {

    /** Who fails again within this time after it was let back, or that of its last suspension, fails again soon. */
    private static final long SOON = Duration.ofSeconds(10).toNanos();

    // Gateways that saw an endpoint fail at the same moment do not come back to it at the same moment.
    private static final double JITTER = 0.1;

    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private boolean suspended;
    private boolean counted;
    private long since;
    private long until;

    // Of the last suspension that followed from failures: its least time without jitter, and when it ended. 0: none.
    private long least;
    private long letBack;

    /**
     * @param nanoTime a clock such as {@link System#nanoTime}
     * @param random from 0 to 1
     */
    Standing(LongSupplier nanoTime, DoubleSupplier random) {
        this.nanoTime = nanoTime;
        this.random = random;
    }

    boolean suspended() {
        return suspended;
    }

    /** Suspends it for having failed. Nothing happens if it is suspended: failures do not lengthen that. */
    boolean suspend(Suspension terms) {
        if (suspended) {
            return false;
        }
        least = nextLeast(terms);
        begin(least + (long) (least * JITTER * random.getAsDouble()), true);
        return true;
    }

    /**
     * Suspends it because it asked for that. If it is suspended, until the later of both times.
     *
     * @param time not positive: it asked for nothing
     */
    boolean rest(Duration time, Suspension terms) {
        if (time.isZero() || time.isNegative()) {
            return false;
        }
        long nanos = (time.compareTo(terms.most()) < 0 ? time : terms.most()).toNanos();
        if (suspended) {
            until += Math.max(0, nanoTime.getAsLong() + nanos - until);
            return false;
        }
        begin(nanos, false);
        return true;
    }

    /** It worked: lets it back if the least time is over. */
    boolean succeeded() {
        if (!suspended || leastLeft() > 0) {
            return false;
        }
        suspended = false;
        if (counted) {
            letBack = nanoTime.getAsLong();
        }
        return true;
    }

    /** Nanoseconds before a success ends the suspension; not positive: none. */
    long leastLeft() {
        return until - nanoTime.getAsLong();
    }

    /** How long the suspension has lasted. */
    Duration elapsed() {
        return Duration.ofNanos(nanoTime.getAsLong() - since);
    }

    private void begin(long nanos, boolean counts) {
        suspended = true;
        counted = counts;
        since = nanoTime.getAsLong();
        until = since + nanos;
    }

    private long nextLeast(Suspension terms) {
        long first = terms.least().toNanos();
        boolean soon = least > 0 && nanoTime.getAsLong() - letBack <= Math.max(SOON, least);
        return soon ? Math.min(terms.most().toNanos(), Math.max(first, 2 * least)) : first;
    }
}
