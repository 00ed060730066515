package dev.understudy.admin;

import java.time.Duration;

/** So many at once, and one more after each while. For one thread at a time. */
final class TokenBucket {

    private final long nanosForOne;
    private final long most;
    private long fullAt;

    /** @param now in nanoseconds, by the clock of all the calls */
    TokenBucket(int capacity, Duration forOne, long now) {
        this.nanosForOne = forOne.toNanos();
        this.most = (capacity - 1) * nanosForOne;
        this.fullAt = now;
    }

    /** Takes one. @return zero; if there is none, how long until there is one, and none is taken */
    Duration take(long now) {
        long missing = Math.max(0, fullAt - now);
        if (missing > most) {
            return Duration.ofNanos(missing - most);
        }
        fullAt = now + missing + nanosForOne;
        return Duration.ZERO;
    }

    void giveBack() {
        fullAt -= nanosForOne;
    }
}
