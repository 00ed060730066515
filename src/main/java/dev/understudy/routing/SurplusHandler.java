package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection on which an endpoint sends what nobody has asked for: it would be taken for the answer to the next
 * request, which may be another caller's. Stands before the codec, one for each connection.
 */
final class SurplusHandler extends ChannelInboundHandlerAdapter {

    static final String NAME = "understudy.surplus";

    private @Nullable ByteBuf current;
    private boolean awaited;

    /** A request goes out: from now on an answer may come. */
    void await() {
        awaited = true;
    }

    /** Whether a request is out whose answer has not ended. */
    boolean awaits() {
        return awaited;
    }

    /**
     * The codec passes on the end of an answer just now.
     *
     * @return whether more has come. Not known where the answer's last line came in two pieces: the codec copies those
     */
    boolean answered() {
        awaited = false;
        ByteBuf bytes = current;
        return bytes != null && bytes.isReadable();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!awaited) {
            ReferenceCountUtil.release(message);
            context.close();
            return;
        }
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        // The codec reads on in it, and releases it when it has all.
        current = bytes.retain();
        try {
            context.fireChannelRead(bytes);
        } finally {
            current = null;
            bytes.release();
        }
    }
}
