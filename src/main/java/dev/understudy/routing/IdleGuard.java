package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import java.time.Duration;
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
    private @Nullable Alarm alarm;
    private long limit;
    private long waitingSince;
    private boolean waiting;
    private int watch;

    /** Watches from now on, until what is returned is disposed of or the next watch begins. From any thread. */
    static Disposable watch(Channel channel, Duration limit) {
        IdleGuard guard = channel.attr(KEY).get();
        int[] mine = new int[1];
        Alarm.on(channel.eventLoop(), () -> mine[0] = guard.begin(limit.toNanos()));
        return () -> Alarm.on(channel.eventLoop(), () -> guard.end(mine[0]));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        this.alarm = new Alarm(context.executor());
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
        if (alarm != null) {
            alarm.close();
        }
        context.fireChannelInactive();
    }

    private int begin(long nanos) {
        limit = nanos;
        waitingSince = System.nanoTime();
        checkIn(nanos);
        return ++watch;
    }

    private void end(int which) {
        if (which == watch && alarm != null) {
            alarm.off();
        }
    }

    private void checkIn(long nanos) {
        if (alarm != null && context != null && context.channel().isActive()) {
            alarm.set(nanos, this::check);
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
