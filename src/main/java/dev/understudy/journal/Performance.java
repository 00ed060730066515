package dev.understudy.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How an endpoint of a list has done, as requests found it. Safe for use by many threads; never blocks. */
public final class Performance {

    /**
     * Something that the endpoint did wrong.
     *
     * @param word as in logs and meters, such as {@code connect_timeout} or {@code 503}
     */
    public record Fault(String word, Instant at) {}

    /** Of one that was not asked since it was known. */
    static final Performance NONE = new Performance();

    // So that about the last twenty answers say how long one takes.
    private static final double WEIGHT_OF_ONE = 0.1;
    private static final long NOT_KNOWN = -1;

    private final AtomicInteger faultsInRow = new AtomicInteger();
    private final AtomicLong latencyNanos = new AtomicLong(NOT_KNOWN);
    private volatile @Nullable Instant served;
    private volatile @Nullable Fault fault;

    /** How many faults there were since it last served. */
    public int faultsInRow() {
        return faultsInRow.get();
    }

    public Optional<Fault> lastFault() {
        return Optional.ofNullable(fault);
    }

    /** When an answer of it was last passed on; empty: none was. */
    public Optional<Instant> lastServed() {
        return Optional.ofNullable(served);
    }

    /**
     * How long it takes until the head of its answer is there: an average in which each answer counts for a tenth, and all
     * before it for the rest. Empty: it has not answered.
     */
    public Optional<Duration> latency() {
        long nanos = latencyNanos.get();
        return nanos == NOT_KNOWN ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    void answered(Duration took) {
        long sample = took.toNanos();
        latencyNanos.updateAndGet(
                average -> average == NOT_KNOWN ? sample : average + Math.round(WEIGHT_OF_ONE * (sample - average)));
    }

    void served(Instant at) {
        faultsInRow.set(0);
        served = at;
    }

    void failed(Fault with) {
        faultsInRow.incrementAndGet();
        fault = with;
    }
}
