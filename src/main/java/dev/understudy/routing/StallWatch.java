package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Watches that what was written to a connection leaves: a peer that has stopped to read would hold a request for ever. A
 * slow one is not taken for that, since each byte that leaves counts.
 */
final class StallWatch implements Disposable {

    private static final int LOOKS = 4;

    private static final AttributeKey<Alarm> ALARM = AttributeKey.valueOf(StallWatch.class, "alarm");

    private final Channel channel;
    private final Runnable stalled;
    private final long every;
    private @Nullable Object current;
    private long waiting;
    private long progress;
    private int unchanged;
    private volatile boolean over;

    private StallWatch(Channel channel, Duration limit, Runnable stalled) {
        this.channel = channel;
        this.stalled = stalled;
        this.every = Math.max(TimeUnit.MILLISECONDS.toNanos(1), limit.toNanos() / LOOKS);
    }

    /** @param stalled called once, by the event loop, when nothing has left for so long although something waits to */
    static StallWatch start(Channel channel, Duration limit, Runnable stalled) {
        StallWatch watch = new StallWatch(channel, limit, stalled);
        Alarm.on(channel.eventLoop(), watch::lookLater);
        return watch;
    }

    @Override
    public void dispose() {
        over = true;
    }

    @Override
    public boolean isDisposed() {
        return over;
    }

    private void lookLater() {
        if (!over && channel.isActive()) {
            alarm().set(every, this::look);
        }
    }

    // One for each connection, on which one body is sent after the other.
    private Alarm alarm() {
        Alarm known = channel.attr(ALARM).get();
        if (known != null) {
            return known;
        }
        Alarm made = new Alarm(channel.eventLoop());
        channel.attr(ALARM).set(made);
        channel.closeFuture().addListener(closed -> made.close());
        return made;
    }

    private void look() {
        if (over) {
            return;
        }
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null) {
            dispose();
            return;
        }
        boolean same = buffer.current() != null
                && buffer.current() == current
                && buffer.totalPendingWriteBytes() == waiting
                && buffer.currentProgress() == progress;
        unchanged = same ? unchanged + 1 : 0;
        current = buffer.current();
        waiting = buffer.totalPendingWriteBytes();
        progress = buffer.currentProgress();
        if (unchanged >= LOOKS) {
            dispose();
            stalled.run();
        } else {
            lookLater();
        }
    }
}
