package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Watches what leaves on a connection to an endpoint, so that "not sent" is a fact and not a guess, and lets only final
 * answers in. One for each connection, called by its event loop only.
 */
final class TransmissionHandler extends ChannelDuplexHandler {

    static final String NAME = "understudy.transmission";

    private static final AttributeKey<TransmissionHandler> KEY = AttributeKey.valueOf(TransmissionHandler.class, "of");

    private final SurplusHandler surplus;
    private final OpenConnections connections;
    private @Nullable Transmission current;
    private @Nullable Alarm alarm;
    private boolean used;
    private boolean upgrade;
    private boolean interim;

    /** @param surplus that of the same connection */
    TransmissionHandler(SurplusHandler surplus, OpenConnections connections) {
        this.surplus = surplus;
        this.connections = connections;
    }

    /** Binds a connection to the request it is now for. @return whether it had served another before */
    static boolean begin(Channel channel, Transmission transmission) {
        TransmissionHandler handler = channel.attr(KEY).get();
        boolean used = handler.used;
        handler.current = transmission;
        handler.used = true;
        return used;
    }

    /** Closes a connection that waits in the pool. By its event loop. */
    static void closeIfIdle(Channel channel) {
        TransmissionHandler handler = channel.attr(KEY).get();
        if (handler.used && !handler.surplus.awaits()) {
            channel.close();
        }
    }

    private Alarm alarm(ChannelHandlerContext context) {
        if (alarm == null) {
            alarm = new Alarm(context.executor());
        }
        return alarm;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (alarm != null) {
            alarm.close();
        }
        context.fireChannelInactive();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connections.opened(context.channel());
        context.fireChannelActive();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().attr(KEY).set(this);
    }

    // Reactor Netty would take an interim answer (RFC 9110 §15.2) other than 100 for the final one.
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse response) {
            int status = response.status().code();
            interim = status >= 100 && status < 200 && status != 101;
            if (status < 100 || status > 999 || (status == 101 && !upgrade)) {
                response.setDecoderResult(DecoderResult.failure(new DecoderException("unexpected status " + status)));
            }
        }
        if (!interim) {
            boolean end = message instanceof LastHttpContent && !upgrade;
            boolean more = end && surplus.answered();
            context.fireChannelRead(message);
            if (more) {
                context.close();
            }
            if (end) {
                // Who sends something while the connection waits for its next request shows it now, not then.
                context.read();
            }
            return;
        }
        ReferenceCountUtil.release(message);
        if (message instanceof LastHttpContent) {
            interim = false;
            // What was read is gone, and whoever asked for it has got nothing.
            context.read();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Transmission transmission = current;
        if (transmission == null) {
            context.write(message, promise);
            return;
        }
        ChannelPromise watched = promise.unvoid();
        if (message instanceof HttpRequest request) {
            upgrade = request.headers().contains(HttpHeaderNames.UPGRADE);
            if (upgrade) {
                HandshakeAnswer answer = new HandshakeAnswer();
                transmission.shakesHands(answer);
                context.pipeline().addAfter(NettyPipeline.HttpCodec, HandshakeAnswer.NAME, answer);
            }
            transmission.writing();
            surplus.await();
            watched.addListener(done -> transmission.headWritten(done.isSuccess()));
        }
        if (message instanceof LastHttpContent) {
            watched.addListener(done -> {
                if (done.isSuccess()) {
                    transmission.whole(alarm(context));
                }
            });
        }
        context.write(message, watched);
    }
}
