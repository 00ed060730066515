package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request when endpoints misbehave. */
class FailoverFilterTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "POST"})
    void anyMethodMovesOnFromAnEndpointThatRefuses(String method) throws IOException {
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things("http://localhost:" + RawEndpoint.deadPort(), second.url());

        RawMessage answer = call(method + " " + api + "/thing", "");

        assertThat(answer.text()).isEqualTo("second");
        assertThat(second.onlyRequest().firstLine()).isEqualTo(method + " /thing HTTP/1.1");
    }

    @Test
    void whereNothingWasSentAnywhereTheCallerIsToldSo() throws IOException {
        String api = GATEWAY.things(dead(), dead());

        assertProblem(call("POST " + api + "/thing", ""), 503, "102503");
    }

    @Test
    void anUnknownHostIsNotReached() throws IOException {
        String api = GATEWAY.things("http://nowhere.invalid:80");

        assertProblem(call("GET " + api + "/thing", ""), 503, "102503");
    }

    @Test
    void aBlackHoleIsLeftWithinTheConnectTimeout() throws IOException {
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api =
                GATEWAY.things("http://127.0.0.1:" + opened(new BlackHole()).port(), second.url());
        long began = System.nanoTime();

        RawMessage answer = call("POST " + api + "/thing", "");

        assertThat(answer.text()).isEqualTo("second");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(400L, 2_000L);
    }

    @Test
    void aPlainPeerBehindHttpsIsNotSentTheRequest() throws IOException {
        RawEndpoint plain = opened(RawEndpoint.answering(200, "plain"));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things("https://localhost:" + plain.port(), second.url());

        assertThat(call("POST " + api + "/thing", "").text()).isEqualTo("second");
    }

    @Test
    void aPeerThatNeverShakesHandsIsLeftWithinTheConnectTimeout() throws IOException {
        ServerSocket silent = opened(new ServerSocket(0));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things("https://localhost:" + silent.getLocalPort(), second.url());
        long began = System.nanoTime();

        assertThat(call("POST " + api + "/thing", "").text()).isEqualTo("second");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isLessThan(2_000L);
    }

    @Test
    void anUntrustedCertificateIsNotSentTheRequest() throws IOException {
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things("https://localhost:" + GATEWAY.property("local.server.port"), second.url());

        assertThat(call("POST " + api + "/thing", "").text()).isEqualTo("second");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 abc\r\n\r\n",
                "hello\r\n\r\n",
                "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nX: %LONG%\r\nContent-Length: 0\r\n\r\n"
            })
    void whatIsNoHttpMovesAnIdempotentRequestOnAndEndsAnother(String garbage) throws IOException {
        RawEndpoint first = opened(RawEndpoint.doing(
                (request, connection) -> connection.send(garbage.replace("%LONG%", "x".repeat(100_000)))));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("GET " + api + "/thing", "").text()).isEqualTo("second");
        assertProblem(call("POST " + api + "/thing", ""), 502, "102510");
        assertThat(first.connections()).isEqualTo(2);
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void closedBeforeTheHeadMovesAnIdempotentRequestOnAndEndsAnother() throws IOException {
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> connection.close()));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("DELETE " + api + "/thing", "").text()).isEqualTo("second");
        assertProblem(call("POST " + api + "/thing", ""), 502, "102510");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void resetBeforeTheHeadMovesAnIdempotentRequestOnAndEndsAnother() throws IOException {
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> connection.reset()));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("PUT " + api + "/thing", "").text()).isEqualTo("second");
        assertProblem(call("POST " + api + "/thing", ""), 502, "102510");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void closedInTheMiddleOfTheHeadIsNoAnswer() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Le");
            connection.close();
        }));

        assertProblem(call("GET " + GATEWAY.things(only.url()) + "/thing", ""), 502, "102510");
    }

    @Test
    void silenceMovesAnIdempotentRequestOnAndEndsAnother() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        opened(end::countDown);
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> end.await()));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("GET " + api + "/thing", "").text()).isEqualTo("second");
        assertProblem(call("POST " + api + "/thing", ""), 504, "102504");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void theResponseTimeoutRunsFromTheRequestSentWhole() throws IOException {
        RawEndpoint only = opened(RawEndpoint.answering(200, "done"));
        String api = GATEWAY.things(only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("PUT " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                Awaitility.await().pollDelay(300, TimeUnit.MILLISECONDS).until(() -> true);
                caller.send("x");
            }
            assertThat(caller.read().text()).isEqualTo("done");
        }
        assertThat(only.onlyRequest().text()).isEqualTo("xxxx");
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504})
    void theseStatusesMoveAnIdempotentRequestOnAndAreAnothersAnswer(int status) throws IOException {
        RawEndpoint first = opened(RawEndpoint.answering(status, "first"));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("GET " + api + "/thing", "").text()).isEqualTo("second");
        RawMessage posted = call("POST " + api + "/thing", "");
        assertThat(posted.status()).isEqualTo(status);
        assertThat(posted.text()).isEqualTo("first");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void theLastEndpointsOwnAnswerGoesThrough() throws IOException {
        RawEndpoint first = opened(RawEndpoint.answering(503, "first"));
        RawEndpoint second = opened(RawEndpoint.answering(503, "second"));

        RawMessage answer = call("GET " + GATEWAY.things(first.url(), second.url()) + "/thing", "");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text()).isEqualTo("second");
    }

    @Test
    void aBodyThatStreamsGoesWholeToTheNextEndpointWhenTheFirstRefuses() throws IOException {
        byte[] body = new byte[1 << 20];
        new Random(7).nextBytes(body);
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(dead(), second.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int at = 0; at < body.length; at += 4096) {
                caller.send("1000\r\n")
                        .send(java.util.Arrays.copyOfRange(body, at, at + 4096))
                        .send("\r\n");
            }
            caller.send("0\r\n\r\n");
            assertThat(caller.read().text()).isEqualTo("second");
        }
        assertThat(second.onlyRequest().body()).isEqualTo(body);
    }

    @Test
    void aBodyThatIsKeptGoesWholeToTheNextEndpoint() throws IOException {
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> connection.reset()));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(first.url(), second.url());

        assertThat(call("PUT " + api + "/thing", "body").text()).isEqualTo("second");
        assertThat(second.onlyRequest().text()).isEqualTo("body");
        assertProblem(call("POST " + api + "/thing", "body"), 502, "102510");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void aBodyThatIsLongerThanWhatIsKeptIsSentOnce() throws IOException {
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> connection.reset()));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(Policies.policy().replayLimit(100).build(), first.url(), second.url());

        assertThat(call("PUT " + api + "/thing", "x".repeat(100)).text()).isEqualTo("second");
        assertProblem(call("PUT " + api + "/thing", "x".repeat(101)), 502, "102510");
        assertThat(second.requests()).hasSize(1);
    }

    @Test
    void anIdempotencyKeyMakesAPostRepeatableWhereTheListTrustsIt() throws IOException {
        RawEndpoint first = opened(RawEndpoint.answering(503, "first"));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String trusting = GATEWAY.things(Policies.policy().trustIdempotencyKey().build(), first.url(), second.url());
        String request = "/thing HTTP/1.1\r\nHost: h\r\nIdempotency-Key: 1\r\nContent-Length: 4\r\n\r\nbody";

        assertThat(RawCaller.call(GATEWAY.port(), "POST " + trusting + request).text())
                .isEqualTo("second");
        assertThat(second.onlyRequest().text()).isEqualTo("body");
        assertThat(call("POST " + trusting + "/thing", "").text()).isEqualTo("first");
        String other = GATEWAY.things(first.url(), second.url());
        assertThat(RawCaller.call(GATEWAY.port(), "POST " + other + request).text())
                .isEqualTo("first");
    }

    @Test
    void theSameEndpointIsAskedAgainAfterTheStatusesOfTheList() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) ->
                connection.answer(asked.incrementAndGet() % 3 == 0 ? 200 : 500, String.valueOf(asked.get()))));
        String api =
                GATEWAY.things(Policies.policy().repeats(2, 500).exposeHeaders().build(), first.url());

        RawMessage answer = call("PUT " + api + "/thing", "body");
        assertThat(answer.text()).isEqualTo("3");
        assertThat(answer.header("X-Gateway-Attempts")).contains("3");
        assertThat(first.requests()).extracting(RawMessage::text).containsExactly("body", "body", "body");
        assertThat(call("POST " + api + "/thing", "").status()).isEqualTo(500);
    }

    @Test
    void theDeadlineIsThatOfAllAttemptsTogether() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        opened(end::countDown);
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> end.await()));
        RawEndpoint second = opened(RawEndpoint.doing((request, connection) -> end.await()));
        RawEndpoint third = opened(RawEndpoint.answering(200, "third"));
        String api = GATEWAY.things(
                Policies.policy()
                        .response(Duration.ofMillis(400))
                        .deadline(Duration.ofMillis(700))
                        .build(),
                first.url(),
                second.url(),
                third.url());
        long began = System.nanoTime();

        assertProblem(call("PUT " + api + "/thing", "body"), 504, "102504");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(690L, 1_000L);
        assertThat(third.requests()).isEmpty();
    }

    @Test
    void theDeadlineStandsStillWhileTheCallerIsSending() throws IOException {
        RawEndpoint only = opened(RawEndpoint.answering(200, "done"));
        String api = GATEWAY.things(
                Policies.policy().deadline(Duration.ofMillis(400)).build(), only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("PUT " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                Awaitility.await().pollDelay(200, TimeUnit.MILLISECONDS).until(() -> true);
                caller.send("x");
            }
            assertThat(caller.read().text()).isEqualTo("done");
        }
    }

    @Test
    void noMoreIsAskedOfAnEndpointAtOnceThanItsListAllows() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        RawEndpoint first = opened(RawEndpoint.doing((request, connection) -> {
            end.await();
            connection.answer(200, "first");
        }));
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String api = GATEWAY.things(
                Policies.policy()
                        .connect(Duration.ofMillis(300))
                        .capacity(1, 10, 1)
                        .build(),
                first.url(),
                second.url());
        try (RawCaller inside = new RawCaller(GATEWAY.port())) {
            inside.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            Awaitility.await().until(() -> first.requests().size() == 1);
            long began = System.nanoTime();
            assertThat(call("POST " + api + "/thing", "").text()).isEqualTo("second");
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(290L, 800L);
            end.countDown();
            assertThat(inside.read().text()).isEqualTo("first");
        }
        assertThat(call("POST " + api + "/thing", "").text()).isEqualTo("first");
    }

    @Test
    void whoMayKnowIsToldTheIdAndTheEndpointAndNotThoseOfTheEndpointItself() throws IOException {
        RawEndpoint gatewayItself = opened(RawEndpoint.doing((request, connection) -> connection.send(
                "HTTP/1.1 200 OK\r\nX-Request-Id: its-own\r\nX-Gateway-Endpoint: 7\r\nContent-Length: 0\r\n\r\n")));
        String api = GATEWAY.things(Policies.policy().exposeHeaders().build(), dead(), gatewayItself.url());

        RawMessage answer = call("GET " + api + "/thing", "");

        assertThat(answer.all("X-Request-Id"))
                .containsExactly(
                        gatewayItself.onlyRequest().header("X-Request-Id").orElseThrow());
        assertThat(answer.all("X-Gateway-Endpoint")).containsExactly("2");
        assertThat(answer.all("X-Gateway-Attempts")).containsExactly("2");
        RawMessage unreached =
                call("GET " + GATEWAY.things(Policies.policy().exposeHeaders().build(), dead()) + "/thing", "");
        assertThat(unreached.status()).isEqualTo(503);
        assertThat(unreached.header("X-Request-Id")).isPresent();
    }

    @Test
    void whoExpectsToBeToldToGoOnIsToldWhenAConnectionStands() throws IOException {
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            String head = "/thing HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
            caller.send("POST " + GATEWAY.things(dead(), second.url()) + head);
            assertThat(caller.read().status()).isEqualTo(100);
            caller.send("body");
            assertThat(caller.read().text()).isEqualTo("second");
        }
        assertThat(second.onlyRequest().header("Expect")).isEmpty();
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("POST " + GATEWAY.things(dead())
                    + "/thing HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
            assertProblem(caller.read(), 503, "102503");
        }
    }

    @Test
    void anEndpointThatAnswersBeforeItHasReadTheBodyIsHeard() throws Exception {
        ServerSocket server = opened(new ServerSocket(0));
        Thread endpoint = new Thread(() -> answerEarly(server));
        endpoint.setDaemon(true);
        endpoint.start();
        String api = GATEWAY.things("http://localhost:" + server.getLocalPort());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
            caller.send(new byte[50_000]);
            RawMessage answer = caller.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.text()).isEqualTo("too large");
            assertThat(answer.complete()).isTrue();
        }
    }

    private static void answerEarly(ServerSocket server) {
        try (Socket socket = server.accept()) {
            socket.getInputStream().readNBytes(40);
            socket.getOutputStream()
                    .write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large"
                            .getBytes());
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (IOException e) {
            // The gateway hung up.
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints"})
    void theFinalAnswerReachesTheCallerAfterInterimOnes(String interim) throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 " + interim + "\r\nLink: </x>\r\n\r\nHTTP/1.1 " + interim + "\r\n\r\n");
            connection.answer(200, "final");
        }));
        String api = GATEWAY.things(only.url());

        for (int i = 0; i < 3; i++) {
            RawMessage answer = call("POST " + api + "/thing", "body");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("final");
        }
    }

    @Test
    void aConnectionThatTheEndpointClosedWhileItWaitedIsReplacedForEveryMethod() throws IOException {
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            connection.answer(200, "ok");
            connection.close();
        }));
        String api = GATEWAY.things(only.url());

        for (int i = 0; i < 200; i++) {
            // Half of the time the close is seen before the next request, half of the time it is not.
            RawMessage answer = call((i % 2 == 0 ? "GET " : "PUT ") + api + "/thing", "");
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionThatIsClosedAtItsSecondRequestCostsAnIdempotentRequestNothing() throws IOException {
        RawEndpoint first = opened(closingAtTheSecondRequest());
        RawEndpoint second = opened(RawEndpoint.answering(200, "second"));
        String alone = GATEWAY.things(first.url());
        String two = GATEWAY.things(first.url(), second.url());

        assertThat(call("GET " + alone + "/thing", "").text()).isEqualTo("first");
        assertThat(call("GET " + alone + "/thing", "").text()).isEqualTo("first");
        assertThat(call("GET " + two + "/thing", "").text()).isEqualTo("first");
        assertThat(call("GET " + two + "/thing", "").text()).isEqualTo("second");
    }

    private static RawEndpoint closingAtTheSecondRequest() {
        java.util.Set<Integer> served = java.util.concurrent.ConcurrentHashMap.newKeySet();
        return RawEndpoint.doing((request, connection) -> {
            if (served.add(connection.number())) {
                connection.answer(200, "first");
            } else {
                connection.close();
            }
        });
    }

    @Test
    void anAnswerThatComesTooLateReachesNobody() throws IOException {
        CountDownLatch late = new CountDownLatch(1);
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            if (connection.number() == 1) {
                late.await();
                connection.answer(200, "late");
            } else {
                connection.answer(200, "fresh");
            }
        }));
        String api = GATEWAY.things(only.url());

        assertProblem(call("GET " + api + "/thing", ""), 504, "102504");
        late.countDown();
        for (int i = 0; i < 5; i++) {
            assertThat(call("GET " + api + "/thing", "").text()).isEqualTo("fresh");
        }
    }

    @Test
    void aCallerWhoLeavesEndsTheEndpointsRequest() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        RawEndpoint only = opened(RawEndpoint.doing((request, connection) -> {
            if (connection.socket().getInputStream().read() < 0) {
                left.countDown();
            }
        }));
        String api = GATEWAY.things(
                Policies.policy()
                        .connect(java.time.Duration.ofSeconds(1))
                        .response(java.time.Duration.ofSeconds(30))
                        .idle(java.time.Duration.ofSeconds(30))
                        .statuses()
                        .build(),
                only.url());
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            Awaitility.await().until(() -> only.requests().size() == 1);
        }
        assertThat(left.await(2, TimeUnit.SECONDS)).isTrue();
    }

    // A port whose queue of waiting connections is full: whatever comes then is dropped.
    private static String dead() {
        return "http://localhost:" + RawEndpoint.deadPort();
    }

    private static RawMessage call(String methodAndTarget, String body) throws IOException {
        return RawCaller.call(
                GATEWAY.port(),
                methodAndTarget + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static void assertProblem(RawMessage answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"").doesNotContain("localhost", "127.0.0.1");
    }

    private <T extends AutoCloseable> T opened(T one) {
        opened.add(one);
        return one;
    }
}
