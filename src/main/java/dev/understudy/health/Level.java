package dev.understudy.health;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.Suspended;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known on one level: whether an endpoint can be reached, the same for everybody, or how it does in one group.
 * Safe for use by many threads.
 */
final class Level {

    private static final Logger log = LoggerFactory.getLogger(Level.class);
    private static final long RECENT = Duration.ofSeconds(10).toNanos();

    // Long enough for the next request of a busy API, too short to be missed by the others.
    private static final long TRIAL = Duration.ofMillis(500).toNanos();

    // A look is taken at its end.
    private static final Duration DOUBT = Duration.ofMillis(100);

    private static final String AS_IT_ASKED = "as it asked";
    private static final String UNTIL_A_PROBE = "until a probe finds it well";

    private final Endpoint endpoint;
    private final String audience;
    private final HealthListener listener;
    private final LongSupplier nanoTime;
    private final Standing standing;
    private volatile FaultCount faults;
    private volatile boolean suspended;
    private volatile long lastFault;
    private volatile boolean trial;
    private volatile long trialBegan;
    private volatile String why = "";
    private volatile Runnable whenSuspended = () -> {};
    private volatile long changed;
    private volatile long proved;
    private volatile boolean everProved;
    private final AtomicInteger inFlight = new AtomicInteger();

    /**
     * @param audience for whom this is true, for the log
     * @param listener hears of suspensions
     */
    Level(
            Endpoint endpoint,
            String audience,
            Suspension terms,
            HealthListener listener,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.audience = audience;
        this.nanoTime = nanoTime;
        this.standing = new Standing(nanoTime, random);
        this.faults = new FaultCount(terms, nanoTime);
        this.changed = nanoTime.getAsLong();
        this.lastFault = changed - RECENT - 1;
    }

    void whenSuspended(Runnable action) {
        whenSuspended = action;
    }

    /** Counts anew by these terms, if they are others. Who is suspended stays so, for the time it was suspended for. */
    synchronized void follow(Suspension terms) {
        if (!terms.equals(faults.terms())) {
            faults = new FaultCount(terms, nanoTime);
        }
    }

    boolean suspended() {
        return suspended;
    }

    /** Why it is suspended and since when; empty: it is not. */
    synchronized Optional<Suspended> suspension() {
        return suspended
                ? Optional.of(new Suspended(why, standing.elapsed(), notNegative(leastLeft())))
                : Optional.empty();
    }

    /** Whether only a probe says that it is well again, and has said so just now. */
    boolean onTrial() {
        return trial && nanoTime.getAsLong() - trialBegan <= TRIAL;
    }

    boolean failedRecently() {
        return nanoTime.getAsLong() - lastFault <= RECENT;
    }

    /** Time before a success ends the suspension; not positive: none. */
    synchronized Duration leastLeft() {
        return Duration.ofNanos(standing.leastLeft());
    }

    /** For how long it has been suspended, or not suspended. */
    Duration unchanged() {
        return since(changed);
    }

    /** How long ago a probe found it well; empty: none has. */
    Optional<Duration> proved() {
        return everProved ? Optional.of(since(proved)) : Optional.empty();
    }

    void came() {
        inFlight.incrementAndGet();
    }

    void left() {
        inFlight.decrementAndGet();
    }

    int inFlight() {
        // Who is let in from the queue and leaves at once may be known to have left first.
        return Math.max(0, inFlight.get());
    }

    /** A probe found it well. Who is let back by that is on trial until it has answered a request. */
    void probed() {
        proved = nanoTime.getAsLong();
        everProved = true;
        succeeded(true);
    }

    void succeeded() {
        succeeded(false);
    }

    private void succeeded(boolean onTrial) {
        trial &= onTrial;
        if (suspended) {
            letBack(onTrial).ifPresent(this::tellBack);
        } else if (!faults.untouched()) {
            count(FaultCount::succeeded).ifPresent(excess -> tellSuspended("after " + excess));
        }
    }

    void failed() {
        lastFault = nanoTime.getAsLong();
        boolean tried = onTrial();
        count(counting -> tried ? Optional.of("its trial") : counting.failed())
                .ifPresent(excess -> tellSuspended("after " + excess));
    }

    /** It failed, and asked to be left alone for so long. */
    void failedAndRests(Duration time) {
        lastFault = nanoTime.getAsLong();
        if (rest(time, AS_IT_ASKED)) {
            tellSuspended(AS_IT_ASKED);
        } else {
            failed();
        }
    }

    /** Nobody knows how it is: suspended until a probe finds it well, which is to look at once. */
    void doubt() {
        if (rest(DOUBT, UNTIL_A_PROBE)) {
            tellSuspended(UNTIL_A_PROBE);
        }
    }

    private synchronized Optional<Duration> letBack(boolean onTrial) {
        if (!standing.succeeded()) {
            return Optional.empty();
        }
        faults.reset();
        trialBegan = nanoTime.getAsLong();
        changed = trialBegan;
        trial = onTrial;
        suspended = false;
        return Optional.of(standing.elapsed());
    }

    // While it is suspended nothing is counted: counting begins anew when it is let back.
    private synchronized Optional<String> count(Function<FaultCount, Optional<String>> report) {
        Optional<String> excess = suspended ? Optional.empty() : report.apply(faults);
        if (excess.isPresent()) {
            standing.suspend(faults.terms());
            why = "after " + excess.get();
            changed = nanoTime.getAsLong();
            suspended = true;
            trial = false;
        }
        return excess;
    }

    private synchronized boolean rest(Duration time, String reason) {
        boolean resting = standing.rest(time, faults.terms());
        if (resting) {
            changed = nanoTime.getAsLong();
            why = reason;
            suspended = true;
        }
        return resting;
    }

    // Not under the lock: writing a log may take its time.
    private void tellSuspended(String reason) {
        Duration least = leastLeft();
        log.info("{} is suspended for {} {} ({})", endpoint, seconds(least), reason, audience);
        listener.suspended(endpoint, audience, least, reason);
        whenSuspended.run();
    }

    private void tellBack(Duration time) {
        log.info("{} is back after {} ({})", endpoint, seconds(time), audience);
        listener.back(endpoint, audience, time);
    }

    private Duration since(long then) {
        return Duration.ofNanos(nanoTime.getAsLong() - then);
    }

    private static Duration notNegative(Duration time) {
        return time.isNegative() ? Duration.ZERO : time;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
    }
}
