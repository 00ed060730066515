package dev.understudy.routing;

import java.util.concurrent.atomic.AtomicLong;

/** What all requests together may keep of their bodies. Safe for use by many threads. */
final class ReplayMemory {

    private final AtomicLong left;

    ReplayMemory(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Takes so much if it is there. */
    boolean take(long bytes) {
        long before = left.get();
        while (before >= bytes) {
            if (left.compareAndSet(before, before - bytes)) {
                return true;
            }
            before = left.get();
        }
        return false;
    }

    void giveBack(long bytes) {
        left.addAndGet(bytes);
    }

    long left() {
        return left.get();
    }
}
