package dev.understudy.loopback;

import dev.understudy.listener.OwnListener;
import dev.understudy.loopback.Outcome.Answered;
import dev.understudy.loopback.Outcome.End;
import dev.understudy.loopback.Outcome.Reason;
import dev.understudy.loopback.Outcome.Unanswered;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.reactivestreams.Publisher;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Sends requests to the gateway's own traffic listener, each over a connection of its own and once: whatever holds for
 * callers holds for them. How many there are, and how much of an answer is taken and for how long, has bounds. Safe for use
 * by many threads; nothing here waits.
 */
public final class Loopback {

    /** Calls that are under way at once. */
    public static final int AT_ONCE = 8;

    /** How much of the body of an answer is taken. */
    public static final int BODY_BYTES = 64 << 10;

    /** How long the body of an answer is taken. */
    public static final Duration BODY_TIME = Duration.ofSeconds(10);

    private static final int CONNECT_MILLIS = 5_000;

    // More than the gateway lets through of an endpoint's.
    private static final int HEAD_BYTES = 1 << 20;

    private static final Set<String> NEED_A_LENGTH = Set.of("POST", "PUT", "PATCH");

    /** A call was not begun, as {@link #AT_ONCE} are under way. */
    public static final class Busy extends RuntimeException {

        private static final long serialVersionUID = 1;

        private Busy() {
            super(AT_ONCE + " are under way", null, false, false);
        }
    }

    private final BooleanSupplier open;
    private final Supplier<OwnListener.Way> listener;
    private final ReactorResourceFactory resources;
    private final Duration bodyTime;
    private final Semaphore places = new Semaphore(AT_ONCE);

    Loopback(Supplier<OwnListener.Way> listener, ReactorResourceFactory resources) {
        this(listener, resources, BODY_TIME);
    }

    /** @param bodyTime in the place of {@link #BODY_TIME} */
    Loopback(Supplier<OwnListener.Way> listener, ReactorResourceFactory resources, Duration bodyTime) {
        this(() -> true, listener, resources, bodyTime);
    }

    /** @param open whether there is a listener */
    Loopback(
            BooleanSupplier open,
            Supplier<OwnListener.Way> listener,
            ReactorResourceFactory resources,
            Duration bodyTime) {
        this.open = open;
        this.listener = listener;
        this.resources = resources;
        this.bodyTime = bodyTime;
    }

    /** Whether there is a listener to send to: a control plane has none. */
    public boolean isOpen() {
        return open.getAsBoolean();
    }

    /** @return what came of it, whatever that is; fails with {@link Busy}. To cancel it closes the connection. */
    public Mono<Outcome> send(Call call) {
        return Mono.using(
                this::enter,
                // What TLS needs is made for each, which is not for event loops.
                began -> Mono.defer(() -> send(call, listener.get(), began)).subscribeOn(Schedulers.boundedElastic()),
                began -> places.release());
    }

    private long enter() {
        if (!places.tryAcquire()) {
            throw new Busy();
        }
        return System.nanoTime();
    }

    private Mono<Outcome> send(Call call, OwnListener.Way way, long began) {
        AtomicBoolean head = new AtomicBoolean();
        return client(way)
                .request(HttpMethod.valueOf(call.method()))
                .uri(call.target())
                .send((request, outbound) -> send(call, request, outbound))
                .responseConnection((response, connection) -> {
                    head.set(true);
                    // At once: what is not read yet is gone when the connection is reset.
                    return answer(response, connection, began);
                })
                .next()
                .timeout(Mono.delay(call.patience(), Schedulers.parallel())
                        .flatMap(over -> head.get() ? Mono.never() : Mono.just(over)))
                .onErrorResume(
                        Loopback::isOfTheConnection, error -> Mono.just(new Unanswered(reason(error), since(began))));
    }

    private HttpClient client(OwnListener.Way way) {
        HttpClient plain = HttpClient.newConnection()
                .runOn(resources.getLoopResources())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .remoteAddress(way::address)
                .disableRetry(true)
                .followRedirect(false)
                .compress(false)
                .httpResponseDecoder(
                        decoder -> decoder.maxHeaderSize(HEAD_BYTES).maxInitialLineLength(HEAD_BYTES));
        return way.shows()
                .map(own -> plain.secure(tls -> tls.sslContext(
                        Http11SslContextSpec.forClient().configure(context -> context.trustManager(own)))))
                .orElse(plain);
    }

    private static Publisher<Void> send(Call call, HttpClientRequest request, NettyOutbound outbound) {
        HttpHeaders headers = request.requestHeaders();
        headers.clear();
        call.headers().forEach(header -> headers.add(header.name(), header.value()));
        headers.set(HttpHeaderNames.HOST, call.host());
        if (call.body().isPresent()) {
            byte[] body = call.body().get();
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            // As an object: as a body, Reactor Netty would lose that of a DELETE.
            return outbound.sendObject(Unpooled.wrappedBuffer(body));
        }
        if (NEED_A_LENGTH.contains(call.method())) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, 0);
        }
        return Mono.empty();
    }

    private Mono<Outcome> answer(HttpClientResponse response, Connection connection, long began) {
        Taken taken = new Taken();
        return connection
                .inbound()
                .receive()
                .asByteArray()
                .doOnComplete(() -> taken.end = End.WHOLE)
                .takeUntil(taken::isEnough)
                .takeUntilOther(Mono.delay(bodyTime, Schedulers.parallel()))
                .then()
                .onErrorResume(Loopback::isOfTheConnection, error -> Mono.fromRunnable(() -> taken.end = End.BROKEN))
                .then(Mono.<Outcome>fromSupplier(() -> new Answered(
                        response.status().code(),
                        response.responseHeaders().entries().stream()
                                .map(each -> new Header(each.getKey(), each.getValue()))
                                .toList(),
                        taken.bytes.toByteArray(),
                        taken.end,
                        since(began))))
                .doFinally(signal -> connection.dispose());
    }

    /** What has come of a body. Its time may be over on another thread than the one that it comes on. */
    private static final class Taken {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile End end = End.TOO_SLOW;

        boolean isEnough(byte[] next) {
            int room = BODY_BYTES - bytes.size();
            bytes.write(next, 0, Math.min(room, next.length));
            if (next.length > room) {
                end = End.TOO_LONG;
            }
            return next.length > room;
        }
    }

    private static boolean isOfTheConnection(Throwable error) {
        return error instanceof IOException || error instanceof TimeoutException || error instanceof CodecException;
    }

    private static Reason reason(Throwable error) {
        if (error instanceof TimeoutException) {
            return Reason.LATE;
        }
        if (error instanceof ConnectException) {
            return Reason.NOT_REACHED;
        }
        // An alert that comes when the handshake seems done is found by the codec.
        return error instanceof SSLException || error.getCause() instanceof SSLException ? Reason.TLS : Reason.CLOSED;
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
