package dev.understudy.listener;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.support.DefaultLifecycleProcessor;

/**
 * The time between SIGTERM and the end of the listeners, in which requests go on being served: a balancer sees {@code
 * /ready} answer 503 and sends its next ones elsewhere. The first thing that is stopped.
 */
final class Drain implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final Duration SPARE = Duration.ofSeconds(10);

    private final Duration delay;
    private volatile boolean running;
    private volatile boolean draining;

    Drain(Duration delay, DefaultLifecycleProcessor lifecycle) {
        this.delay = delay;
        lifecycle.setTimeoutForShutdownPhase(getPhase(), delay.plus(SPARE).toMillis());
    }

    /** Whether the gateway is about to end. */
    boolean draining() {
        return draining;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        draining = true;
        if (delay.isZero()) {
            callback.run();
            return;
        }
        log.info("Not ready any more; serving for {} ms until the listeners close", delay.toMillis());
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS)
                .execute(callback);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
