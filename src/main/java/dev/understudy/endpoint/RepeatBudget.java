package dev.understudy.endpoint;

import java.util.function.LongSupplier;

/**
 * Bounds how much more a group is asked because it fails: what is sent once more to where it failed before makes an
 * overload worse. As with Envoy's retry budget, a fifth of the requests that are on their way may be repeats at once, or
 * three where that is less. And since fast failures are hardly ever on their way together, so may a fifth of the requests
 * of the last ten seconds, or thirty where that is less. Safe for use by many threads.
 */
public final class RepeatBudget {

    private static final int LEAST_AT_ONCE = 3;
    private static final int LEAST_IN_WINDOW = 30;
    private static final int SECONDS = 10;
    private static final long SECOND = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private final long start;
    private final int[] requests = new int[SECONDS];
    private final int[] repeats = new int[SECONDS];
    private long second;
    private int requestsInWindow;
    private int repeatsInWindow;
    private int requestsNow;
    private int repeatsNow;

    /** @param nanoTime a clock such as {@link System#nanoTime} */
    public RepeatBudget(LongSupplier nanoTime) {
        this(nanoTime, nanoTime.getAsLong());
    }

    private RepeatBudget(LongSupplier nanoTime, long start) {
        this.nanoTime = nanoTime;
        this.start = start;
    }

    /** As it stands now, for somebody who only imagines requests. */
    public synchronized RepeatBudget copy() {
        RepeatBudget copy = new RepeatBudget(nanoTime, start);
        System.arraycopy(requests, 0, copy.requests, 0, SECONDS);
        System.arraycopy(repeats, 0, copy.repeats, 0, SECONDS);
        copy.second = second;
        copy.requestsInWindow = requestsInWindow;
        copy.repeatsInWindow = repeatsInWindow;
        copy.requestsNow = requestsNow;
        copy.repeatsNow = repeatsNow;
        return copy;
    }

    /** A request sets out. */
    public synchronized void began() {
        int slot = slot();
        requests[slot]++;
        requestsInWindow++;
        requestsNow++;
    }

    /** Takes one repeat, if there is one. */
    public synchronized boolean take() {
        int slot = slot();
        boolean atOnce = repeatsNow < Math.max(LEAST_AT_ONCE, requestsNow / 5);
        boolean inWindow = repeatsInWindow < Math.max(LEAST_IN_WINDOW, requestsInWindow / 5);
        if (!atOnce || !inWindow) {
            return false;
        }
        repeats[slot]++;
        repeatsInWindow++;
        repeatsNow++;
        return true;
    }

    /**
     * A request is at its end, as far as this group is concerned.
     *
     * @param taken how many repeats it took
     */
    public synchronized void ended(int taken) {
        requestsNow--;
        repeatsNow -= taken;
    }

    // The place of this second, emptied of what it held ten seconds ago.
    private int slot() {
        long now = (nanoTime.getAsLong() - start) / SECOND;
        for (long passed = Math.min(now - second, SECONDS); passed > 0; passed--) {
            second = now - passed + 1;
            int slot = (int) (second % SECONDS);
            requestsInWindow -= requests[slot];
            repeatsInWindow -= repeats[slot];
            requests[slot] = 0;
            repeats[slot] = 0;
        }
        return (int) (second % SECONDS);
    }
}
