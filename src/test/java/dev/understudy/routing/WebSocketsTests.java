package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Phase;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** WebSockets from a caller through the gateway to an endpoint. */
class WebSocketsTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private static DisposableServer endpoint;

    /** Keeps what came, as text. */
    private static final class Events implements WebSocket.Listener {

        final BlockingQueue<String> came = new LinkedBlockingQueue<>();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            came.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            came.add("closed " + code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            came.add("error");
        }

        @Nullable
        String next() throws InterruptedException {
            return came.poll(5, TimeUnit.SECONDS);
        }
    }

    private static final BlockingQueue<String> ENDPOINT_SAW = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        endpoint = HttpServer.create()
                .port(0)
                .route(routes -> routes.ws(
                        "/ws",
                        (in, out) -> {
                            in.receiveCloseStatus().subscribe(status -> ENDPOINT_SAW.add("closed " + status.code()));
                            return out.sendString(Flux.just("hello " + in.selectedSubprotocol()))
                                    .then(in.receive().asString().concatMap(text -> replied(text, in, out)));
                        },
                        WebsocketServerSpec.builder().protocols("b").build()))
                .bindNow();
    }

    private static Publisher<Void> replied(String text, WebsocketInbound in, WebsocketOutbound out) {
        if (text.equals("break")) {
            in.withConnection(connection -> connection.channel().unsafe().closeForcibly());
        }
        return switch (text) {
            case "bye" -> out.sendClose(4001, "done");
            case "leave" -> out.sendClose();
            default -> out.sendString(Mono.just(text)).then();
        };
    }

    @AfterAll
    static void close() {
        endpoint.disposeNow();
    }

    @Test
    void messagesGoBothWaysAndTheEndpointsCloseReachesTheCaller() throws Exception {
        String api = serve("ws://localhost:" + endpoint.port());
        Events events = new Events();

        WebSocket socket = connect(api, events);

        assertThat(socket.getSubprotocol()).isEqualTo("b");
        assertThat(events.next()).isEqualTo("hello b");
        socket.sendText("one", true).join();
        assertThat(events.next()).isEqualTo("one");
        socket.sendText("bye", true).join();
        assertThat(events.next()).isEqualTo("closed 4001 done");
    }

    @Test
    void anEndpointThatClosesWithoutACodeHasEndedWell() throws Exception {
        Events events = new Events();
        WebSocket socket = connect(serve("ws://localhost:" + endpoint.port()), events);
        assertThat(events.next()).isEqualTo("hello b");

        socket.sendText("leave", true).join();

        assertThat(events.next()).isEqualTo("closed 1000 ");
    }

    // Several times: the frame was lost where the two sides closed in an unlucky order.
    @RepeatedTest(5)
    void bothSidesAreToldThatTheGatewayGoesAway() throws Exception {
        GatewayProcess ending = new GatewayProcess(List.of());
        Events events = new Events();
        String api = ending.serve(List.of(GatewayProcess.operation(
                "GET /ws", GatewayProcess.failover(GatewayProcess.POLICY, "ws://localhost:" + endpoint.port()))));
        connect(ending.port(), api, events);
        assertThat(events.next()).isEqualTo("hello b");
        ENDPOINT_SAW.clear();

        long began = System.nanoTime();
        ending.close();

        assertThat(events.next()).isEqualTo("closed 1001 ");
        assertThat(ENDPOINT_SAW.poll(5, TimeUnit.SECONDS)).isEqualTo("closed 1001");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void theCallersCloseReachesTheEndpoint() throws Exception {
        ENDPOINT_SAW.clear();
        Events events = new Events();
        WebSocket socket = connect(serve("ws://localhost:" + endpoint.port()), events);
        assertThat(events.next()).isEqualTo("hello b");

        socket.sendClose(4002, "enough").join();

        assertThat(ENDPOINT_SAW.poll(5, TimeUnit.SECONDS)).isEqualTo("closed 4002");
        assertThat(events.next()).startsWith("closed 4002");
    }

    @Test
    void aCallerWhoseConnectionBreaksEndsTheEndpointsSession() throws Exception {
        Events events = new Events();
        WebSocket socket = connect(serve("ws://localhost:" + endpoint.port()), events);
        assertThat(events.next()).isEqualTo("hello b");
        ENDPOINT_SAW.clear();

        socket.abort();

        assertThat(ENDPOINT_SAW.poll(5, TimeUnit.SECONDS)).isEqualTo("closed 1001");
    }

    @Test
    void anEndpointWhoseConnectionBreaksEndsTheCallersSession() throws Exception {
        Events events = new Events();
        WebSocket socket = connect(serve("ws://localhost:" + endpoint.port()), events);
        assertThat(events.next()).isEqualTo("hello b");

        socket.sendText("break", true).join();

        assertThat(events.next()).isEqualTo("closed 1011 ");
    }

    @Test
    void theNextEndpointIsAskedUntilOneAccepts() throws Exception {
        try (RawEndpoint overloaded = RawEndpoint.answering(503, "full");
                RawEndpoint cutting = RawEndpoint.doing((request, connection) -> connection.close())) {
            String api = serve(
                    "ws://localhost:" + RawEndpoint.deadPort(),
                    overloaded.url().replace("http", "ws"),
                    cutting.url().replace("http", "ws"),
                    "ws://localhost:" + endpoint.port());
            Events events = new Events();

            connect(api, events).abort();

            assertThat(overloaded.requests()).hasSize(1);
            assertThat(cutting.requests()).hasSize(1);
        }
    }

    @Test
    void anEndpointThatRefusesIsHeard() throws Exception {
        try (RawEndpoint refusing = RawEndpoint.answering(403, "no")) {
            String api = serve(refusing.url().replace("http", "ws"));

            assertThatThrownBy(() -> connect(api, new Events()))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(403));
            assertThat(refusing.onlyRequest().all("Sec-WebSocket-Protocol").toString())
                    .contains("b");
        }
    }

    @Test
    void theBodyOfARefusalReachesTheCaller() throws Exception {
        for (int length : new int[] {0, 2, 20_000, HandshakeAnswer.MOST_KEPT}) {
            try (RawEndpoint refusing = RawEndpoint.answering(403, "n".repeat(length))) {
                RawMessage refusal = handshake(serve(refusing.url().replace("http", "ws")));

                assertThat(refusal.status()).isEqualTo(403);
                assertThat(refusal.text()).hasSize(length);
                assertThat(refusal.header("Content-Length")).hasValue(String.valueOf(length));
            }
        }
    }

    @Test
    void aRefusalInChunksReachesTheCallerWhole() throws Exception {
        try (RawEndpoint refusing = RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\nX-Why: so\r\n\r\n5\r\nfirst\r\n");
            connection.send("6\r\nsecond\r\n0\r\n\r\n");
        })) {
            RawMessage refusal = handshake(serve(refusing.url().replace("http", "ws")));

            assertThat(refusal.text()).isEqualTo("firstsecond");
            assertThat(refusal.header("X-Why")).hasValue("so");
        }
    }

    @Test
    void aRefusalThatIsLongerThanWhatIsKeptIsNotTakenForWhole() throws Exception {
        try (RawEndpoint refusing = RawEndpoint.answering(403, "n".repeat(HandshakeAnswer.MOST_KEPT + 1))) {
            RawMessage refusal = handshake(serve(refusing.url().replace("http", "ws")));

            assertThat(refusal.status()).isEqualTo(403);
            assertThat(refusal.complete()).isFalse();
        }
    }

    @Test
    void anEndpointThatAcceptsSomethingElseIsNotTakenForOneThatAccepts() throws Exception {
        try (RawEndpoint confused = RawEndpoint.doing(
                (request, connection) -> connection.send(
                        "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n"))) {
            RequestRecord record =
                    recordOf(serve(confused.url().replace("http", "ws"), "ws://localhost:" + RawEndpoint.deadPort()));

            assertThat(record.attempts()).extracting(AttemptRecord::word).containsExactly("garbage", "refused");
            assertThat(record.status()).isEqualTo(502);
        }
    }

    @Test
    void aSessionIsToldWithItsAttemptsAndHowItEnded() throws Exception {
        try (RawEndpoint closing = RawEndpoint.doing((request, connection) -> connection.close())) {
            String[] urls = {closing.url().replace("http", "ws"), "ws://localhost:" + endpoint.port()};

            RequestRecord whole = session(serve(urls), socket -> socket.sendText("bye", true));
            assertThat(whole.status()).isEqualTo(101);
            assertThat(whole.ending()).isEqualTo(Ending.WHOLE);
            assertThat(whole.attempts()).extracting(AttemptRecord::word).containsExactly("closed", "answered");
            assertThat(whole.attempts().get(1).outcome()).isEqualTo(new Attempt.Answered(101, Optional.empty()));
            assertThat(whole.attempts().get(1).next()).isEqualTo(Rule.ANSWER);
            assertThat(whole.attempts().get(1).reached()).isEqualTo(Phase.HEAD_RECEIVED);
            assertThat(whole.timeLeft()).isPresent();

            RequestRecord broken = session(serve(urls), socket -> socket.sendText("break", true));
            assertThat(broken.ending()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(broken.status()).isEqualTo(101);

            RequestRecord left = session(serve(urls), WebSocket::abort);
            assertThat(left.ending()).isEqualTo(Ending.CALLER_LEFT);
            assertThat(left.status()).isEqualTo(101);
        }
    }

    @Test
    void anAcceptanceTellsWhichEndpointGaveItWhereThatIsToBeTold() throws Exception {
        EndpointGroup group = GatewayProcess.failover(
                Policies.policy().exposeHeaders().build(),
                "ws://localhost:" + RawEndpoint.deadPort(),
                "ws://localhost:" + endpoint.port());
        String api = GATEWAY.serve(List.of(GatewayProcess.operation("GET /ws", group)));

        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            RawMessage accepted = caller.send(handshakeOf(api, "id-1")).read();

            assertThat(accepted.status()).isEqualTo(101);
            assertThat(accepted.header("X-Gateway-Endpoint")).hasValue("2");
            assertThat(accepted.header("X-Gateway-Attempts")).hasValue("2");
            assertThat(accepted.header("X-Request-Id")).hasValue("id-1");
        }
    }

    @Test
    void whereNoneIsReachedTheCallerIsNotUpgraded() {
        String api = serve("ws://localhost:" + RawEndpoint.deadPort());

        assertThatThrownBy(() -> connect(api, new Events()))
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(503));
    }

    @Test
    void anUpgradeIsDroppedWhereTheOperationIsNoWebSocket() throws Exception {
        try (RawEndpoint plain = RawEndpoint.answering(200, "plain")) {
            RawMessage answer = RawCaller.call(
                    GATEWAY.port(),
                    "GET " + GATEWAY.things(plain.url()) + "/thing HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("plain");
            assertThat(plain.onlyRequest().header("Upgrade")).isEmpty();
        }
    }

    private static String serve(String... urls) {
        EndpointGroup group = GatewayProcess.failover(GatewayProcess.POLICY, urls);
        return GATEWAY.serve(List.of(GatewayProcess.operation("GET /ws", group)));
    }

    private static WebSocket connect(String api, Events events) {
        return connect(GATEWAY.port(), api, events);
    }

    private static WebSocket connect(int port, String api, Events events) {
        return connect(port, api, events, UUID.randomUUID().toString());
    }

    private static WebSocket connect(int port, String api, Events events, String id) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("X-Request-Id", id)
                .subprotocols("a", "b")
                .connectTimeout(Duration.ofSeconds(5))
                .buildAsync(URI.create("ws://localhost:" + port + api + "/ws"), events)
                .join();
    }

    private static RequestRecord session(String api, Consumer<WebSocket> end) throws InterruptedException {
        String id = UUID.randomUUID().toString();
        Events events = new Events();
        WebSocket socket = connect(GATEWAY.port(), api, events, id);
        assertThat(events.next()).isEqualTo("hello b");
        end.accept(socket);
        return record(id);
    }

    private static RequestRecord recordOf(String api) throws IOException {
        String id = UUID.randomUUID().toString();
        RawCaller.call(GATEWAY.port(), handshakeOf(api, id));
        return record(id);
    }

    private static RequestRecord record(String id) {
        RecentRequests recent = GATEWAY.bean(RecentRequests.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> recent.find(id).isPresent());
        return recent.find(id).orElseThrow();
    }

    private static RawMessage handshake(String api) throws IOException {
        return RawCaller.call(GATEWAY.port(), handshakeOf(api, "handshake"));
    }

    private static String handshakeOf(String api, String id) {
        return "GET " + api + "/ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Request-Id: "
                + id + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    }
}
