package dev.understudy.routing;

import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections to endpoints, by address. An endpoint that ends one which was used before mostly ends them all: it was
 * restarted, or something between forgot them. Each that waits in the pool could cost one more request. Safe for use by
 * many threads.
 */
final class OpenConnections {

    private final Map<SocketAddress, Set<Channel>> open = new ConcurrentHashMap<>();

    void opened(Channel channel) {
        SocketAddress address = channel.remoteAddress();
        open.compute(address, (same, before) -> {
            Set<Channel> channels = before == null ? ConcurrentHashMap.newKeySet() : before;
            channels.add(channel);
            return channels;
        });
        channel.closeFuture()
                .addListener(closed -> open.computeIfPresent(address, (same, channels) -> {
                    channels.remove(channel);
                    return channels.isEmpty() ? null : channels;
                }));
    }

    /** Closes those to an address that wait for their next request. */
    void closeIdle(SocketAddress address) {
        for (Channel channel : open.getOrDefault(address, Set.of())) {
            channel.eventLoop().execute(() -> TransmissionHandler.closeIfIdle(channel));
        }
    }
}
