package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyLimitTests {

    private static final int MOST = 200_000;
    private static final String CHUNKED = "POST /a/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static RawEndpoint first;
    private static RawEndpoint second;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        first = RawEndpoint.answering(200, "taken");
        second = RawEndpoint.answering(200, "taken by the second");
        String open = Documents.things(first.url(), second.url());
        String secured = Documents.things(first.url())
                .replace("basePath: /a", "basePath: /secured")
                .replace("disable-security: true", "disable-security: false");
        gateway = RunningGateway.serving(
                Map.of("a.yaml", open, "s.yaml", secured), "understudy.limits.max-body-size=" + MOST + "B");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        first.close();
        second.close();
    }

    @BeforeEach
    void forget() {
        first.requests().clear();
        second.requests().clear();
    }

    @AfterEach
    void nothingIsLeft() {
        await().until(() -> gateway.bean(InFlight.class).count() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyMayBeAsLongAsTheLimit(boolean tls) throws IOException {
        for (int length : new int[] {MOST - 1, MOST}) {
            try (RawCaller caller = caller(tls)) {
                caller.send(announced("/a/thing", length)).send(new byte[length]);
                assertThat(caller.read().text()).isEqualTo("taken");
                caller.send(CHUNKED).send(chunk(length - 10)).send(chunk(10)).send("0\r\n\r\n");
                assertThat(caller.read().text()).isEqualTo("taken");
            }
        }
        assertThat(first.requests())
                .extracting(request -> request.body().length)
                .containsExactly(MOST - 1, MOST - 1, MOST, MOST);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnnouncedLengthBeyondTheLimitIsRefusedBeforeAnythingElse(boolean tls) throws IOException {
        for (String path : new String[] {"/a/thing", "/secured/thing"}) {
            try (RawCaller caller = caller(tls)) {
                caller.send(announced(path, MOST + 1)).send(new byte[MOST + 1]);
                assertTooLarge(caller.read());
                caller.send("GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(caller.read().status()).isEqualTo(200);
            }
        }
        assertThat(first.requests()).noneMatch(request -> request.firstLine().startsWith("POST"));
    }

    @Test
    void theOperationIsLookedForFirst() throws IOException {
        assertThat(RawCaller.call(gateway.plainPort(), announced("/nowhere", MOST + 1))
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoAsksFirstIsNotToldToGoOn(boolean tls) throws IOException {
        try (RawCaller caller = caller(tls)) {
            caller.send(announced("/a/thing", MOST + 1).replace("Host", "Expect: 100-continue\r\nHost"));
            RawMessage answer = caller.read();
            assertTooLarge(answer);
            assertThat(answer.all("connection")).containsExactly("close");
            assertThat(caller.in().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyThatBecomesTooLongIsRefusedAndNoEndpointSeesAWholeOne(boolean tls) throws Exception {
        for (int round = 0; round < 5; round++) {
            try (RawCaller caller = caller(tls)) {
                caller.send(CHUNKED).send(chunk(MOST));
                caller.send(chunk(1)).send(chunk(MOST)).send("0\r\n\r\n");
                assertTooLarge(caller.read());
            }
        }
        await().until(() -> first.requests().size() == 5);
        assertThat(first.requests()).noneMatch(RawMessage::complete);
        assertThat(second.requests()).isEmpty();
    }

    /** By hand: a {@link RawEndpoint} reads a request to its end before it answers. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10", "Transfer-Encoding: chunked"})
    void aBodyThatBecomesTooLongOnceTheAnswerHasBegunBreaksTheAnswer(String framing) throws Exception {
        String begun = framing.endsWith("chunked") ? "5\r\nhello\r\n" : "hello";
        try (ServerSocket eager = new ServerSocket(0);
                RawCaller caller = new RawCaller(gateway.plainPort())) {
            eager.setSoTimeout(10_000);
            String document = Documents.things("http://localhost:" + eager.getLocalPort());
            String path = "/eager" + framing.length();
            gateway.write(framing.length() + ".yaml", document.replace("basePath: /a", "basePath: " + path));
            String options = "OPTIONS " + path + "/thing HTTP/1.1\r\nHost: h\r\n\r\n";
            await().until(() -> RawCaller.call(gateway.plainPort(), options).status() == 204);
            caller.send(CHUNKED.replace("/a/", path + "/")).send(chunk(10));
            try (Socket connection = eager.accept()) {
                connection.setSoTimeout(10_000);
                assertThat(connection.getInputStream().read()).isEqualTo('P');
                connection.getOutputStream().write(("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n" + begun).getBytes());
                assertThat(new String(caller.in().readNBytes(12))).isEqualTo("HTTP/1.1 200");
                long sent = System.nanoTime();
                caller.send(chunk(MOST));
                assertThat(new String(caller.in().readAllBytes())).endsWith("\r\n\r\n" + begun);
                assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(5));
                assertThat(textUntilTheEnd(connection)).doesNotContain("\r\n0\r\n\r\n");
            }
        }
    }

    private static String textUntilTheEnd(Socket connection) throws IOException {
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        try {
            connection.getInputStream().transferTo(got);
        } catch (SocketException reset) {
            // An end as good as the other.
        }
        return got.toString(StandardCharsets.ISO_8859_1);
    }

    private static RawCaller caller(boolean tls) throws IOException {
        return tls ? RawCaller.overTls(gateway.tlsPort()) : new RawCaller(gateway.plainPort());
    }

    private static String announced(String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static String chunk(int length) {
        return Integer.toHexString(length) + "\r\n" + "x".repeat(length) + "\r\n";
    }

    private static void assertTooLarge(RawMessage answer) {
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.header("content-type")).hasValue("application/problem+json");
        assertThat(answer.text()).contains("\"code\":\"413\"", "\"status\":413");
    }
}
