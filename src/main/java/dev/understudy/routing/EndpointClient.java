package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Places;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Sends one request to one endpoint, once. Whether and where to it is sent again is not decided here: Reactor Netty's own
 * second attempt is off.
 */
final class EndpointClient {

    /**
     * How long a connection is kept.
     *
     * @param idle while nobody uses it
     * @param life in any case, less a fifth at most: not all end at once
     * @param look time between two looks for those that are kept no longer
     */
    record Keeping(Duration idle, Duration life, Duration look) {

        // Idle for less than what common servers grant: 5 s is the least that is usual. A life of 30 s, so that a
        // change
        // in DNS reaches the pool.
        static final Keeping USUAL = new Keeping(Duration.ofSeconds(4), Duration.ofSeconds(30), Duration.ofSeconds(2));
    }

    private static final AddressShare ADDRESS_SHARE = new AddressShare();
    private static final double LIFE_VARIANCE = 0.2;

    // To one address. What bounds a list are its places; this is for many lists of the same address.
    private static final int CONNECTIONS = 10_000;

    private static final Duration LONGEST_NAME_TTL = Duration.ofSeconds(30);
    private static final Duration NAME_QUERY = Duration.ofSeconds(1);

    // Documents come and go, and each may have a timeout of its own.
    private static final int TIMEOUTS_KEPT = 100;

    private static final Attempt STALE = new NoAnswer(NoAnswer.Reason.STALE);

    private final OpenConnections connections = new OpenConnections();
    private final ConnectionProvider pool;
    private final HttpClient pooled;
    private final HttpClient unpooled;
    private final Map<Duration, HttpClient> byConnectTimeout = new ConcurrentHashMap<>();

    EndpointClient(ReactorResourceFactory resources) {
        this(
                resources,
                Keeping.USUAL,
                client ->
                        client.resolver(names -> names.queryTimeout(NAME_QUERY).cacheMaxTimeToLive(LONGEST_NAME_TTL)));
    }

    /** @param names gives a client what finds the addresses of names */
    EndpointClient(ReactorResourceFactory resources, Keeping keeping, UnaryOperator<HttpClient> names) {
        pool = ConnectionProvider.builder("endpoints")
                .maxConnections(CONNECTIONS)
                .pendingAcquireMaxCount(1)
                .maxIdleTime(keeping.idle())
                .maxLifeTime(keeping.life())
                .maxLifeTimeVariance(LIFE_VARIANCE)
                .evictInBackground(keeping.look())
                .lifo()
                .build();
        pooled = configured(names.apply(HttpClient.create(pool)), resources);
        unpooled = configured(names.apply(HttpClient.newConnection()), resources);
    }

    void close() {
        pool.disposeLater().block(Duration.ofSeconds(5));
    }

    /**
     * Asks an endpoint, once it has a place for the request.
     *
     * @return the answer when its head has arrived; fails with {@link AttemptFailed} when none came
     */
    Mono<Answer> ask(EndpointGroup group, Failover.Ask ask, RequestHead head, RequestBody body, Deadline deadline) {
        FailoverPolicy policy = group.policy();
        Endpoint endpoint = ask.member().endpoint();
        return inAPlace(group.places(ask.member()), policy, deadline, () -> {
            Mono<Answer> answer = askOnce(endpoint, policy, head, body, deadline, ask.fresh());
            return ask.fresh()
                    ? answer
                    : answer.onErrorResume(
                            EndpointClient::closedBeforeUse,
                            closed -> askOnce(endpoint, policy, head, body, deadline, true));
        });
    }

    // A pooled connection that turns out to be closed before anything left is replaced, whatever the method.
    private static boolean closedBeforeUse(Throwable failure) {
        return failure.getCause() instanceof ClosedBeforeUse;
    }

