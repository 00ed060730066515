package dev.understudy.routing;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A limit of time that nearly always is put off before it is over, as each request on a connection does. Putting it off
 * writes a number: the timer stays where it is, and looks at the number when it comes due. But for {@link #on}, called by one event loop only.
 */
final class Alarm {

    private final EventExecutor loop;
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Runnable over;
    private long timerAt;
    private long at;

    Alarm(EventExecutor loop) {
        this.loop = loop;
    }

    /** Does what only the event loop may do: at once where this is it. From any thread. */
    static void on(EventLoop loop, Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    /** In the place of what was set before. */
    void set(long nanos, Runnable over) {
        this.over = over;
        at = System.nanoTime() + nanos;
        if (timer == null) {
            start(nanos);
        } else if (timerAt - at > 0) {
            timer.cancel(false);
            start(nanos);
        }
    }

    void off() {
        over = null;
    }

    /** Nothing is left of it. */
    void close() {
        over = null;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void start(long nanos) {
        timerAt = at;
        timer = loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        timer = null;
        Runnable then = over;
        if (then == null) {
            return;
        }
        long left = at - System.nanoTime();
        if (left > 0) {
            start(left);
            return;
        }
        over = null;
        then.run();
    }
}
