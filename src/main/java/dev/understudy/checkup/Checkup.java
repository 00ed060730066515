package dev.understudy.checkup;

import dev.understudy.checkup.Checked.Verdict;
import dev.understudy.connection.EndpointNames;
import dev.understudy.connection.Failures;
import dev.understudy.connection.ServerNames;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Trust;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.journal.Outcome;
import dev.understudy.tls.ObservedCertificates;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.resolver.AddressResolverGroup;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.X509ExtendedTrustManager;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.DisposableChannel;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.AbstractProtocolSslContextSpec;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpSslContextSpec;
import reactor.util.function.Tuple2;
import reactor.util.function.Tuples;

/**
 * Asks endpoints whether they can be reached from here: names are looked up, addresses tried and certificates judged as for
 * requests, on connections made for that and closed at once. Nothing is sent but a GET, without credentials, whose answer is
 * read as far as its head. Nothing is learned from it: neither the health of an endpoint nor any record of requests changes.
 * How many connections there are, and for how long, has bounds. Safe for use by many threads; nothing here waits.
 */
public final class Checkup implements AutoCloseable {

    /** After this time a check ends with what it has. */
    public static final Duration LONGEST = Duration.ofSeconds(10);

    /** Endpoints that one check asks at once. */
    public static final int AT_ONCE = 10;

    /** Checks that are under way at once. */
    public static final int CHECKS = 5;

    /** A check was not begun, as others are under way. */
    public static final class Busy extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final boolean sameUser;

        private Busy(boolean sameUser) {
            super(sameUser ? "one of the same user is under way" : CHECKS + " are under way", null, false, false);
            this.sameUser = sameUser;
        }

