package dev.understudy.journal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How an endpoint of a list has done, as requests found it. Safe for use by many threads; never blocks. */
public final class Performance {

    /**
     * Something that the endpoint did wrong.
     *
     * @param word as in logs and meters, such as {@code connect_timeout} or {@code 503}
     */
    public record Fault(String word, Instant at) {}

    /**
     * How long some answers took, until their head was there.
     *
     * @param p50 half of them took no longer
     * @param p99 99 of a hundred took no longer
     */
    public record Spread(Duration p50, Duration p99) {}

    /** Of one that was not asked since it was known. */
    static final Performance NONE = new Performance();

    // So that about the last twenty answers say how long one takes.
    private static final double WEIGHT_OF_ONE = 0.1;
    private static final long NOT_KNOWN = -1;

    // A power of two, so that counting beyond the largest number goes on in order.
    static final int REMEMBERED = 128;

    private final AtomicInteger faultsInRow = new AtomicInteger();
    private final AtomicLong latencyNanos = new AtomicLong(NOT_KNOWN);
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicIntegerArray recentMicros = new AtomicIntegerArray(REMEMBERED);
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

    /** The same of the latest answers, up to {@value #REMEMBERED} of them. Empty: it has not answered. */
    public Optional<Spread> spread() {
        int[] sorted = IntStream.range(0, REMEMBERED)
                .map(recentMicros::get)
                .filter(micros -> micros > 0)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Optional.empty() : Optional.of(new Spread(rank(sorted, 50), rank(sorted, 99)));
    }

    private static Duration rank(int[] sorted, int percent) {
        int at = (sorted.length * percent + 99) / 100 - 1;
        return Duration.of(sorted[at], ChronoUnit.MICROS);
    }

    void answered(Duration took) {
        long sample = took.toNanos();
        long micros = Math.max(1, Math.min(Integer.MAX_VALUE, sample / 1_000));
        recentMicros.set(answers.getAndIncrement() & REMEMBERED - 1, (int) micros);
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