    /** Asks when there is a place, which is given back when the answer is at its end, or none will come. */
    static Mono<Answer> inAPlace(
            Places places, FailoverPolicy policy, Deadline deadline, Supplier<Mono<Answer>> asking) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> admission = Sinks.empty();
            Places.Ticket ticket = places.enter(admission::tryEmitEmpty);
            if (ticket.refused()) {
                return Mono.error(new AttemptFailed(new NotSent(NotSent.Reason.FULL), null));
            }
            Mono<Answer> answer = ticket.admitted()
                    ? asking.get()
                    : admission
                            .asMono()
                            .timeout(wait(policy, deadline))
                            .onErrorMap(late -> new AttemptFailed(new NotSent(NotSent.Reason.FULL), late))
                            .then(Mono.defer(asking));
            return answer.map(one -> one.ending(ticket::leave))
                    .switchIfEmpty(Mono.fromRunnable(ticket::leave))
                    .doOnError(error -> ticket.leave())
                    .doOnCancel(ticket::leave);
        });
    }

    private static Duration wait(FailoverPolicy policy, Deadline deadline) {
        Duration left = deadline.left();
        return left.compareTo(policy.connectTimeout()) < 0 ? left : policy.connectTimeout();
    }

    private Mono<Answer> askOnce(
            Endpoint endpoint,
            FailoverPolicy policy,
            RequestHead head,
            RequestBody body,
            Deadline deadline,
            boolean fresh) {
        return Mono.defer(() -> {
            Transmission transmission = new Transmission(policy, deadline);
            Mono<Answer> answer = client(policy, fresh)
                    .request(head.method())
                    .uri(head.url(endpoint))
                    .send((request, outbound) -> send(request, outbound, endpoint, head, body, transmission, policy))
                    .responseConnection((response, connection) -> Mono.just(answer(response, connection, policy)))
                    .next();
            return Mono.firstWithSignal(answer, transmission.failure())
                    .doOnDiscard(Answer.class, Answer::abandon)
                    .onErrorMap(error -> Outcomes.failure(error, transmission))
                    .doOnError(AttemptFailed.class, failed -> learn(failed, transmission))
                    .doFinally(signal -> transmission.end());
        });
    }

    private void learn(AttemptFailed failed, Transmission transmission) {
        SocketAddress address = transmission.address();
        if (failed.attempt().equals(STALE) && address != null) {
            connections.closeIdle(address);
        }
    }

    private static Answer answer(HttpClientResponse response, Connection connection, FailoverPolicy policy) {
        HttpHeaders headers = response.responseHeaders();
        Flux<ByteBuf> body = connection.inbound().receive().retain();
        Flux<ByteBuf> watched = idleLimit(headers, policy)
                .map(limit -> Flux.using(
                        () -> IdleGuard.watch(connection.channel(), limit), watch -> body, Disposable::dispose))
                .orElse(body);
        return new Answer(response.status().code(), headers, watched, connection);
    }

    private static Optional<Duration> idleLimit(HttpHeaders answered, FailoverPolicy policy) {
        String type = answered.get(HttpHeaderNames.CONTENT_TYPE, "");
        boolean eventStream = type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
        return eventStream ? policy.eventStreamIdleTimeout() : Optional.of(policy.idleTimeout());
    }

    private static Publisher<Void> send(
            HttpClientRequest request,
            NettyOutbound outbound,
            Endpoint endpoint,
            RequestHead head,
            RequestBody body,
            Transmission transmission,
            FailoverPolicy policy) {
        outbound.withConnection(connection -> transmission.connected(connection.channel()));
        HttpHeaders headers = request.requestHeaders();
        headers.clear().add(head.headers()).set(HttpHeaderNames.HOST, endpoint.authority());
        if (!head.hasBody()) {
            return Mono.empty();
        }
        // The head by itself first: as long as it has not left, nothing of the body was taken from the caller.
        return outbound.then().then(Mono.defer(() -> send(outbound, body, transmission, policy)));
    }

    private static Mono<Void> send(
            NettyOutbound outbound, RequestBody body, Transmission transmission, FailoverPolicy policy) {
        Channel[] channel = new Channel[1];
        outbound.withConnection(connection -> channel[0] = connection.channel());
        transmission.sendingBody(channel[0]);
        // A write that fails would close the connection, with an early answer in it unread.
        channel[0].config().setAutoClose(false);
        return Mono.using(
                        () -> StallWatch.start(channel[0], policy.idleTimeout(), transmission::stalled),
                        // As objects: as a body, Reactor Netty would collect that of a GET, HEAD or DELETE, and lose
                        // it.
                        watch -> outbound.sendObject(body.feed()).then(),
                        StallWatch::dispose)
                .onErrorResume(error -> unsent(error, channel[0], body, transmission));
    }

    // Never the end of what is sent: Reactor Netty would take the answer for whole, as far as it has come by then.
    private static Mono<Void> unsent(Throwable error, Channel channel, RequestBody body, Transmission transmission) {
        if (body.failure() == null && error instanceof IOException) {
            // The endpoint wants no more. What it had to say may wait to be read.
            channel.read();
        } else {
            transmission.fail(error);
            channel.close();
        }
        return Mono.never();
    }

    /** The client for one WebSocket handshake, on a connection made for it. */
    HttpClient forWebSocket(FailoverPolicy policy) {
        return connecting(unpooled, policy.connectTimeout());
    }

    private HttpClient client(FailoverPolicy policy, boolean fresh) {
        if (fresh) {
            return connecting(unpooled, policy.connectTimeout());
        }
        HttpClient known = byConnectTimeout.get(policy.connectTimeout());
        if (known != null) {
            return known;
        }
        HttpClient made = connecting(pooled, policy.connectTimeout());
        if (byConnectTimeout.size() < TIMEOUTS_KEPT) {
            byConnectTimeout.put(policy.connectTimeout(), made);
        }
        return made;
    }

    // The limit of one address; that of all together is the transmission's.
    private static HttpClient connecting(HttpClient client, Duration timeout) {
        int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
        return client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis);
    }

    private HttpClient configured(HttpClient client, ReactorResourceFactory resources) {
        return client.runOn(resources.getLoopResources())
                // Of its own: the one that all clients share trusts what was trusted when the first of them was used.
                .secure(tls -> tls.sslContext(Http11SslContextSpec.forClient()))
                .resolvedAddressesSelector((config, addresses) -> AddressShare.marked(addresses))
                .doOnChannelInit(
                        (observer, channel, address) -> channel.pipeline().addLast(AddressShare.NAME, ADDRESS_SHARE))
                .disableRetry(true)
                .followRedirect(false)
                .compress(false)
                .doOnChannelInit((observer, channel, address) -> {
                    SurplusHandler surplus = new SurplusHandler();
                    channel.pipeline()
                            .addBefore(NettyPipeline.HttpCodec, SurplusHandler.NAME, surplus)
                            .addAfter(
                                    NettyPipeline.HttpCodec,
                                    TransmissionHandler.NAME,
                                    new TransmissionHandler(surplus, connections))
                            .addAfter(NettyPipeline.HttpCodec, IdleGuard.NAME, new IdleGuard());
                });
    }
}
