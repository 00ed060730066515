package dev.understudy.routing;

import dev.understudy.connection.AddressShare;
import dev.understudy.connection.EndpointNames;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Places;
import dev.understudy.endpoint.Trust;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

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

        // Idle for less than what common servers grant: 5 s is the least that is usual. A life that lets a change in
        // DNS reach the pool.
        static final Keeping USUAL = new Keeping(Duration.ofSeconds(4), Duration.ofSeconds(30), Duration.ofSeconds(2));
    }

    // Until then, who took a client before it was to be closed has got a connection from it.
    private static final Duration PARTING = Duration.ofSeconds(30);

    private static final Attempt STALE = new NoAnswer(NoAnswer.Reason.STALE);

    private final OpenConnections open = new OpenConnections();
    private final ReactorResourceFactory resources;
    private final Keeping keeping;
    private final AddressResolverGroup<?> names;
    private final Connections usual;

    /** For the endpoints that are served. */
    private final Map<Trust, Connections> byTrust = new ConcurrentHashMap<>();

    EndpointClient(ReactorResourceFactory resources) {
        this(resources, Keeping.USUAL, client -> client.resolver(EndpointNames.ofRequests()));
    }

    /** @param names gives a client what finds the addresses of names */
    EndpointClient(ReactorResourceFactory resources, Keeping keeping, UnaryOperator<HttpClient> names) {
        this.resources = resources;
        this.keeping = keeping;
        this.names = resolver(names.apply(HttpClient.newConnection().runOn(resources.getLoopResources())));
        this.usual = connections(Optional.empty());
    }

    /** Makes what requests to these need. Not for event loops. */
    void add(Collection<EndpointGroup> groups) {
        trusts(groups).forEach(trust -> byTrust.computeIfAbsent(trust, made -> connections(Optional.of(made))));
    }

    /** Forgets what requests to others need. */
    void retain(Collection<EndpointGroup> groups) {
        Set<Trust> kept = trusts(groups).collect(Collectors.toSet());
        byTrust.forEach((trust, connections) -> {
            if (!kept.contains(trust) && byTrust.remove(trust, connections)) {
                Mono.delay(PARTING).then(connections.close()).subscribe();
            }
        });
    }

    /** For how many kinds of trust something is kept. */
    int size() {
        return byTrust.size();
    }

    void close() {
        Flux.fromIterable(byTrust.values())
                .startWith(usual)
                .flatMap(Connections::close)
                .then()
                .block(Duration.ofSeconds(5));
        names.close();
    }

    private static Stream<Trust> trusts(Collection<EndpointGroup> groups) {
        return groups.stream()
                .flatMap(group -> group.endpoints().stream())
                .flatMap(endpoint -> endpoint.trust().stream());
    }

    /**
     * Asks an endpoint, once it has a place for the request.
     *
     * @param progress is told how far it comes
     * @return the answer when its head has arrived; fails with {@link AttemptFailed} when none came
     */
    Mono<Answer> ask(
            EndpointGroup group,
            Failover.Ask ask,
            RequestHead head,
            RequestBody body,
            Deadline deadline,
            Progress progress) {
        return inAPlace(
                group,
                ask.member(),
                deadline,
                () -> new Asking(ask.member().endpoint(), group.policy(), head, body, deadline, ask.fresh(), progress));
    }

    /**
     * Asks when there is a place, which is given back when the answer is at its end, or none will come. Who has one counts
     * as a request in flight before it is looked whether the endpoint is held: who holds it and counts none after that knows
     * that none will come.
     */
    static Mono<Answer> inAPlace(EndpointGroup group, Member member, Deadline deadline, Supplier<Mono<Answer>> asking) {
        EndpointHealth health = member.health();
        return Mono.defer(() -> {
            Sinks.Empty<Void> admission = Sinks.empty();
            Places.Ticket ticket = group.places(member).enter(() -> {
                health.came();
                admission.tryEmitEmpty();
            });
            if (ticket.refused()) {
                return Mono.error(notSent(NotSent.Reason.FULL, null));
            }
            Mono<Answer> answer = ticket.admitted()
                    ? unlessHeld(health, asking)
                    : admission
                            .asMono()
                            .timeout(wait(group.policy(), deadline))
                            .onErrorMap(late -> notSent(NotSent.Reason.FULL, late))
                            .then(Mono.defer(() -> unlessHeld(health, asking)
                                    // Each lets the next one in, and a stack is not as long as a queue.
                                    .subscribeOn(health.held() ? Schedulers.parallel() : Schedulers.immediate())));
            return new Placed(answer, () -> leave(ticket, health));
        });
    }

    /** An answer that is waited for in a place, which is given back when it is at its end, or none will come. */
    private static final class Placed extends Mono<Answer> {

        private final Mono<Answer> answer;
        private final Runnable leave;

        private Placed(Mono<Answer> answer, Runnable leave) {
            this.answer = answer;
            this.leave = leave;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Answer> waiting) {
            Relay<Answer> relay = new Relay<>(waiting.currentContext()) {

                @Override
                public void onNext(Answer came) {
                    if (end()) {
                        waiting.onNext(came.ending(leave));
                        waiting.onComplete();
                    } else {
                        came.abandon();
                    }
                }

                @Override
                public void onError(Throwable error) {
                    if (end()) {
                        leave.run();
                        waiting.onError(error);
                    }
                }

                @Override
                public void onComplete() {
                    if (end()) {
                        leave.run();
                        waiting.onComplete();
                    }
                }

                @Override
                void left() {
                    leave.run();
                }
            };
            waiting.onSubscribe(relay);
            answer.subscribe(relay);
        }
    }

    // It may be held since it was chosen: there may have been a pause, or a queue.
    private static Mono<Answer> unlessHeld(EndpointHealth health, Supplier<Mono<Answer>> asking) {
        return health.held() ? Mono.error(notSent(NotSent.Reason.HELD, null)) : asking.get();
    }

    private static AttemptFailed notSent(NotSent.Reason reason, @Nullable Throwable cause) {
        return new AttemptFailed(new NotSent(reason), cause);
    }

    private static void leave(Places.Ticket ticket, EndpointHealth health) {
        if (ticket.leave()) {
            health.left();
        }
    }

    private static Duration wait(FailoverPolicy policy, Deadline deadline) {
        Duration left = deadline.left();
        return left.compareTo(policy.connectTimeout()) < 0 ? left : policy.connectTimeout();
    }

    /**
     * One request to an endpoint. A pooled connection that turns out to be closed before anything left is replaced, whatever
     * the method.
     */
    private final class Asking extends Mono<Answer> {

        private final Endpoint endpoint;
        private final FailoverPolicy policy;
        private final RequestHead head;
        private final RequestBody body;
        private final Deadline deadline;
        private final boolean fresh;
        private final Progress progress;

        private Asking(
                Endpoint endpoint,
                FailoverPolicy policy,
                RequestHead head,
                RequestBody body,
                Deadline deadline,
                boolean fresh,
                Progress progress) {
            this.endpoint = endpoint;
            this.policy = policy;
            this.head = head;
            this.body = body;
            this.deadline = deadline;
            this.fresh = fresh;
            this.progress = progress;
        }

        @Override
        public void subscribe(CoreSubscriber<? super Answer> waiting) {
            InTurn turn = new InTurn();
            waiting.onSubscribe(turn);
            new Sent(waiting, turn, fresh).begin();
        }

        private Flux<Answer> answers(Transmission transmission, boolean fresh) {
            Optional<Connections> known = known(endpoint);
            return known.isPresent()
                    ? answers(client(known.get(), fresh), transmission)
                    // The request is older than what is served now.
                    : Mono.fromCallable(() -> connections(endpoint.trust()).fresh(endpoint, policy.connectTimeout()))
                            .subscribeOn(Schedulers.boundedElastic())
                            .flatMapMany(client -> answers(client, transmission));
        }

        private HttpClient client(Connections connections, boolean fresh) {
            return fresh
                    ? connections.fresh(endpoint, policy.connectTimeout())
                    : connections.kept(endpoint, policy.connectTimeout());
        }

        private Flux<Answer> answers(HttpClient client, Transmission transmission) {
            return client.request(head.method())
                    .uri(head.target(endpoint))
                    .send((request, outbound) -> send(request, outbound, endpoint, head, body, transmission, policy))
                    .responseConnection((response, connection) -> Mono.just(answer(response, connection, policy)));
        }

        /** Sent once, on one connection: what comes first counts, the answer or that there is none. */
        private final class Sent extends Relay<Answer> {

            private final CoreSubscriber<? super Answer> waiting;
            private final InTurn turn;
            private final boolean onFresh;
            private final Transmission transmission;

            private Sent(CoreSubscriber<? super Answer> waiting, InTurn turn, boolean onFresh) {
                super(Operators.enableOnDiscard(
                        waiting.currentContext().put(Progress.class, progress), EndpointClient::discard));
                this.waiting = waiting;
                this.turn = turn;
                this.onFresh = onFresh;
                this.transmission = new Transmission(policy, deadline, progress, this::fails);
            }

            private void begin() {
                if (turn.of(this)) {
                    Flux.defer(() -> answers(transmission, onFresh)).subscribe(this);
                    transmission.awaitsConnection();
                }
            }

            @Override
            public void onNext(Answer answer) {
                if (end()) {
                    transmission.end();
                    waiting.onNext(answer);
                    waiting.onComplete();
                } else {
                    answer.abandon();
                }
            }

            // Also when there was an answer: that it has come whole is no news then.
            @Override
            public void onComplete() {
                if (end()) {
                    failed(new IOException("The connection ended without an answer"));
                }
            }

            @Override
            public void onError(Throwable error) {
                fails(error);
            }

            private void fails(Throwable error) {
                if (end()) {
                    failed(error);
                }
            }

            private void failed(Throwable error) {
                letGo();
                AttemptFailed failed = Outcomes.failure(error, transmission);
                learn(failed, transmission);
                transmission.end();
                if (!onFresh && failed.getCause() instanceof ClosedBeforeUse) {
                    new Sent(waiting, turn, true).begin();
                } else {
                    waiting.onError(failed);
                }
            }

            @Override
            void left() {
                transmission.end();
            }
        }
    }

    private static void discard(Object thing) {
        if (thing instanceof Answer answer) {
            answer.abandon();
        }
    }

    private void learn(AttemptFailed failed, Transmission transmission) {
        SocketAddress address = transmission.address();
        if (failed.attempt().equals(STALE) && address != null) {
            open.closeIdle(address);
        }
    }

    private static Answer answer(HttpClientResponse response, Connection connection, FailoverPolicy policy) {
        HttpHeaders headers = response.responseHeaders();
        Flux<?> body = connection.inbound().receiveObject();
        int status = response.status().code();
        Optional<Duration> limit = idleLimit(headers, policy);
        if (limit.isEmpty()) {
            return new Answer(status, headers, body, EndpointClient::retained, connection, Answer.Hearing.NOBODY);
        }
        Disposable.Swap watch = Disposables.swap();
        Flux<?> watched = Flux.defer(() -> {
            watch.update(IdleGuard.watch(connection.channel(), limit.get()));
            return body;
        });
        return new Answer(status, headers, watched, EndpointClient::retained, connection, Answer.Hearing.NOBODY)
                .ending(watch::dispose);
    }

    // Reactor Netty lets go of a piece when it has been handed on.
    private static ByteBuf retained(Object piece) {
        ByteBuf bytes = piece instanceof ByteBufHolder holder ? holder.content() : (ByteBuf) piece;
        return bytes.retain();
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
    Mono<HttpClient> forWebSocket(Endpoint endpoint, FailoverPolicy policy) {
        return known(endpoint)
                .map(connections -> Mono.just(connections.fresh(policy.connectTimeout())))
                .orElseGet(() -> Mono.fromCallable(
                                () -> connections(endpoint.trust()).fresh(policy.connectTimeout()))
                        .subscribeOn(Schedulers.boundedElastic()));
    }

    private Optional<Connections> known(Endpoint endpoint) {
        return endpoint.trust().isEmpty()
                ? Optional.of(usual)
                : endpoint.trust().map(byTrust::get);
    }

    private Connections connections(Optional<Trust> trust) {
        return new Connections(
                trust, keeping, pool -> configured(HttpClient.create(pool).resolver(names), resources));
    }

    private static AddressResolverGroup<?> resolver(HttpClient client) {
        return Objects.requireNonNull(client.configuration().resolver());
    }

    private HttpClient configured(HttpClient client, ReactorResourceFactory resources) {
        return client.runOn(resources.getLoopResources())
                .resolvedAddressesSelector((config, addresses) -> AddressShare.marked(addresses))
                .disableRetry(true)
                .followRedirect(false)
                .compress(false)
                .doOnChannelInit((observer, channel, address) -> {
                    Progress progress = observer.currentContext()
                            .<Progress>getOrEmpty(Progress.class)
                            .orElseGet(Progress::new);
                    SurplusHandler surplus = new SurplusHandler();
                    channel.pipeline()
                            .addBefore(NettyPipeline.HttpCodec, SurplusHandler.NAME, surplus)
                            .addAfter(
                                    NettyPipeline.HttpCodec,
                                    TransmissionHandler.NAME,
                                    new TransmissionHandler(surplus, open))
                            .addAfter(NettyPipeline.HttpCodec, IdleGuard.NAME, new IdleGuard())
                            // What comes after the TLS handlers hears of a connection only when the handshake is over.
                            .addFirst(ConnectPhases.NAME, new ConnectPhases(progress));
                    AddressShare.addTo(channel);
                });
    }
}
