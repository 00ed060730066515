package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.journal.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.WebsocketClientSpec;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * Carries a WebSocket between a caller and an endpoint. The caller is upgraded when the endpoint has accepted, and not
 * before: until then there is another endpoint to ask. When the gateway is about to end, both sides are told so.
 */
final class WebSockets implements SmartLifecycle {

    // When the drain is over, and before the listeners wait for what is in flight.
    private static final int PHASE = DEFAULT_PHASE - 512;

    private static final Duration PARTING = Duration.ofSeconds(1);

    private static final int FRAME_BYTES = 1 << 20;
    private static final String PROTOCOL = "Sec-WebSocket-Protocol";

    // Made anew for the endpoint's side of the handshake.
    private static final Set<String> OF_ONE_HANDSHAKE = Set.of(
            "sec-websocket-key",
            "sec-websocket-accept",
            "sec-websocket-version",
            "sec-websocket-extensions",
            "sec-websocket-protocol",
            "connection",
            "upgrade",
            "content-length",
            "transfer-encoding");

    /** One that is open. */
    private record Session(WebSocketSession caller, WebSocketSession endpoint, Sinks.Empty<Void> over) {

        // Only the endpoint's side: whoever carries the session closes the other one with the same status. Of two that
        // close one side, the second does not wait until the frame has left.
        Mono<Void> goAway() {
            return endpoint.close(CloseStatus.GOING_AWAY)
                    .onErrorComplete()
                    .then(over.asMono())
                    .timeout(PARTING)
                    .onErrorComplete();
        }
    }

