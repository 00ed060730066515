package dev.understudy.background;

import java.util.concurrent.ThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Makes threads for what no caller waits for: deploys, sign-ins, pages, metrics. They have the lowest priority, so that requests go
 * first where the JVM has {@code -XX:ThreadPriorityPolicy=1}, and none of them keeps the gateway from ending.
 */
public final class BackgroundThreads {

    private static final int IDLE_SECONDS = 60;

    private BackgroundThreads() {}

    /** @param name of each of them */
    public static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Where work may block. To be disposed of by who has it.
     *
     * @param threads at most; there are none while there is nothing to do
     * @param line how much may wait for each of them; beyond that work is refused with a
     *     {@link java.util.concurrent.RejectedExecutionException}
     */
    public static Scheduler scheduler(String name, int threads, int line) {
        return Schedulers.newBoundedElastic(threads, line, named(name), IDLE_SECONDS);
    }
}
