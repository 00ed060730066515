package dev.understudy.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Keeps a caller's connection within its limits where Reactor Netty has none: the time for a request head, the number of
 * header lines, the time between requests, and what is still taken of a request that has its answer. Looks at both sides of
 * the codec, since a head that is not whole is seen on one and what the bytes mean on the other. One for each connection,
 * called by its event loop only.
 */
final class CallerGuard {

    static final int HEADER_LINES = 100;

    /**
     * How much is taken, and for how long, of a body that nobody wants any more: more than the longest upload. A
     * connection that is closed while bytes arrive is reset, and the reset destroys the answer on its way.
     */
    static final int DRAIN_BYTES = 24 << 20;

    static final Duration DRAIN_TIME = Duration.ofSeconds(10);

    private static final byte[] REQUEST_TIMEOUT =
            "HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** What the next byte is part of. */
    private enum Reading {
        FIRST_HEAD,
        NEXT_HEAD,
        BEGUN_HEAD,
        BODY
    }

    /** What a time runs for. */
    private enum Wait {
        NONE,
        HEAD,
        NEXT_REQUEST,
        REST_OF_BODY
    }

    private final Duration headTimeout;
    private final Duration idleTimeout;
    private Reading reading = Reading.FIRST_HEAD;
    private int unanswered;
    private boolean upgraded;
    private boolean continueAwaited;
    private boolean lastAnswer;
    private long length;
    private Wait wait = Wait.NONE;
    private long due;
    private @Nullable ScheduledFuture<?> check;
    private long checkDue;
    private boolean lingering;
    private long drained;

    private CallerGuard(Duration headTimeout, Duration idleTimeout) {
        this.headTimeout = headTimeout;
        this.idleTimeout = idleTimeout;
    }

    static void addTo(ChannelPipeline pipeline, Duration headTimeout, Duration idleTimeout) {
        CallerGuard guard = new CallerGuard(headTimeout, idleTimeout);
        pipeline.addBefore(NettyPipeline.HttpCodec, "understudy.caller.bytes", guard.new Bytes());
        pipeline.addAfter(NettyPipeline.HttpCodec, "understudy.caller.messages", guard.new Messages());
    }

    /** Between the wire, or TLS, and the codec. */
    private final class Bytes extends ChannelDuplexHandler {

        // Where the version of HTTP is known only after the handshake.
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (tls != null && tls.handshakeFuture().isSuccess()) {
                settle(context);
            }
        }

        // With TLS, when the handshake is done.
        @Override
        public void channelActive(ChannelHandlerContext context) {
            settle(context);
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes && isTooMuch(bytes.readableBytes())) {
                bytes.release();
                context.close();
                return;
            }
            if (lingering) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (reading == Reading.FIRST_HEAD || reading == Reading.NEXT_HEAD) {
                reading = Reading.BEGUN_HEAD;
            }
            context.fireChannelRead(message);
            settle(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (lingering) {
                context.read();
            } else {
                context.fireChannelReadComplete();
            }
        }

        @Override
        public void close(ChannelHandlerContext context, ChannelPromise promise) {
            if (lingering || (reading == Reading.BODY && unanswered == 0 && !upgraded)) {
                context.channel().closeFuture().addListener(closed -> promise.trySuccess());
                linger(context);
            } else {
                context.close(promise);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            wait = Wait.NONE;
            if (check != null) {
                check.cancel(false);
            }
            context.fireChannelInactive();
        }
    }

