package dev.understudy.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves time for the other addresses of a name when one is silent. Reactor Netty tries them one after another and gives
 * each the whole time, so that the first one that drops everything would use it up.
 */
@Sharable
public final class AddressShare extends ChannelOutboundHandlerAdapter {

    public static final String NAME = "understudy.address-share";

    private static final AddressShare SHARED = new AddressShare();

    // RFC 8305 §5: less would take one that is far away for silent.
    private static final int LEAST_MILLIS = 250;

    /** An address after which there are others. */
    private static final class NotTheLast extends InetSocketAddress {

        private static final long serialVersionUID = 1;

        private final int index;

        NotTheLast(InetSocketAddress address, int index) {
            super(address.getAddress(), address.getPort());
            this.index = index;
        }
    }

    private AddressShare() {}

    /** Has it share the time that the channel has for connecting. */
    public static void addTo(Channel channel) {
        channel.pipeline().addLast(NAME, SHARED);
    }

    /** The same addresses, of which this handler knows which is not the last. */
    public static List<? extends SocketAddress> marked(List<? extends SocketAddress> addresses) {
        List<SocketAddress> marked = new ArrayList<>();
        for (SocketAddress address : addresses) {
            boolean more = marked.size() < addresses.size() - 1;
            marked.add(
                    more && address instanceof InetSocketAddress internet && !internet.isUnresolved()
                            ? new NotTheLast(internet, marked.size())
                            : address);
        }
        return marked;
    }

    @Override
    public void connect(
            ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        if (remote instanceof NotTheLast address) {
            int all = context.channel().config().getConnectTimeoutMillis();
            context.channel().config().setConnectTimeoutMillis(share(all, address.index));
        }
        context.connect(remote, local, promise);
    }

    /** Half of what those before it have left. */
    static int share(int allMillis, int index) {
        return Math.min(allMillis, Math.max(LEAST_MILLIS, allMillis >> Math.min(index + 1, 31)));
    }
}
