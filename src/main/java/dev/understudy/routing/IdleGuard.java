package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Closes a connection on which a body was waited for too long. Only the time counts in which somebody here wanted more: a
 * slow reader on the other side of the gateway is not this side's silence. One for each connection.
 */
final class IdleGuard extends ChannelDuplexHandler {

    static final String NAME = "understudy.idle";

    private static final AttributeKey<IdleGuard> KEY = AttributeKey.valueOf(IdleGuard.class, "of");

    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> check;
    private long limit;
    private long waitingSince;
    private boolean waiting;
    private int watch;

    /** Watches from now on, until what is returned is disposed of or the next watch begins. From any thread. */
    static Disposable watch(Channel channel, Duration limit) {
        IdleGuard guard = channel.attr(KEY).get();
        int[] mine = new int[1];
        channel.eventLoop().execute(() -> mine[0] = guard.begin(limit.toNanos()));
        return () -> channel.eventLoop().execute(() -> guard.end(mine[0]));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        context.channel().attr(KEY).set(this);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!waiting) {
            waiting = true;
            waitingSince = System.nanoTime();
        }
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        waiting = false;
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(watch);
        context.fireChannelInactive();
    }

    private int begin(long nanos) {
        end(watch);
        limit = nanos;
        waitingSince = System.nanoTime();
        checkIn(nanos);
        return ++watch;
    }

    private void end(int which) {
        if (which == watch && check != null) {
            check.cancel(false);
            check = null;
        }
    }

    private void checkIn(long nanos) {
        ChannelHandlerContext here = context;
        if (here != null && here.channel().isActive()) {
            check = here.executor().schedule(this::check, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void check() {
        long left = waiting ? limit - (System.nanoTime() - waitingSince) : limit;
        if (left > 0) {
            checkIn(left);
        } else if (context != null) {
            context.close();
        }
    }
}
