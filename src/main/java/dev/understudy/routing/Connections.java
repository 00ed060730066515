package dev.understudy.routing;

import dev.understudy.endpoint.Trust;
import dev.understudy.tls.TrustedCertificates;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;

/**
 * Connections to endpoints whose certificates are judged by the same. They have a pool of their own: Reactor Netty tells
 * apart what is pooled for one address by a hash of 32 bits, and that is no proof.
 */
final class Connections {

    private static final double LIFE_VARIANCE = 0.2;

    // To one address. What bounds a list are its places; this is for many lists of the same address.
    private static final int CONNECTIONS = 10_000;

    // Documents come and go, and each may have a timeout of its own.
    private static final int TIMEOUTS_KEPT = 100;

    private final ConnectionProvider pool;
    private final HttpClient pooled;
    private final HttpClient unpooled;
    private final Map<Duration, HttpClient> byConnectTimeout = new ConcurrentHashMap<>();

    /**
     * Builds what TLS needs, which is not for event loops.
     *
     * @param making gives a client for a pool
     */
    Connections(
            Optional<Trust> trust, EndpointClient.Keeping keeping, Function<ConnectionProvider, HttpClient> making) {
        SslProvider tls = tls(trust);
        pool = ConnectionProvider.builder("endpoints")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(1)
                .maxIdleTime(keeping.idle())
                .maxLifeTime(keeping.life())
                .maxLifeTimeVariance(LIFE_VARIANCE)
                .evictInBackground(keeping.look())
                .lifo()
                .build();
        pooled = making.apply(pool).secure(tls);
        unpooled = making.apply(ConnectionProvider.newConnection()).secure(tls);
    }

    /** For connections that may have been used before, and may be again. */
    HttpClient kept(Duration connectTimeout) {
        HttpClient known = byConnectTimeout.get(connectTimeout);
        if (known != null) {
            return known;
        }
        HttpClient made = connecting(pooled, connectTimeout);
        if (byConnectTimeout.size() < TIMEOUTS_KEPT) {
            byConnectTimeout.put(connectTimeout, made);
        }
        return made;
    }

    /** For connections that are made for one request. */
    HttpClient fresh(Duration connectTimeout) {
        return connecting(unpooled, connectTimeout);
    }

    /** Closes what is idle now, and the others when they are given back. */
    Mono<Void> close() {
        return pool.disposeLater();
    }

    // Of its own: the one that all clients share trusts what was trusted when the first of them was used.
    private static SslProvider tls(Optional<Trust> trust) {
        Http11SslContextSpec spec = Http11SslContextSpec.forClient();
        trust.map(TrustedCertificates::of)
                .ifPresent(trusted -> spec.configure(context -> context.trustManager(trusted)));
        return SslProvider.builder().sslContext(spec).build();
    }

    // The limit of one address; that of all together is the transmission's.
    private static HttpClient connecting(HttpClient client, Duration timeout) {
        int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        return client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
    }
}
