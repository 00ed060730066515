package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import reactor.core.publisher.Flux;

/**
 * Keeps the body with which an endpoint refuses a WebSocket. Reactor Netty throws it away, and takes an answer with a long
 * one for none. Stands between the codec and what gathers the answer to the handshake; called by its event loop only.
 */
final class HandshakeAnswer extends ChannelInboundHandlerAdapter {

    static final String NAME = "understudy.handshake-answer";

    /** Bytes. */
    static final int MOST_KEPT = 64 * 1024;

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile boolean cut;
    private boolean refused;
    private boolean over;

    /** What was kept; breaks off where that is not all. */
    Flux<ByteBuf> body() {
        Flux<ByteBuf> body = Flux.defer(() -> Flux.just(Unpooled.wrappedBuffer(kept.toByteArray())));
        return cut ? body.concatWith(Flux.error(new IOException("more than " + MOST_KEPT + " bytes"))) : body;
    }

    /** How long it is, where all of it was kept; -1 where it was not. */
    int length() {
        return cut ? -1 : kept.size();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpResponse response) {
            refused = response.status().code() >= HttpResponseStatus.OK.code();
            if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                context.pipeline().remove(this);
            }
        }
        if (!refused) {
            context.fireChannelRead(message);
            return;
        }
        if (message instanceof HttpResponse response) {
            // For whoever gathers the answer: it comes without what is kept here.
            response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
        }
        if (message instanceof HttpContent content) {
            keep(content.content());
        }
        pass(context, message);
    }

    private void keep(ByteBuf piece) {
        int room = Math.min(MOST_KEPT - kept.size(), piece.readableBytes());
        cut |= room < piece.readableBytes();
        byte[] bytes = new byte[room];
        piece.readBytes(bytes);
        kept.writeBytes(bytes);
    }

    private void pass(ChannelHandlerContext context, Object message) {
        if (!(message instanceof HttpContent)) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        if (cut || message instanceof LastHttpContent) {
            over = true;
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }
}
