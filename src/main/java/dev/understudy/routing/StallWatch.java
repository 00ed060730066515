package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Watches that what was written to a connection leaves: a peer that has stopped to read would hold a request for ever. A
 * slow one is not taken for that, since each byte that leaves counts.
 */
final class StallWatch implements Disposable {

    private static final int LOOKS = 4;

    private final Channel channel;
    private final Runnable stalled;
    private final ScheduledFuture<?> looks;
    private @Nullable Object current;
    private long waiting;
    private long progress;
    private int unchanged;

    private StallWatch(Channel channel, Duration limit, Runnable stalled) {
        this.channel = channel;
        this.stalled = stalled;
        long every = Math.max(1, limit.toMillis() / LOOKS);
        this.looks = channel.eventLoop().scheduleAtFixedRate(this::look, every, every, TimeUnit.MILLISECONDS);
    }

    /** @param stalled called once, by the event loop, when nothing has left for so long although something waits to */
    static StallWatch start(Channel channel, Duration limit, Runnable stalled) {
        return new StallWatch(channel, limit, stalled);
    }

    @Override
    public void dispose() {
        looks.cancel(false);
    }

    private void look() {
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
        }
    }
}
