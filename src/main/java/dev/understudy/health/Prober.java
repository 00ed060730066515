package dev.understudy.health;

import dev.understudy.endpoint.FailoverPolicy.Probe;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Looks at an endpoint from time to time, as long as there is a reason to: it is suspended, or the policy wants it always.
 * One look at a time. Safe for use by many threads.
 */
final class Prober implements Disposable {

    /** Hears of each look that is over. */
    interface Report {
        void looked(Duration took, boolean well);
    }

    /**
     * What is wanted.
     *
     * @param always whether also while the endpoint is not suspended
     * @param look completes if the endpoint is well, fails if it is not; never blocks
     * @param report hears of each look
     */
    record Plan(Probe probe, boolean always, Mono<Void> look, Report report) {

        private boolean sameTimes(Plan other) {
            return always == other.always && probe.equals(other.probe);
        }
    }

    private final Level level;
    private final BooleanSupplier leftAlone;
    private final Scheduler scheduler;
    private final LongSupplier nanoTime;
    private final DoubleSupplier random;
    private Plan plan;
    private @Nullable Disposable next;
    private @Nullable Disposable looking;
    private int turns;
    private boolean disposed;

    /**
     * @param leftAlone whether it is not to be looked at for the time being, whatever is wanted
     * @param nanoTime a clock such as {@link System#nanoTime}
     * @param random from 0 to 1
     */
    Prober(
            Level level,
            Plan plan,
            BooleanSupplier leftAlone,
            Scheduler scheduler,
            LongSupplier nanoTime,
            DoubleSupplier random) {
        this.level = level;
        this.leftAlone = leftAlone;
        this.plan = plan;
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
        this.random = random;
        level.whenSuspended(this::suspended);
        begin();
    }

    /** Does so from the next look on. */
    synchronized void follow(Plan wanted) {
        boolean same = wanted.sameTimes(plan);
        plan = wanted;
        if (!same) {
            begin();
        }
    }

    @Override
    public synchronized void dispose() {
        disposed = true;
        cancel(next);
        cancel(looking);
    }

    @Override
    public synchronized boolean isDisposed() {
        return disposed;
    }

    // Anywhere within an interval, so that all endpoints of a start are not looked at in the same moment.
    private synchronized void begin() {
        if (looking == null) {
            schedule(level.suspended() ? untilNext(0) : (long) (interval() * random.getAsDouble()));
        }
    }

    private synchronized void suspended() {
        if (looking == null) {
            schedule(untilNext(0));
        }
    }

    private synchronized void schedule(long nanos) {
        cancel(next);
        next = null;
        if (!disposed && wanted()) {
            int turn = ++turns;
            next = scheduler.schedule(() -> look(turn), nanos, TimeUnit.NANOSECONDS);
        }
    }

    private synchronized void look(int turn) {
        boolean replaced = turn != turns;
        if (disposed || replaced || !wanted()) {
            return;
        }
        next = null;
        if (leftAlone.getAsBoolean()) {
            schedule(untilNext(0));
            return;
        }
        long began = nanoTime.getAsLong();
        Plan followed = plan;
        // Known before it begins: it may end at once.
        Disposable.Swap current = Disposables.swap();
        looking = current;
        current.update(followed.look()
                .timeout(followed.probe().timeout(), scheduler)
                .subscribe(nothing -> {}, error -> ended(began, followed, false), () -> ended(began, followed, true)));
    }

    private void ended(long began, Plan followed, boolean well) {
        long took = nanoTime.getAsLong() - began;
        learn(followed, well);
        synchronized (this) {
            looking = null;
            schedule(untilNext(nanoTime.getAsLong() - began));
        }
        followed.report().looked(Duration.ofNanos(took), well);
    }

    private void learn(Plan followed, boolean well) {
        if (well) {
            level.probed();
        } else if (followed.always() && !level.suspended()) {
            level.failed();
        }
    }

    private boolean wanted() {
        return plan.always() || level.suspended();
    }

    // Where the least time of a suspension ends before the next look is due, a look at that very moment.
    private long untilNext(long passed) {
        long tick = Math.max(0, (long) (interval() * (0.9 + 0.2 * random.getAsDouble())) - passed);
        long least = level.suspended() ? level.leastLeft().toNanos() : 0;
        return least > 0 ? Math.min(tick, least) : tick;
    }

    private long interval() {
        return plan.probe().interval().toNanos();
    }

    private static void cancel(@Nullable Disposable task) {
        if (task != null) {
            task.dispose();
        }
    }
}
