package dev.understudy.fleet;

import dev.understudy.background.BackgroundThreads;
import dev.understudy.store.Report;
import dev.understudy.store.Store;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Says how this process does: every few seconds, and as soon as it has something to say. Keeps what others said, too. */
final class Reporter implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Reporter.class);

    static final Duration EACH = Duration.ofSeconds(10);

    /** How long reports are kept together. */
    private static final Duration TOGETHER = Duration.ofMillis(250);

    /** In so many of those, it is looked whether there is something to say. */
    private static final long LOOK_ROUNDS = 8;

    /** In so many of those, it is said again. */
    private static final long ROUNDS = EACH.dividedBy(TOGETHER);

    private static final Duration LAST_AT_MOST = Duration.ofSeconds(3);

    private final Fleet fleet;
    private final Store store;
    private final Function<Boolean, Report> report;
    private final AtomicBoolean news = new AtomicBoolean(true);
    private @Nullable Report last;
    private long round;
    private boolean settling;
    private boolean failing;
    private volatile @Nullable ScheduledExecutorService thread;

    /** @param report of this process; told whether it ends now */
    Reporter(Fleet fleet, Store store, Function<Boolean, Report> report) {
        this.fleet = fleet;
        this.store = store;
        this.report = report;
    }

    @Override
    public void start() {
        ScheduledExecutorService made = new ScheduledThreadPoolExecutor(1, BackgroundThreads.named("reports"));
        thread = made;
        made.scheduleWithFixedDelay(this::tell, 0, TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
        store.follow(() -> news.set(true));
    }

    /** Says that it goes, if that can be said soon. */
    @Override
    public void stop() {
        ScheduledExecutorService ending = thread;
        if (ending == null) {
            return;
        }
        thread = null;
        ending.execute(() -> {
            fleet.take(report.apply(true));
            fleet.flush();
        });
        ending.shutdown();
        try {
            ending.awaitTermination(LAST_AT_MOST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    // The last to start, and the first to end: what it says is so.
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    private void tell() {
        try {
            boolean due = round % ROUNDS == 0;
            // What follows a change is not there yet when that is told.
            boolean soon = news.getAndSet(false);
            if (due || soon || settling || round % LOOK_ROUNDS == 0) {
                Report now = report.apply(false);
                if (due || !now.equals(last)) {
                    fleet.take(now);
                    last = now;
                }
            }
            settling = soon;
            round++;
            fleet.flush();
            failing = false;
        } catch (RuntimeException e) {
            // Again and again, and said once.
            if (!failing) {
                log.error("It cannot be told how this process does", e);
            }
            failing = true;
        }
    }
}
