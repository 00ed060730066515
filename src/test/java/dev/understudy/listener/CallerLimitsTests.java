package dev.understudy.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one caller may take of a listener, over real connections. */
class CallerLimitsTests {

    private static final int HEADER_BYTES = 2048;
    private static final int LINE_BYTES = 512;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);

    private static RawEndpoint endpoint;
    private static RunningGateway gateway;

    enum Listener {
        PLAIN,
        TLS,
        ADMIN;

        RawCaller caller() throws IOException {
            return switch (this) {
                case PLAIN -> new RawCaller(gateway.plainPort());
                case TLS -> RawCaller.overTls(gateway.tlsPort());
                case ADMIN -> RawCaller.overTls(gateway.adminPort());
            };
        }

        String path() {
            return this == ADMIN ? "/actuator/health" : "/a/thing";
        }
    }

    @BeforeAll
    static void start() {
        endpoint = RawEndpoint.answering(200, "fine");
        gateway = RunningGateway.serving(
                Map.of("a.yaml", Documents.things(endpoint.url())),
                "understudy.limits.max-header-size=" + HEADER_BYTES + "B",
                "understudy.limits.max-request-line=" + LINE_BYTES + "B",
                "understudy.limits.header-timeout=" + HEAD_TIMEOUT.toMillis() + "ms",
                // Has no say beside the limit of the gateway.
                "server.max-http-request-header-size=100B");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        endpoint.close();
    }

    @ParameterizedTest
    @EnumSource
    void headerLinesTogetherMayBeAsLongAsTheLimitAndNoLonger(Listener listener) throws IOException {
        assertThat(answer(listener, headed(listener, HEADER_BYTES - 1)).status())
                .isEqualTo(200);
        assertThat(answer(listener, headed(listener, HEADER_BYTES)).status()).isEqualTo(200);
        assertRefused(listener, headed(listener, HEADER_BYTES + 1), 431);
        assertRefused(listener, headed(listener, 4 << 20), 431);
        assertServed(listener);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestLineMayBeAsLongAsTheLimitAndNoLonger(Listener listener) throws IOException {
        assertThat(answer(listener, lined(listener, LINE_BYTES - 1)).status()).isEqualTo(200);
        assertThat(answer(listener, lined(listener, LINE_BYTES)).status()).isEqualTo(200);
        assertRefused(listener, lined(listener, LINE_BYTES + 1), 414);
        assertRefused(listener, lined(listener, 4 << 20), 414);
        assertServed(listener);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestMayHaveAsManyHeaderLinesAsTheLimitAndNoMore(Listener listener) throws IOException {
        String most = "A: b\r\n".repeat(CallerGuard.HEADER_LINES - 1);
        assertThat(answer(listener, get(listener, most)).status()).isEqualTo(200);
        assertRefused(listener, get(listener, most + "A: b\r\n"), 431);
        assertServed(listener);
    }

    @ParameterizedTest
    @EnumSource
    void aHeadThatDoesNotComeWholeInTimeIsAnswered408AndTheConnectionEnds(Listener listener) throws Exception {
        try (RawCaller caller = listener.caller()) {
            long begun = System.nanoTime();
            caller.send("GET " + listener.path() + " HTTP/1.1\r\nHo");
            assertTimedOut(caller, begun);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentConnectionIsClosedWithoutAnAnswer(Listener listener) throws Exception {
        long begun = System.nanoTime();
        try (RawCaller caller = listener.caller()) {
            assertThat(caller.in().read()).isEqualTo(-1);
            assertThat(since(begun)).isBetween(HEAD_TIMEOUT.dividedBy(2), HEAD_TIMEOUT.plusSeconds(2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeptConnectionHasTheTimeForEachHeadFromItsFirstByte(Listener listener) throws Exception {
        try (RawCaller caller = listener.caller()) {
            // Far longer than the limit in all, and idle for longer than the limit in between.
            for (int i = 0; i < 3; i++) {
                assertThat(caller.send(get(listener, "")).read().status()).isEqualTo(200);
                waitFor(HEAD_TIMEOUT.plusMillis(200));
            }
            long begun = System.nanoTime();
            caller.send("G");
            assertTimedOut(caller, begun);
        }
    }

    @Test
    void fiveHundredCallersWhoDribbleAreClosedInTimeWhileAnotherIsServed() throws Exception {
        List<RawCaller> dribbling = new ArrayList<>();
        try (RawCaller good = Listener.PLAIN.caller()) {
            long begun = System.nanoTime();
            for (int i = 0; i < 500; i++) {
                dribbling.add(new RawCaller(gateway.plainPort()).send("G"));
            }
            while (since(begun).compareTo(HEAD_TIMEOUT.plusSeconds(1)) < 0) {
                assertThat(good.send(get(Listener.PLAIN, "")).read().status()).isEqualTo(200);
                for (RawCaller caller : dribbling) {
                    try {
                        caller.send("x");
                    } catch (SocketException closed) {
                        // That is what is waited for.
                    }
                }
            }
            for (RawCaller caller : dribbling) {
                caller.socket().setSoTimeout(3_000);
                assertThat(caller.read().status()).isEqualTo(408);
                assertThat(caller.in().read()).isEqualTo(-1);
            }
        } finally {
            for (RawCaller caller : dribbling) {
                caller.close();
            }
        }
    }

    @Test
    void theNextHeadHasNoTimeLimitWhileTheRequestBeforeItIsServed() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (RawEndpoint slow = RawEndpoint.doing((request, connection) -> {
                    release.await();
                    connection.answer(200, "late");
                });
                RunningGateway patient = RunningGateway.serving(
                        Map.of("a.yaml", Documents.things(slow.url()).replace("800ms", "20s")),
                        "understudy.limits.header-timeout=300ms");
                RawCaller caller = new RawCaller(patient.plainPort())) {
            caller.send("GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            caller.send("GET /a/thing HTTP/1.1\r\nHo");
            CompletableFuture<RawMessage> first = CompletableFuture.supplyAsync(() -> read(caller));
            waitFor(Duration.ofSeconds(1));
            assertThat(first).isNotDone();
            release.countDown();
            assertThat(first.join().text()).isEqualTo("late");
            caller.send("st: h\r\n\r\n");
            assertThat(caller.read().text()).isEqualTo("late");
            caller.send("GET /a/thing HTTP/1.1\r\nHo");
            assertThat(caller.read().status()).isEqualTo(408);
        }
    }

    @Test
    void requestsInOneBurstAreAllAnsweredAndTheConnectionGoesOn() throws Exception {
        try (RawCaller caller = Listener.PLAIN.caller()) {
            String refused = "POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
            for (int round = 0; round < 3; round++) {
                caller.send((refused + get(Listener.PLAIN, "")).repeat(5));
                for (int i = 0; i < 5; i++) {
                    assertThat(caller.read().status()).isEqualTo(404);
                    assertThat(caller.read().status()).isEqualTo(200);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS"})
    void anEarlyAnswerReachesACallerWhoIsStillSending(Listener listener) throws Exception {
        int length = CallerGuard.DRAIN_BYTES / 2;
        for (int round = 0; round < 3; round++) {
            try (RawCaller caller = listener.caller()) {
                caller.send("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n");
                caller.send(new byte[length]);
                assertThat(caller.read().text()).contains("\"code\":\"404\"");
                assertThat(caller.send(get(listener, "")).read().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS"})
    void anEarlyAnswerEndsTheConnectionWhereTooMuchWouldFollow(Listener listener) throws Exception {
        try (RawCaller caller = listener.caller()) {
            caller.send("POST /nowhere HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n");
            caller.send(new byte[1 << 20]);
            RawMessage answer = caller.read();
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.all("connection")).containsExactly("close");
            assertThat(caller.in().read()).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PLAIN", "TLS"})
    void whatIsTakenOfABodyThatNobodyWantsIsBounded(Listener listener) throws Exception {
        try (RawCaller caller = listener.caller()) {
            caller.send("POST /nowhere HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(caller.read().status()).isEqualTo(404);
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            long sent = 0;
            try {
                // With what the buffers of both systems hold.
                while (sent < 4L * CallerGuard.DRAIN_BYTES) {
                    caller.send(chunk);
                    sent += chunk.length();
                }
            } catch (IOException closed) {
                // That is what is waited for.
            }
            assertThat(sent).isBetween((long) CallerGuard.DRAIN_BYTES, 4L * CallerGuard.DRAIN_BYTES - 1);
        }
    }

    private static void assertTimedOut(RawCaller caller, long begun) throws IOException {
        RawMessage answer = caller.read();
        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.all("connection")).containsExactly("close");
        assertThat(caller.in().read()).isEqualTo(-1);
        assertThat(since(begun)).isBetween(HEAD_TIMEOUT.dividedBy(2), HEAD_TIMEOUT.plusSeconds(2));
    }

    private static void assertRefused(Listener listener, String request, int status) throws IOException {
        try (RawCaller caller = listener.caller()) {
            RawMessage answer = caller.send(request).read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(caller.in().read()).isEqualTo(-1);
        }
    }

    private static void assertServed(Listener listener) throws IOException {
        assertThat(answer(listener, get(listener, "")).status()).isEqualTo(200);
    }

    private static RawMessage answer(Listener listener, String request) throws IOException {
        try (RawCaller caller = listener.caller()) {
            return caller.send(request).read();
        }
    }

    private static String get(Listener listener, String headers) {
        return "GET " + listener.path() + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    /** @param bytes of all header lines, without the ends of lines */
    private static String headed(Listener listener, int bytes) {
        return get(listener, "A: " + "x".repeat(bytes - "Host: hA: ".length()) + "\r\n");
    }

    /** @param bytes of the request line, without its end */
    private static String lined(Listener listener, int bytes) {
        String target = listener.path() + "?";
        int rest = bytes - ("GET " + target + " HTTP/1.1").length();
        return "GET " + target + "x".repeat(rest) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static RawMessage read(RawCaller caller) {
        try {
            return caller.read();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    // What is to be shown is that nothing happens in that time.
    private static void waitFor(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
    }
}
