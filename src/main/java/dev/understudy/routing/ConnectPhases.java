package dev.understudy.routing;

import dev.understudy.journal.Phase;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;

/** Tells how far the making of a connection has come, and goes when it stands. One for each connection. */
final class ConnectPhases extends ChannelDuplexHandler {

    static final String NAME = "understudy.connect-phases";

    private final Progress progress;

    /** @param progress of the attempt that the connection is made for; another one may come to use it */
    ConnectPhases(Progress progress) {
        this.progress = progress;
    }

    // Channels are made before addresses are looked for.
    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        progress.reached(Phase.DNS);
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        progress.reached(Phase.CONNECT);
        context.connect(remote, local, promise);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.pipeline().get(SslHandler.class) != null) {
            progress.reached(Phase.TLS);
        }
        context.pipeline().remove(this);
        context.fireChannelActive();
    }
}
