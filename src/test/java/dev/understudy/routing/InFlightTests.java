package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class InFlightTests {

    private static final int MOST = 4;
    private static final String GET = "GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Semaphore RELEASED = new Semaphore(0);

    private static RawEndpoint endpoint;
    private static RunningGateway gateway;

    private final List<RawCaller> waiting = new ArrayList<>();

    @BeforeAll
    static void start() {
        endpoint = RawEndpoint.doing((request, connection) -> {
            if (request.header("sec-websocket-key").isPresent()) {
                connection.acceptWebSocket(request);
                return;
            }
            RELEASED.acquire();
            connection.answer(200, "fine");
        });
        String paths = """
                /thing:
                  get: {responses: {'200': {description: OK}}}
                /socket:
                  get: {x-understudy-websocket: true, responses: {'101': {description: OK}}}
                /dead:
                  x-wso2-production-endpoints: {urls: ['http://localhost:%d'], type: failover}
                  get: {responses: {'200': {description: OK}}}
                """.formatted(RawEndpoint.deadPort());
        String document = Documents.failover("", paths, endpoint.url()).replace("800ms", "20s");
        gateway = RunningGateway.serving(Map.of("a.yaml", document), "understudy.limits.max-in-flight=" + MOST);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        endpoint.close();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        RELEASED.release(waiting.size());
        for (RawCaller caller : waiting) {
            caller.close();
        }
        await().until(() -> inFlight() == 0);
        RELEASED.drainPermits();
    }

    @Test
    void asManyAsTheLimitAreServedOverBothListenersTogetherAndOneMoreIsNot() throws IOException {
        fill();
        for (RawCaller caller : List.of(plain(), tls())) {
            try (caller) {
                RawMessage answer = caller.send(GET).read();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.text()).contains("\"code\":\"102505\"");
                assertThat(answer.all("retry-after")).containsExactly("1");
                for (String own : List.of("/health", "/ready")) {
                    caller.send("GET " + own + " HTTP/1.1\r\nHost: h\r\n\r\n");
                    assertThat(caller.read().status()).isEqualTo(200);
                }
            }
        }
        assertThat(inFlight()).isEqualTo(MOST);
        RELEASED.release(MOST);
        for (RawCaller caller : waiting) {
            assertThat(caller.read().text()).isEqualTo("fine");
        }
        RELEASED.release();
        assertThat(RawCaller.call(gateway.plainPort(), GET).status()).isEqualTo(200);
    }

    @Test
    void callersWhoLeaveAreNotCountedAnyMore() throws IOException {
        fill();
        for (RawCaller caller : waiting) {
            caller.close();
        }
        await().until(() -> inFlight() == 0);
    }

    @Test
    void whatIsRefusedOrFailsIsNotCountedAnyMore() throws IOException {
        for (int i = 0; i < MOST + 1; i++) {
            assertThat(status("GET /nowhere")).isEqualTo(404);
            assertThat(status("DELETE /a/thing")).isEqualTo(405);
            assertThat(status("GET /a/dead")).isEqualTo(503);
            assertThat(status("GET /%zz")).isEqualTo(400);
            await().until(() -> inFlight() == 0);
        }
    }

    @Test
    void aWebSocketIsCountedUntilEitherSideEndsIt() throws Exception {
        RawCaller leaving = upgraded();
        try (RawCaller left = upgraded()) {
            assertThat(inFlight()).isEqualTo(2);
            leaving.close();
            await().until(() -> inFlight() == 1);
            endpoint.die();
            endpoint.revive();
            await().until(() -> inFlight() == 0);
        }
    }

    private static RawCaller upgraded() throws IOException {
        RawCaller caller = plain().send("GET /a/socket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertThat(caller.read().status()).isEqualTo(101);
        return caller;
    }

    private void fill() throws IOException {
        for (int i = 0; i < MOST; i++) {
            waiting.add((i % 2 == 0 ? plain() : tls()).send(GET));
        }
        await().until(() -> inFlight() == MOST);
    }

    private static int inFlight() {
        return gateway.bean(InFlight.class).count();
    }

    private static int status(String request) throws IOException {
        return RawCaller.call(gateway.plainPort(), request + " HTTP/1.1\r\nHost: h\r\n\r\n")
                .status();
    }

    private static RawCaller plain() throws IOException {
        return new RawCaller(gateway.plainPort());
    }

    private static RawCaller tls() throws IOException {
        return RawCaller.overTls(gateway.tlsPort());
    }
}
