package dev.understudy.routing;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.Trust;
import dev.understudy.tls.TrustedCertificates;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
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
import reactor.netty.transport.AddressUtils;

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
    private final SslProvider tls;

    // Of what is the same for each request to an endpoint, a client makes the most that there is to be made. By
    // identity and
    // weakly: an endpoint goes when its document does.
    private final LoadingCache<Endpoint, Map<Duration, HttpClient>> kept =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build(endpoint -> new ConcurrentHashMap<>());

    /**
     * Builds what TLS needs, which is not for event loops.
     *
     * @param making gives a client for a pool
     */
    Connections(
            Optional<Trust> trust, EndpointClient.Keeping keeping, Function<ConnectionProvider, HttpClient> making) {
        tls = tls(trust);
        pool = ConnectionProvider.builder("endpoints")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(1)
                .maxIdleTime(keeping.idle())
                .maxLifeTime(keeping.life())
                .maxLifeTimeVariance(LIFE_VARIANCE)
                .evictInBackground(keeping.look())
                .lifo()
                .build();
        pooled = making.apply(pool);
        unpooled = making.apply(ConnectionProvider.newConnection());
    }

    /** For connections to an endpoint that may have been used before, and may be again. It is asked for paths. */
    HttpClient kept(Endpoint endpoint, Duration connectTimeout) {
        Map<Duration, HttpClient> byTimeout = kept.get(endpoint);
        HttpClient known = byTimeout.get(connectTimeout);
        if (known != null) {
            return known;
        }
        HttpClient made = to(endpoint, pooled, connectTimeout);
        if (byTimeout.size() < TIMEOUTS_KEPT) {
            byTimeout.put(connectTimeout, made);
        }
        return made;
    }

    /** For connections to an endpoint that are made for one request. It is asked for paths. */
    HttpClient fresh(Endpoint endpoint, Duration connectTimeout) {
        return to(endpoint, unpooled, connectTimeout);
    }

    /** For one connection to whoever it is asked for, by a URL. */
    HttpClient fresh(Duration connectTimeout) {
        return connecting(unpooled, connectTimeout).secure(tls);
    }

    private HttpClient to(Endpoint endpoint, HttpClient client, Duration connectTimeout) {
        InetSocketAddress address = AddressUtils.createUnresolved(endpoint.hostWithoutBrackets(), endpoint.port());
        HttpClient connecting = connecting(client, connectTimeout).remoteAddress(() -> address);
        return endpoint.secure() ? connecting.secure(tls) : connecting;
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