    /** Between the codec and whoever serves what comes out of it. */
    private final class Messages extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request) {
                begin(request);
            }
            if (message instanceof HttpContent content && content.content().isReadable()) {
                continueAwaited = false;
            }
            if (message instanceof LastHttpContent && isDecoded(message)) {
                reading = Reading.NEXT_HEAD;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                answer(response);
            }
            if (!(message instanceof LastHttpContent) || upgraded || isInformational(message)) {
                context.write(message, promise);
                return;
            }
            boolean last = lastAnswer;
            context.write(message, promise.unvoid().addListener(written -> {
                unanswered--;
                settle(context);
                if (last) {
                    context.channel().close();
                }
            }));
        }
    }

    private void begin(HttpRequest request) {
        wait = Wait.NONE;
        reading = Reading.BODY;
        drained = 0;
        unanswered++;
        if (!request.decoderResult().isSuccess()) {
            continueAwaited = false;
            length = 0;
            return;
        }
        if (request.headers().size() > HEADER_LINES) {
            request.setDecoderResult(DecoderResult.failure(
                    new TooLongHttpHeaderException("more than " + HEADER_LINES + " header lines")));
        }
        continueAwaited = HttpUtil.is100ContinueExpected(request);
        length = HttpUtil.getContentLength(request, 0L);
    }

    private void answer(HttpResponse response) {
        if (response.status().code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
            upgraded = true;
            wait = Wait.NONE;
        } else if (isInformational(response)) {
            continueAwaited = false;
        } else if (reading == Reading.BODY && unanswered == 1 && (continueAwaited || length > DRAIN_BYTES)) {
            // Whether the body comes at all, or the next request in its place, nobody knows (RFC 9110 §10.1.1).
            lastAnswer = true;
            response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
    }

    private static boolean isInformational(Object message) {
        return message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }

    private static boolean isDecoded(Object message) {
        return message instanceof DecoderResultProvider provider
                && provider.decoderResult().isSuccess();
    }

    private boolean isTooMuch(int bytes) {
        if (wait == Wait.REST_OF_BODY) {
            drained += bytes;
        }
        return drained > DRAIN_BYTES;
    }

    /** Takes what still arrives, and closes when that has been enough. */
    private void linger(ChannelHandlerContext context) {
        if (lingering) {
            return;
        }
        lingering = true;
        waitFor(Wait.REST_OF_BODY, context);
        endOutput(context);
        ChannelHandlerContext bytes = context.pipeline().context(Bytes.class);
        bytes.read();
    }

    // What the caller is to see as the end of the answer, also where no length told it.
    private static void endOutput(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (context.channel() instanceof DuplexChannel channel) {
            channel.shutdownOutput();
        }
    }

    private void settle(ChannelHandlerContext context) {
        if (!lingering && context.channel().isActive()) {
            waitFor(awaited(), context);
        }
    }

    private Wait awaited() {
        if (upgraded || unanswered > 0) {
            return Wait.NONE;
        }
        return switch (reading) {
            case FIRST_HEAD, BEGUN_HEAD -> Wait.HEAD;
            case NEXT_HEAD -> Wait.NEXT_REQUEST;
            case BODY -> Wait.REST_OF_BODY;
        };
    }

    private void waitFor(Wait next, ChannelHandlerContext context) {
        if (next == wait) {
            return;
        }
        wait = next;
        if (next != Wait.NONE) {
            due = System.nanoTime() + limit(next).toNanos();
            checkAt(due, context);
        }
    }

    private Duration limit(Wait next) {
        return switch (next) {
            case HEAD -> headTimeout;
            case NEXT_REQUEST -> idleTimeout;
            case NONE, REST_OF_BODY -> DRAIN_TIME;
        };
    }

    // A check that comes too early costs less than one made anew for each request.
    private void checkAt(long when, ChannelHandlerContext context) {
        if (check != null) {
            if (checkDue - when <= 0) {
                return;
            }
            check.cancel(false);
        }
        checkDue = when;
        check = context.executor()
                .schedule(() -> check(context), Math.max(0, when - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext context) {
        check = null;
        if (wait == Wait.NONE) {
            return;
        }
        if (due - System.nanoTime() > 0) {
            checkAt(due, context);
            return;
        }
        ChannelHandlerContext bytes = context.pipeline().context(Bytes.class);
        if (wait != Wait.HEAD || reading == Reading.FIRST_HEAD) {
            bytes.close();
            return;
        }
        bytes.writeAndFlush(Unpooled.wrappedBuffer(REQUEST_TIMEOUT))
                .addListener((ChannelFutureListener) written -> linger(bytes));
    }
}
