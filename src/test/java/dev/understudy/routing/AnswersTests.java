package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What reaches a caller of an endpoint's answer, once its head has arrived. */
class AnswersTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello"
            })
    void anAnswerThatBreaksOffIsBrokenForTheCaller(String part) throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send(part);
            if (request.target().contains("reset")) {
                // Once the gateway has got the head.
                Awaitility.await().pollDelay(100, TimeUnit.MILLISECONDS).until(() -> true);
                connection.reset();
            } else {
                connection.close();
            }
        }));
        String api = GATEWAY.things(only.url());
        for (String how : List.of("reset", "close", "reset", "close")) {
            try (RawCaller caller = new RawCaller(GATEWAY.port())) {
                caller.send("GET " + api + "/thing?" + how + " HTTP/1.1\r\nHost: h\r\n\r\n");
                RawMessage answer = caller.read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.complete()).isFalse();
                assertThat(ended(caller)).isTrue();
            }
        }
    }

    @Test
    void aGarbledChunkBreaksTheAnswer() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing(
                (request, connection) -> connection.send(CHUNKED + "5\r\nhello\r\nzz\r\nhello\r\n0\r\n\r\n")));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(caller.read().complete()).isFalse();
            assertThat(ended(caller)).isTrue();
        }
    }

    @Test
    void silenceInTheMiddleOfABodyBreaksTheAnswer() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        opened(end::countDown);
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send(CHUNKED + "5\r\nhello\r\n");
            end.await();
        }));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            RawMessage answer = caller.read();
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(answer.complete()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked",
                "Content-Length: 8"
            })
    void eachPieceReachesTheCallerAsItComes(String head) throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        boolean chunked = head.contains("chunked");
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + (chunked ? "4\r\none\n\r\n" : "one\n"));
            if (!seen.await(1, TimeUnit.SECONDS)) {
                connection.close();
            }
            connection.send(chunked ? "4\r\ntwo\n\r\n0\r\n\r\n" : "two\n");
        }));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            readUntil(caller, "one\n");
            seen.countDown();
            readUntil(caller, "two\n");
        }
    }

    @Test
    void anEventStreamMayBeSilent() throws IOException {
        FailoverPolicy policy = Policies.policy()
                .connect(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(1))
                .idle(Duration.ofMillis(300))
                .statuses()
                .build();
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            Awaitility.await().pollDelay(900, TimeUnit.MILLISECONDS).until(() -> true);
            connection.send("4\r\none\n\r\n0\r\n\r\n");
        }));

        RawMessage answer = RawCaller.call(
                GATEWAY.port(), "GET " + GATEWAY.things(policy, only.url()) + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(answer.text()).isEqualTo("one\n");
        assertThat(answer.complete()).isTrue();
    }

    @Test
    void piecesOfARequestBodyReachTheEndpointAsTheyCome() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        java.net.ServerSocket server = opened(new java.net.ServerSocket(0));
        Thread endpoint = new Thread(() -> {
            try (java.net.Socket socket = server.accept()) {
                StringBuilder came = new StringBuilder();
                while (came.indexOf("two") < 0) {
                    came.append((char) socket.getInputStream().read());
                    if (came.indexOf("one") >= 0) {
                        seen.countDown();
                    }
                }
                socket.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes());
                socket.getOutputStream().flush();
            } catch (IOException e) {
                // The gateway hung up.
            }
        });
        endpoint.setDaemon(true);
        endpoint.start();
        String api = GATEWAY.things("http://localhost:" + server.getLocalPort());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\none");
            assertThat(seen.await(1, TimeUnit.SECONDS)).isTrue();
            caller.send("two");
            assertThat(caller.read().status()).isEqualTo(204);
        }
    }

    @Test
    void aCallerWhoStopsSendingIsLeft() throws Exception {
        RawEndpoint only = opened(RawEndpoint.answering(200, "ok"));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.socket().setSoTimeout(5_000);
            caller.send("POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\none");
            assertThat(ended(caller)).isTrue();
        }
    }

    @Test
    void anEndpointThatStopsReadingIsLeft() throws Exception {
        java.net.ServerSocket server = opened(new java.net.ServerSocket(0));
        CountDownLatch end = new CountDownLatch(1);
        opened(end::countDown);
        Thread endpoint = new Thread(() -> {
            try (java.net.Socket socket = server.accept()) {
                end.await();
            } catch (IOException | InterruptedException e) {
                // The test is over.
            }
        });
        endpoint.setDaemon(true);
        endpoint.start();
        String api = GATEWAY.things("http://localhost:" + server.getLocalPort());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.socket().setSoTimeout(6_000);
            caller.send("POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 100; i++) {
                        caller.send(new byte[1_000_000]);
                    }
                } catch (IOException e) {
                    // The gateway has answered, and closed.
                }
            });
            sender.setDaemon(true);
            sender.start();
            assertThat(caller.read().status()).isEqualTo(504);
        }
    }

    @Test
    void aCallerWhoStopsReadingIsLeftAndHoldsTheEndpointBackTillThen() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch cut = new CountDownLatch(1);
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send(CHUNKED);
            byte[] piece = new byte[65_536];
            try {
                while (true) {
                    connection.send("10000\r\n");
                    connection.socket().getOutputStream().write(piece);
                    connection.send("\r\n");
                    sent.addAndGet(piece.length);
                }
            } catch (IOException e) {
                cut.countDown();
            }
        }));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(cut.await(8, TimeUnit.SECONDS)).isTrue();
            assertThat(sent.get()).isLessThan(40_000_000L);
        }
    }

    @Test
    void headersGoThroughLessThoseOfTheConnection() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> connection.send("HTTP/1.1 299 Hm\r\n"
                + "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Encoding: gzip\r\nX-Own: caf\u00e9\r\n"
                + "Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\n"
                + "Trailer: X-T\r\nUpgrade: h2c\r\nWWW-Authenticate: Basic\r\nLocation: http://internal/x\r\n"
                + "Content-Length: 3\r\n\r\nzip")));

        RawMessage answer = get(GATEWAY.things(only.url()));

        assertThat(answer.status()).isEqualTo(299);
        assertThat(answer.headers())
                .containsExactlyInAnyOrder(
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Content-Encoding: gzip",
                        "X-Own: caf\u00e9",
                        "WWW-Authenticate: Basic",
                        "Location: http://internal/x",
                        "Content-Length: 3");
        assertThat(answer.text()).isEqualTo("zip");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 299, 404, 500, 600, 999})
    void anyStatusGoesThrough(int status) throws IOException {
        RawEndpoint only = opened(RawEndpoint.answering(status, "body"));

        RawMessage answer = get(GATEWAY.things(only.url()));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo("body");
    }

    @Test
    void answersWithoutABodyLeaveTheConnectionsFit() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            String line = request.firstLine();
            if (line.startsWith("HEAD")) {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            } else if (line.contains("204")) {
                connection.send("HTTP/1.1 204 No Content\r\n\r\n");
            } else if (line.contains("304")) {
                connection.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n");
            } else {
                connection.answer(200, "whole");
            }
        }));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            for (int i = 0; i < 3; i++) {
                caller.send("HEAD " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
                RawMessage head = RawMessage.read(caller.in(), true).orElseThrow();
                assertThat(head.status()).isEqualTo(200);
                assertThat(head.header("Content-Length")).contains("5");
                caller.send("GET " + api + "/thing?204 HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(caller.read().status()).isEqualTo(204);
                caller.send("GET " + api + "/thing?304 HTTP/1.1\r\nHost: h\r\n\r\n");
                RawMessage unchanged = caller.read();
                assertThat(unchanged.status()).isEqualTo(304);
                assertThat(unchanged.header("ETag")).contains("\"x\"");
                caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(caller.read().text()).isEqualTo("whole");
            }
        }
        assertThat(only.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsWhole() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.0 200 OK\r\n\r\nall of it");
            connection.close();
        }));

        RawMessage answer = get(GATEWAY.things(only.url()));

        assertThat(answer.text()).isEqualTo("all of it");
        assertThat(answer.complete()).isTrue();
    }

    @Test
    void aCallerWhoLeavesInTheMiddleOfAnAnswerEndsIt() throws Exception {
        CountDownLatch cut = new CountDownLatch(1);
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send(CHUNKED + "5\r\nhello\r\n");
            if (connection.socket().getInputStream().read() < 0) {
                cut.countDown();
            }
        }));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            readUntil(caller, "hello");
        }
        assertThat(cut.await(1, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAnswerHasTheBodyOfItsOwnRequestWhenManyArePipelined() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> connection.answer(200, request.target())));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                all.append("GET ").append(api).append("/thing?").append(i).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            caller.send(all.toString());
            for (int i = 0; i < 20; i++) {
                assertThat(caller.read().text()).isEqualTo("/thing?" + i);
            }
        }
    }

    private static RawMessage get(String api) throws IOException {
        return RawCaller.call(GATEWAY.port(), "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static void readUntil(RawCaller caller, String text) throws IOException {
        StringBuilder came = new StringBuilder();
        while (came.indexOf(text) < 0) {
            int next = caller.in().read();
            assertThat(next).as("end of stream after '%s'", came).isGreaterThanOrEqualTo(0);
            came.append((char) next);
        }
    }

    private static boolean ended(RawCaller caller) throws IOException {
        try {
            return caller.in().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }
}