    private final Set<Session> open = ConcurrentHashMap.newKeySet();
    private final EndpointClient client;
    private volatile boolean running;
    private final WebSocketService callers = new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy(() ->
            WebsocketServerSpec.builder().maxFramePayloadLength(FRAME_BYTES).handlePing(true)));

    WebSockets(EndpointClient client) {
        this.client = client;
    }

    /** Whether the caller asks to be upgraded (RFC 6455 §4.1). */
    static boolean isHandshake(ServerWebExchange exchange) {
        return "websocket".equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade());
    }

    /**
     * Asks an endpoint, once it has a place for the session.
     *
     * @param accepts called when the endpoint has accepted
     * @param progress is told how far it comes
     * @return empty when the session has ended; the endpoint's answer where it accepted no WebSocket; fails with {@link
     *     AttemptFailed} when none came
     */
    Mono<Answer> ask(
            ServerWebExchange exchange,
            EndpointGroup group,
            Failover.Ask ask,
            RequestHead head,
            Deadline deadline,
            Runnable accepts,
            Progress progress) {
        FailoverPolicy policy = group.policy();
        return EndpointClient.inAPlace(
                group,
                ask.member(),
                deadline,
                () -> ask(exchange, ask.member().endpoint(), policy, head, deadline, accepts, progress));
    }

    private Mono<Answer> ask(
            ServerWebExchange exchange,
            Endpoint endpoint,
            FailoverPolicy policy,
            RequestHead head,
            Deadline deadline,
            Runnable accepts,
            Progress progress) {
        return Mono.defer(() -> {
            Sinks.One<Answer> failure = Sinks.one();
            Transmission transmission = new Transmission(policy, deadline, progress, failure::tryEmitError);
            AtomicBoolean accepted = new AtomicBoolean();
            URI url = URI.create((endpoint.secure() ? "wss://" : "ws://") + endpoint.host() + ":" + endpoint.port()
                    + head.target(endpoint));
            Mono<Answer> session = client.forWebSocket(endpoint, policy)
                    .map(http ->
                            http.doOnRequest((request, connection) -> transmission.connected(connection.channel())))
                    .flatMap(http -> webSocketClient(http)
                            .execute(url, headers(head), handler(exchange, accepted, transmission, accepts)))
                    .then(Mono.<Answer>empty())
                    .onErrorResume(
                            WebSocketClientHandshakeException.class,
                            error -> refused(error, transmission.handshakeAnswer()));
            return Mono.firstWithSignal(
                            session, failure.asMono().doOnSubscribe(asked -> transmission.awaitsConnection()))
                    .contextWrite(context -> context.put(Progress.class, progress))
                    .onErrorMap(error -> !accepted.get(), error -> Outcomes.failure(error, transmission))
                    .doFinally(signal -> transmission.end());
        });
    }

    private static WebSocketClient webSocketClient(HttpClient http) {
        return new ReactorNettyWebSocketClient(
                http,
                () -> WebsocketClientSpec.builder()
                        .maxFramePayloadLength(FRAME_BYTES)
                        .handlePing(true));
    }

    private WebSocketHandler handler(
            ServerWebExchange exchange, AtomicBoolean accepted, Transmission transmission, Runnable accepts) {
        List<String> protocols = exchange.getRequest().getHeaders().getOrEmpty(PROTOCOL).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::strip)
                .toList();
        return new WebSocketHandler() {
            @Override
            public List<String> getSubProtocols() {
                return protocols;
            }

            @Override
            public Mono<Void> handle(WebSocketSession endpoint) {
                accepted.set(true);
                transmission.end();
                accepts.run();
                return upgradeCaller(exchange, endpoint);
            }
        };
    }

    private Mono<Void> upgradeCaller(ServerWebExchange exchange, WebSocketSession endpoint) {
        endpoint.getHandshakeInfo().getHeaders().forEach((name, values) -> {
            if (!OF_ONE_HANDSHAKE.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponse().getHeaders().addAll(name, values);
            }
        });
        exchange.getResponse().setStatusCode(HttpStatus.SWITCHING_PROTOCOLS);
        String protocol = endpoint.getHandshakeInfo().getSubProtocol();
        Sinks.Empty<Void> ended = Sinks.empty();
        WebSocketHandler session = new WebSocketHandler() {
            @Override
            public List<String> getSubProtocols() {
                return protocol == null ? List.of() : List.of(protocol);
            }

            @Override
            public Mono<Void> handle(WebSocketSession caller) {
                return carry(new Session(caller, endpoint, Sinks.empty()), Course.of(exchange))
                        .doFinally(signal -> ended.tryEmitEmpty());
            }
        };
        // The upgrade is over long before the session is.
        return callers.handleRequest(offering(protocol, exchange), session).then(ended.asMono());
    }

    // Spring looks for the one among those that the caller offers without regard to the spaces between them.
    private static ServerWebExchange offering(@Nullable String protocol, ServerWebExchange exchange) {
        return protocol == null
                ? exchange
                : exchange.mutate()
                        .request(request -> request.headers(headers -> headers.set(PROTOCOL, protocol)))
                        .build();
    }

    private Mono<Void> carry(Session session, Course course) {
        open.add(session);
        if (!running) {
            open.remove(session);
            return session.endpoint()
                    .close(CloseStatus.GOING_AWAY)
                    .onErrorComplete()
                    .then(Mono.defer(() -> session.caller().close(CloseStatus.GOING_AWAY)))
                    .timeout(PARTING)
                    .onErrorComplete()
                    .doFinally(signal -> session.over().tryEmitEmpty());
        }
        Closings closings = new Closings();
        Mono<Void> ofCaller = carry(
                session.caller(),
                status -> closings.close(session.endpoint(), sendable(status, CloseStatus.GOING_AWAY)),
                session.endpoint(),
                () -> course.ends(Ending.CALLER_LEFT));
        Mono<Void> ofEndpoint = carry(
                session.endpoint(),
                status -> closings.close(session.caller(), sendable(status, CloseStatus.SERVER_ERROR)),
                session.caller(),
                () -> course.ends(Ending.BROKEN_OFF));
        return Mono.firstWithSignal(ofCaller, ofEndpoint)
                .then(Mono.defer(closings::over))
                .doFinally(signal -> {
                    open.remove(session);
                    session.over().tryEmitEmpty();
                });
    }

    /**
     * The closings of both sides of a session. To close one side ends both ways at once; were the closing given up then, its
     * frame would be taken back before it has left, and that side see the connection break.
     */
    private static final class Closings {

        private final List<Mono<Void>> begun = new CopyOnWriteArrayList<>();

        Mono<Void> close(WebSocketSession side, CloseStatus status) {
            // What is cached cannot be cancelled.
            Mono<Void> closing = side.close(status).onErrorComplete().cache();
            // Before it begins: it may end the session within this call.
            begun.add(closing);
            closing.subscribe();
            return closing;
        }

        /** When the frames have left, or will not any more: a side that reads nothing holds up nobody. */
        Mono<Void> over() {
            return Mono.when(begun).timeout(PARTING).onErrorComplete();
        }
    }

    /**
     * Carries messages one way until that side ends, then closes the other with the same status. Each message is sent by
     * itself: one stream of all would be cancelled when the other side ends, and this one be closed without the status. That
     * the other side takes no more is not the end; why it does not is told by what comes the other way.
     *
     * @param close closes the other side, with the status that this one ended with
     * @param broken where this one ended without a word
     */
    private static Mono<Void> carry(
            WebSocketSession from, Function<CloseStatus, Mono<Void>> close, WebSocketSession to, Runnable broken) {
        return from.receive()
                .doOnNext(WebSocketMessage::retain)
                .concatMap(message -> send(message, to), 1)
                .doOnDiscard(WebSocketMessage.class, message -> DataBufferUtils.release(message.getPayload()))
                .onErrorComplete()
                .then(from.closeStatus().defaultIfEmpty(CloseStatus.NO_CLOSE_FRAME))
                .doOnNext(status -> {
                    if (status.getCode() == CloseStatus.NO_CLOSE_FRAME.getCode()) {
                        broken.run();
                    }
                })
                .flatMap(close);
    }

    private static Mono<Void> send(WebSocketMessage message, WebSocketSession to) {
        return to.send(Mono.fromSupplier(message::retain))
                .onErrorComplete()
                .doFinally(signal -> DataBufferUtils.release(message.getPayload()));
    }

    // Codes that stand for the lack of one must not be sent (RFC 6455 §7.4.1). A side that closed without any has ended
    // well.
    private static CloseStatus sendable(CloseStatus status, CloseStatus ifBroken) {
        return switch (status.getCode()) {
            case 1005 -> CloseStatus.NORMAL;
            case 1004, 1006, 1015 -> ifBroken;
            default -> status;
        };
    }

    private static HttpHeaders headers(RequestHead head) {
        HttpHeaders headers = new HttpHeaders();
        for (Map.Entry<String, String> header : head.headers()) {
            if (!OF_ONE_HANDSHAKE.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                headers.add(header.getKey(), header.getValue());
            }
        }
        return headers;
    }

    private static Mono<Answer> refused(WebSocketClientHandshakeException error, @Nullable HandshakeAnswer answer) {
        HttpResponse response = error.response();
        if (response == null || answer == null) {
            return Mono.error(new IOException("The connection ended before the handshake was answered", error));
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return Mono.error(error);
        }
        io.netty.handler.codec.http.HttpHeaders headers = response.headers().copy();
        OF_ONE_HANDSHAKE.forEach(headers::remove);
        if (answer.length() >= 0) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.length());
        }
        return Mono.just(new Answer(
                response.status().code(),
                headers,
                answer.body(),
                ByteBuf.class::cast,
                Disposables.disposed(),
                Answer.Hearing.NOBODY));
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    /** Tells both sides of each session that the gateway goes away (RFC 6455 §7.4.1). */
    @Override
    public void stop(Runnable callback) {
        running = false;
        Flux.fromIterable(open)
                .flatMap(Session::goAway)
                .doFinally(signal -> callback.run())
                .subscribe();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
