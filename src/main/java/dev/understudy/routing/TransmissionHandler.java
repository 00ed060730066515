package dev.understudy.routing;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches what leaves on a connection to an endpoint, so that "not sent" is a fact and not a guess, and lets only final
 * answers in. One for each connection, called by its event loop only.
 * <p>
 * An endpoint may answer a request that it does not read to its end, and close: what is still being written fails then,
 * while the answer waits to be read. So that a body cannot be written is told only when nothing is left to be read. The
 * connection must not close itself for that ({@link ChannelOption#AUTO_CLOSE}).
 */
final class TransmissionHandler extends ChannelDuplexHandler {

    static final String NAME = "understudy.transmission";

    private static final AttributeKey<TransmissionHandler> KEY = AttributeKey.valueOf(TransmissionHandler.class, "of");

    // What the endpoint said before it closed is here, or as good as here.
    private static final long LAST_WORDS_MILLIS = 1_000;

    /** A write whose failure is not told yet. */
    private record Untold(ChannelPromise promise, Throwable failure) {}

    private final SurplusHandler surplus;
    private final Deque<Untold> untold = new ArrayDeque<>();
    private @Nullable Transmission current;
    private boolean used;
    private boolean upgrade;
    private boolean interim;
    private boolean answering;

    /** @param surplus that of the same connection */
    TransmissionHandler(SurplusHandler surplus) {
        this.surplus = surplus;
    }

    /** Binds a connection to the request it is now for. @return whether it had served another before */
    static boolean begin(Channel channel, Transmission transmission) {
        TransmissionHandler handler = channel.attr(KEY).get();
        boolean used = handler.used;
        handler.current = transmission;
        handler.answering = false;
        handler.used = true;
        return used;
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
            answering |= !interim;
        }
        if (!interim) {
            boolean end = message instanceof LastHttpContent && !upgrade;
            boolean more = end && surplus.answered();
            context.fireChannelRead(message);
            closeUnless(!more, context);
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

    // Whoever reads the answer is told of its end before the others are told of theirs.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        context.fireChannelInactive();
        for (Untold write = untold.poll(); write != null; write = untold.poll()) {
            write.promise().tryFailure(write.failure());
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        Transmission transmission = current;
        ChannelPromise watched = promise.unvoid();
        if (transmission == null) {
            watched.addListener(done -> closeUnless(done.isSuccess(), context));
            context.write(message, watched);
        } else if (message instanceof HttpRequest request) {
            upgrade = request.headers().contains(HttpHeaderNames.UPGRADE);
            transmission.writing();
            surplus.await();
            watched.addListener(done -> {
                transmission.headWritten(done.isSuccess());
                closeUnless(done.isSuccess(), context);
            });
            if (message instanceof LastHttpContent) {
                watched.addListener(done -> wholeIf(done.isSuccess(), transmission, context));
            }
            context.write(message, watched);
        } else {
            writeBody(context, message, watched, transmission);
        }
    }

    private void writeBody(
            ChannelHandlerContext context, Object message, ChannelPromise promise, Transmission transmission) {
        boolean last = message instanceof LastHttpContent;
        context.write(message, context.newPromise().addListener(done -> {
            if (done.isSuccess()) {
                promise.trySuccess();
                wholeIf(last, transmission, context);
            } else if (done.cause() instanceof IOException
                    && !upgrade
                    && context.channel().isActive()) {
                hold(new Untold(promise, done.cause()), context);
            } else {
                promise.tryFailure(done.cause());
                context.close();
            }
        }));
    }

    private void hold(Untold write, ChannelHandlerContext context) {
        untold.add(write);
        if (untold.size() == 1) {
            context.executor()
                    .schedule(() -> closeUnless(answering, context), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
            context.read();
        }
    }

    private static void wholeIf(boolean written, Transmission transmission, ChannelHandlerContext context) {
        if (written) {
            transmission.whole(context.channel());
        }
    }

    private static void closeUnless(boolean well, ChannelHandlerContext context) {
        if (!well) {
            context.close();
        }
    }
}
