package dev.understudy.checkup;

import dev.understudy.checkup.Checked.Dns;
import dev.understudy.checkup.Checked.Http;
import dev.understudy.checkup.Checked.Stage;
import dev.understudy.checkup.Checked.Tcp;
import dev.understudy.checkup.Checked.Tls;
import dev.understudy.checkup.Checked.Verdict;
import dev.understudy.connection.AddressShare;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.tls.ObservedCertificates;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How far the check of one endpoint has come, and what it found on the way. Safe for use by many threads. */
final class Course {

    private final Endpoint endpoint;
    private final Optional<ObservedCertificates> certificates;
    private final LongSupplier nanoTime;
    private final long began;
    private final Sinks.Empty<Void> connected = Sinks.empty();
    private volatile List<String> addresses = List.of();
    private volatile @Nullable Long found;
    private volatile @Nullable Long connecting;
    private volatile @Nullable Long linked;
    private volatile @Nullable Long ready;
    private volatile String address = "";
    private volatile @Nullable String protocol;

    /** @param certificates what sees those of the endpoint; empty: it has none. @param nanoTime a clock */
    Course(Endpoint endpoint, Optional<ObservedCertificates> certificates, LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.certificates = certificates;
        this.nanoTime = nanoTime;
        this.began = nanoTime.getAsLong();
    }

    /** Completes when a connection stands, with TLS where there is any. */
    Mono<Void> connected() {
        return connected.asMono();
    }

    boolean isConnected() {
        return ready != null;
    }

    /** That which is under way. */
    Stage stage() {
        if (ready != null) {
            return Stage.HTTP;
        }
        if (linked != null) {
            return Stage.TLS;
        }
        return found != null ? Stage.TCP : Stage.DNS;
    }

    /** What it was found to show; empty if it showed none, or none is asked for. */
    Optional<Checked.Certificate> certificate() {
        return certificates
                .flatMap(ObservedCertificates::seen)
                .map(seen -> Certificates.of(seen, endpoint.host(), Instant.now()));
    }

    /** The addresses of the name, as far as the look for them was needed. @return the order in which they are tried */
    List<? extends SocketAddress> found(List<? extends SocketAddress> all) {
        addresses = all.stream().map(Course::text).toList();
        found = nanoTime.getAsLong();
        return AddressShare.marked(all);
    }

    /** Sees what becomes of a connection. */
    void watch(Channel channel) {
        // What comes after the TLS handlers hears of a connection only when the handshake is over.
        channel.pipeline().addFirst("understudy.checkup", new Watch());
        AddressShare.addTo(channel);
    }

    /** @param status of the answer; empty: none was asked for, or none came */
    Checked ended(String url, Verdict verdict, OptionalInt status) {
        long now = nanoTime.getAsLong();
        return new Checked(url, verdict, dns(), tcp(), tls(now), http(status, now), between(began, now));
    }

    private Optional<Dns> dns() {
        return Optional.ofNullable(found).map(at -> new Dns(addresses, between(began, at)));
    }

    private Optional<Tcp> tcp() {
        Long from = connecting;
        return from == null
                ? Optional.empty()
                : Optional.ofNullable(linked).map(at -> new Tcp(address, between(from, at)));
    }

    private Optional<Tls> tls(long now) {
        Long from = linked;
        Long until = ready;
        return from == null
                ? Optional.empty()
                : certificate()
                        .map(one -> new Tls(
                                Optional.ofNullable(protocol), one, between(from, until == null ? now : until)));
    }

    private Optional<Http> http(OptionalInt status, long now) {
        Long from = ready;
        return from == null || endpoint.webSocket()
                ? Optional.empty()
                : Optional.of(new Http(status, between(from, now)));
    }

    private static Duration between(long from, long until) {
        return Duration.ofNanos(until - from);
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : "unknown";
    }

    /** One address after the other, each on a channel of its own. */
    private final class Watch extends ChannelDuplexHandler {

        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            if (found == null) {
                // An address in place of a name.
                found(List.of(remote));
            }
            if (connecting == null) {
                connecting = nanoTime.getAsLong();
            }
            context.connect(remote, local, promise);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            linked = nanoTime.getAsLong();
            if (context.channel().remoteAddress() instanceof InetSocketAddress remote) {
                InetAddress there = remote.getAddress();
                address = (there.getHostAddress().contains(":")
                                ? "[" + there.getHostAddress() + "]"
                                : there.getHostAddress())
                        + ":" + remote.getPort();
            }
            @Nullable SslHandler tls = context.pipeline().get(SslHandler.class);
            if (tls == null) {
                ready();
            } else {
                tls.handshakeFuture().addListener(handshake -> {
                    if (handshake.isSuccess()) {
                        protocol = tls.engine().getSession().getProtocol();
                        ready();
                    }
                });
            }
            context.pipeline().remove(this);
            context.fireChannelActive();
        }

        private void ready() {
            ready = nanoTime.getAsLong();
            connected.tryEmitEmpty();
        }
    }
}
