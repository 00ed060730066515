package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
        return text.equals("bye")
                ? out.sendClose(4001, "done")
                : out.sendString(Mono.just(text)).then();
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

        assertThat(events.next()).isEqualTo("closed 1001 ");
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
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("a", "b")
                .connectTimeout(Duration.ofSeconds(5))
                .buildAsync(URI.create("ws://localhost:" + GATEWAY.port() + api + "/ws"), events)
                .join();
    }
}
