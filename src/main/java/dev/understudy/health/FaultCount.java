package dev.understudy.health;

import dev.understudy.endpoint.FailoverPolicy.Suspension;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.Builder;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts failures, in a row and in the last ten seconds, until they are too many. Circuit breakers that are asked for no
 * permission and so refuse nothing: without one they stay open until they are reset, and start no thread.
 */
final class FaultCount {

    private static final int RATE_SECONDS = 10;
    private static final int RATE_CALLS = 20;

    // A breaker keeps some forty bytes for each call of its window. A longer row is as good as none.
    private static final int LONGEST_ROW = 10_000;

    private static final Exception FAULT = new Fault();

    private final Suspension terms;
    private final @Nullable CircuitBreaker rate;

    // There only while something failed: most endpoints are well.
    private volatile @Nullable CircuitBreaker row;

    FaultCount(Suspension terms, LongSupplier nanoTime) {
        this.terms = terms;
        this.rate = terms.atRate().map(percent -> rate(percent, nanoTime)).orElse(null);
    }

    Suspension terms() {
        return terms;
    }

    /** Whether a success would change nothing. */
    boolean untouched() {
        return row == null && rate == null;
    }

    /**
     * Counts a success.
     *
     * @return what is too much: with this call there may be enough of them to judge by the rate
     */
    Optional<String> succeeded() {
        row = null;
        if (rate == null) {
            return Optional.empty();
        }
        rate.onSuccess(0, TimeUnit.NANOSECONDS);
        return excess();
    }

    /** Counts a failure. @return what is too much; empty: nothing */
    Optional<String> failed() {
        CircuitBreaker counting = row;
        if (counting == null) {
            counting = row(terms.after());
            row = counting;
        }
        counting.onError(0, TimeUnit.NANOSECONDS, FAULT);
        if (rate != null) {
            rate.onError(0, TimeUnit.NANOSECONDS, FAULT);
        }
        return tripped(counting)
                ? Optional.of(terms.after() + (terms.after() == 1 ? " failure" : " failures in a row"))
                : excess();
    }

    void reset() {
        row = null;
        if (rate != null) {
            rate.reset();
        }
    }

    private Optional<String> excess() {
        return rate == null || !tripped(rate)
                ? Optional.empty()
                : terms.atRate().map(percent -> "failures of " + percent + " % of its calls in ten seconds");
    }

    private static boolean tripped(CircuitBreaker breaker) {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    private static CircuitBreaker row(int failures) {
        int window = Math.min(failures, LONGEST_ROW);
        return breaker(counting(SlidingWindowType.COUNT_BASED, window, window, 100));
    }

    private static CircuitBreaker rate(int percent, LongSupplier nanoTime) {
        return breaker(counting(SlidingWindowType.TIME_BASED, RATE_SECONDS, RATE_CALLS, percent)
                .clock(new NanoClock(nanoTime)));
    }

    // All calls are told to have taken no time, so none is a slow one.
    private static Builder counting(SlidingWindowType type, int window, int calls, int percent) {
        return CircuitBreakerConfig.custom()
                .slidingWindow(window, calls, type)
                .failureRateThreshold(percent)
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .writableStackTraceEnabled(false);
    }

    private static CircuitBreaker breaker(Builder config) {
        return CircuitBreaker.of("endpoint", config.build());
    }

    private static final class Fault extends Exception {
        Fault() {
            super(null, null, false, false);
        }
    }

    // One that nobody sets back or forth.
    private static final class NanoClock extends Clock {

        private final LongSupplier nanoTime;
        private final long start;

        NanoClock(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.start = nanoTime.getAsLong();
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - start);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
