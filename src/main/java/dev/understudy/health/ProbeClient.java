package dev.understudy.health;

import dev.understudy.connection.EndpointNames;
import dev.understudy.connection.ServerNames;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Trust;
import dev.understudy.tls.TrustedCertificates;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.resolver.AddressResolverGroup;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableChannel;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpSslContextSpec;

/**
 * Looks at an endpoint, on a connection made for that and closed at once. Each look completes if the endpoint is well and
 * fails if it is not; how long it may take is its caller's to say.
 */
final class ProbeClient {

    /** For what is judged by the same certificates. */
    private record Secure(TcpClient tcp, HttpClient http) {}

    private final ReactorResourceFactory resources;
    private final TcpClient plain;
    private final Secure usual;

    /** For the endpoints that are probed. */
    private final Map<Trust, Secure> byTrust = new ConcurrentHashMap<>();

    ProbeClient(ReactorResourceFactory resources) {
        // As that of requests: else it would look at an address that they have left.
        this(resources, client -> client.resolver(EndpointNames.ofRequests()));
    }

    /** @param names gives a client what finds the addresses of names */
    ProbeClient(ReactorResourceFactory resources, UnaryOperator<TcpClient> names) {
        this.resources = resources;
        this.plain = names.apply(TcpClient.newConnection().runOn(resources.getLoopResources()))
                .resolvedAddressesSelector((config, addresses) -> fromAnyOn(addresses));
        this.usual = secure(Optional.empty());
    }

    /** Forgets what looks at others need. */
    void retain(Set<Trust> trusts) {
        byTrust.keySet().retainAll(trusts);
    }

    void close() {
        resolver().close();
    }

    /** Whether a connection to it comes about, with TLS where its URL says so. Not for event loops, as {@link #get}. */
    Mono<Void> connect(Endpoint endpoint) {
        TcpClient client = endpoint.secure() ? secure(endpoint).tcp() : plain;
        return client.host(endpoint.hostWithoutBrackets())
                .port(endpoint.port())
                .connect()
                .doOnNext(DisposableChannel::dispose)
                .then();
    }

    /** Whether it answers a GET with 2xx or 3xx. @param path below its base URL, as those of operations */
    Mono<Void> get(Endpoint endpoint, String path, Optional<Credentials> credentials) {
        String url = (endpoint.secure() ? "https://" : "http://") + endpoint.authority() + endpoint.basePath() + path;
        return secure(endpoint)
                .http()
                .headers(headers -> set(headers, endpoint, credentials))
                .get()
                .uri(url)
                .responseConnection((response, connection) -> {
                    // The head says it all: whatever follows is not read.
                    connection.dispose();
                    return judged(response);
                })
                .then();
    }

    private Secure secure(Endpoint endpoint) {
        return endpoint.trust()
                .map(trust -> byTrust.computeIfAbsent(trust, made -> secure(Optional.of(made))))
                .orElse(usual);
    }

    private Secure secure(Optional<Trust> trust) {
        TcpSslContextSpec forTcp = TcpSslContextSpec.forClient();
        Http11SslContextSpec forHttp = Http11SslContextSpec.forClient();
        trust.map(TrustedCertificates::of).ifPresent(trusted -> {
            forTcp.configure(context -> context.trustManager(trusted));
            forHttp.configure(context -> context.trustManager(trusted));
        });
        return new Secure(tcp(forTcp), http(forHttp));
    }

    private TcpClient tcp(TcpSslContextSpec context) {
        return plain.secure(tls -> tls.sslContext(context).handlerConfigurator(ServerNames::compare));
    }

    private HttpClient http(Http11SslContextSpec context) {
        return HttpClient.newConnection()
                .runOn(resources.getLoopResources())
                .resolver(resolver())
                .resolvedAddressesSelector((config, addresses) -> fromAnyOn(addresses))
                // Of its own: the one that all clients share trusts what was trusted when the first of them was used.
                .secure(tls -> tls.sslContext(context))
                .disableRetry(true)
                .followRedirect(false)
                .compress(false);
    }

    // One that is silent takes all the time of a look: the next look begins with another one.
    private static List<? extends SocketAddress> fromAnyOn(List<? extends SocketAddress> addresses) {
        List<SocketAddress> rotated = new ArrayList<>(addresses);
        Collections.rotate(rotated, ThreadLocalRandom.current().nextInt(addresses.size()));
        return rotated;
    }

    private static void set(HttpHeaders headers, Endpoint endpoint, Optional<Credentials> credentials) {
        headers.set(HttpHeaderNames.HOST, endpoint.authority())
                .set(HttpHeaderNames.USER_AGENT, "understudy-probe")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        credentials.ifPresent(known -> headers.set(HttpHeaderNames.AUTHORIZATION, known.header()));
    }

    private static Mono<Void> judged(HttpClientResponse response) {
        int status = response.status().code();
        return FailoverPolicy.Probe.isGood(status)
                ? Mono.empty()
                : Mono.error(new IllegalStateException("status " + status + " (expected: 2xx or 3xx)"));
    }

    private AddressResolverGroup<?> resolver() {
        @Nullable AddressResolverGroup<?> resolver = plain.configuration().resolver();
        if (resolver == null) {
            throw new IllegalStateException("no resolver");
        }
        return resolver;
    }
}