        /** Whether it is one of the same user; else there are too many of others. */
        public boolean sameUser() {
            return sameUser;
        }
    }

    /**
     * How long an endpoint may take, and which answers are none that is good.
     *
     * @param connect for name, addresses, TCP and TLS together
     * @param answer from then on, until the head of the answer
     * @param statuses that move requests on to the next endpoint
     */
    record Limits(Duration connect, Duration answer, Set<Integer> statuses) {}

    private final ReactorResourceFactory resources;
    private final AddressResolverGroup<?> names;
    private final Limits limits;
    private final X509ExtendedTrustManager platform = ObservedCertificates.judge(Optional.empty());
    private final Set<String> users = ConcurrentHashMap.newKeySet();

    Checkup(ReactorResourceFactory resources, Limits limits) {
        this(resources, limits, EndpointNames.asked(resources.getLoopResources()));
    }

    /** @param names finds the addresses of names; closed with this */
    Checkup(ReactorResourceFactory resources, Limits limits, AddressResolverGroup<?> names) {
        this.resources = resources;
        this.limits = limits;
        this.names = names;
    }

    /**
     * Checks all of them.
     *
     * @param user who asks: one check at a time
     * @return one for each target, in their order, whatever came of it, after {@link #LONGEST} at the latest; fails with
     *     {@link Busy}. To cancel it closes all connections.
     */
    public Mono<List<Checked>> check(String user, Question question) {
        return Mono.using(() -> begin(user), begun -> all(question), users::remove);
    }

    @Override
    public void close() {
        names.close();
    }

    private String begin(String user) {
        synchronized (users) {
            if (users.contains(user)) {
                throw new Busy(true);
            }
            if (users.size() >= CHECKS) {
                throw new Busy(false);
            }
            users.add(user);
            return user;
        }
    }

    private Mono<List<Checked>> all(Question question) {
        long end = System.nanoTime() + LONGEST.toNanos();
        // In their order only in the end: one that is silent would hold up all behind it.
        return Flux.fromIterable(question.targets())
                .index()
                .flatMap(
                        numbered -> one(numbered.getT2(), question.path(), end)
                                .map(checked -> Tuples.of(numbered.getT1(), checked)),
                        AT_ONCE)
                .sort(Comparator.comparing(Tuple2::getT1))
                .map(Tuple2::getT2)
                .collectList();
    }

    // What TLS needs is made for each, which is not for event loops.
    private Mono<Checked> one(Question.Target target, Optional<String> path, long end) {
        return Mono.defer(() -> {
                    Duration left = Duration.ofNanos(end - System.nanoTime());
                    return left.isNegative() || left.isZero()
                            ? Mono.just(unasked(target, new Verdict.NotAsked()))
                            : valid(target, path, left);
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Mono<Checked> valid(Question.Target target, Optional<String> path, Duration left) {
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(target.url());
        } catch (IllegalArgumentException e) {
            return Mono.just(unasked(target, new Verdict.NotValid(String.valueOf(e.getMessage()))));
        }
        Optional<ObservedCertificates> certificates =
                endpoint.secure() ? Optional.of(new ObservedCertificates(judge(target.trust()))) : Optional.empty();
        Course course = new Course(endpoint, certificates, System::nanoTime);
        Mono<OptionalInt> asking = endpoint.webSocket()
                ? connect(endpoint, certificates, course)
                : get(endpoint, path, certificates, course);
        return Mono.firstWithSignal(asking, late(course))
                .timeout(left, Mono.error(DeadlinePassed::new), Schedulers.parallel())
                .map(status -> course.ended(target.url(), good(status, path), status))
                .onErrorResume(error ->
                        Mono.fromSupplier(() -> course.ended(target.url(), bad(error, course), OptionalInt.empty())));
    }

    private X509ExtendedTrustManager judge(Optional<Trust> trust) {
        return trust.isEmpty() ? platform : ObservedCertificates.judge(trust);
    }

    private Mono<OptionalInt> late(Course course) {
        return course.connected()
                .timeout(limits.connect(), Schedulers.parallel())
                .then(Mono.delay(limits.answer(), Schedulers.parallel()))
                .then(Mono.error(TimeoutException::new));
    }

    private Mono<OptionalInt> connect(Endpoint endpoint, Optional<ObservedCertificates> certificates, Course course) {
        TcpClient plain = TcpClient.newConnection()
                .runOn(resources.getLoopResources())
                .resolver(names)
                .resolvedAddressesSelector((config, addresses) -> course.found(addresses))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
                .doOnChannelInit((observer, channel, address) -> course.watch(channel));
        TcpClient client = certificates
                .map(seeing -> plain.secure(tls(seeing, TcpSslContextSpec.forClient())))
                .orElse(plain);
        return client.host(endpoint.hostWithoutBrackets())
                .port(endpoint.port())
                .connect()
                .doOnDiscard(Connection.class, DisposableChannel::dispose)
                .doOnNext(DisposableChannel::dispose)
                .map(connection -> OptionalInt.empty());
    }

    private Mono<OptionalInt> get(
            Endpoint endpoint, Optional<String> path, Optional<ObservedCertificates> certificates, Course course) {
        HttpClient plain = HttpClient.newConnection()
                .runOn(resources.getLoopResources())
                .resolver(names)
                .resolvedAddressesSelector((config, addresses) -> course.found(addresses))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis())
                .doOnChannelInit((observer, channel, address) -> course.watch(channel))
                .disableRetry(true)
                .followRedirect(false)
                .compress(false)
                .headers(headers -> headers.set(HttpHeaderNames.HOST, endpoint.authority())
                        .set(HttpHeaderNames.USER_AGENT, "understudy-check")
                        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE));
        HttpClient client = certificates
                .map(seeing -> plain.secure(tls(seeing, Http11SslContextSpec.forClient())))
                .orElse(plain);
        return client.get()
                .uri(endpoint + path.orElse(endpoint.basePath().isEmpty() ? "/" : ""))
                .responseConnection((response, connection) -> {
                    // The head says it all: whatever follows is not read.
                    connection.dispose();
                    return Mono.just(OptionalInt.of(response.status().code()));
                })
                .next();
    }

    // Of which each address has its share.
    private int connectMillis() {
        return (int) Math.min(Integer.MAX_VALUE, limits.connect().toMillis());
    }

    private static Consumer<SslProvider.SslContextSpec> tls(
            ObservedCertificates seeing, AbstractProtocolSslContextSpec<?> spec) {
        spec.configure(context -> context.trustManager(seeing));
        return tls -> tls.sslContext(spec).handlerConfigurator(ServerNames::compare);
    }

    private static Checked unasked(Question.Target target, Verdict verdict) {
        return new Checked(
                target.url(),
                verdict,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO);
    }

    private Verdict good(OptionalInt status, Optional<String> path) {
        if (status.isEmpty()) {
            return new Verdict.Connects();
        }
        int code = status.getAsInt();
        if (path.isPresent()) {
            return FailoverPolicy.Probe.isGood(code)
                    ? new Verdict.Answers()
                    : new Verdict.Reachable("status", "It answered with " + code + " (expected: 2xx or 3xx).");
        }
        return code < 500 && !limits.statuses().contains(code)
                ? new Verdict.Answers()
                : new Verdict.Reachable("status", "It answered with " + code + ".");
    }

    private Verdict bad(Throwable error, Course course) {
        boolean ended = error instanceof DeadlinePassed;
        if (course.isConnected()) {
            NoAnswer.Reason reason = ended ? NoAnswer.Reason.DEADLINE : Failures.answering(error);
            return new Verdict.Reachable(Outcome.word(new NoAnswer(reason)), Sentences.of(reason, limits));
        }
        NotSent.Reason reason = ended ? NotSent.Reason.DEADLINE : Failures.connecting(error);
        Attempt attempt = new NotSent(reason);
        String text = Sentences.of(reason, course.stage(), limits)
                + (reason == NotSent.Reason.CERTIFICATE
                        ? course.certificate()
                                .flatMap(Checked.Certificate::refusal)
                                .map(why -> " " + why)
                                .orElse("")
                        : "");
        return new Verdict.NotReachable(course.stage(), Outcome.word(attempt), text);
    }

    /** The whole check has no time left. */
    private static final class DeadlinePassed extends TimeoutException {

        private static final long serialVersionUID = 1;
    }
}
