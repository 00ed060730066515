package dev.understudy.loopback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.listener.OwnListener;
import dev.understudy.loopback.Outcome.Answered;
import dev.understudy.loopback.Outcome.End;
import dev.understudy.loopback.Outcome.Reason;
import dev.understudy.loopback.Outcome.Unanswered;
import dev.understudy.testkit.RawEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.Disposable;

/** What becomes of a call where the listener behaves in every way that a listener can. */
class LoopbackTests {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(200);

    private static ReactorResourceFactory resources;

    @BeforeAll
    static void start() {
        resources = new ReactorResourceFactory();
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.afterPropertiesSet();
    }

    @AfterAll
    static void stop() {
        resources.destroy();
    }

    @Test
    void aCallIsSentAsItIsAndTheWholeAnswerComesBack() throws IOException {
        try (RawEndpoint listener = RawEndpoint.answering(404, "none")) {
            Call call = new Call(
                    "DELETE",
                    "//a%2Fb?c=%7C",
                    "eu.example",
                    List.of(new Header("X-A", "1"), new Header("X-A", "2")),
                    Optional.of(new byte[] {'b'}),
                    LONG);
            Answered answered = (Answered) sent(to(listener.port()), call);
            assertThat(answered.status()).isEqualTo(404);
            assertThat(answered.end()).isEqualTo(End.WHOLE);
            assertThat(answered.body()).asString().isEqualTo("none");
            assertThat(answered.headers()).containsExactly(new Header("Content-Length", "4"));
            assertThat(listener.onlyRequest().firstLine()).isEqualTo("DELETE //a%2Fb?c=%7C HTTP/1.1");
            assertThat(listener.onlyRequest().headers())
                    .containsExactlyInAnyOrder("X-A: 1", "X-A: 2", "host: eu.example", "content-length: 1");
            assertThat(listener.onlyRequest().text()).isEqualTo("b");
        }
    }

    @Test
    void aPostWithoutABodySaysSo() throws IOException {
        try (RawEndpoint listener = RawEndpoint.answering(200, "")) {
            sent(to(listener.port()), call("POST", LONG));
            assertThat(listener.onlyRequest().header("content-length")).hasValue("0");
        }
    }

    @Test
    void whereNobodyListensItIsNotReached() {
        assertThat(reason(to(RawEndpoint.deadPort()), LONG)).isEqualTo(Reason.NOT_REACHED);
    }

    @Test
    void aConnectionThatClosesIsNoAnswerAndNothingIsSentAgain() throws IOException {
        try (RawEndpoint listener = RawEndpoint.doing((request, connection) -> connection.reset())) {
            assertThat(reason(to(listener.port()), LONG)).isEqualTo(Reason.CLOSED);
            assertThat(listener.requests()).hasSize(1);
        }
    }

    @Test
    void anAnswerThatDoesNotBeginIsLateAndOneThatDoesNotEndIsCut() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (RawEndpoint listener = RawEndpoint.doing((request, connection) -> end.await())) {
            Loopback loopback = new Loopback(() -> way(listener.port()), resources, SHORT);
            assertThat(reason(loopback, SHORT)).isEqualTo(Reason.LATE);
            listener.nowDoes((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n");
                end.await();
            });
            Answered answered = (Answered) sent(loopback, call("GET", LONG));
            assertThat(answered.end()).isEqualTo(End.TOO_SLOW);
            assertThat(answered.body()).asString().isEqualTo("data: 1\n\n");
        } finally {
            end.countDown();
        }
    }

    @Test
    void aBodyOfJustTheBoundIsWholeAndOneByteMoreIsCut() throws IOException {
        try (RawEndpoint listener = RawEndpoint.answering(200, "a".repeat(Loopback.BODY_BYTES))) {
            Answered whole = (Answered) sent(to(listener.port()), call("GET", LONG));
            assertThat(whole.end()).isEqualTo(End.WHOLE);
            assertThat(whole.body()).hasSize(Loopback.BODY_BYTES);
            listener.nowDoes((request, connection) -> connection.answer(200, "a".repeat(Loopback.BODY_BYTES + 1)));
            Answered cut = (Answered) sent(to(listener.port()), call("GET", LONG));
            assertThat(cut.end()).isEqualTo(End.TOO_LONG);
            assertThat(cut.body()).hasSize(Loopback.BODY_BYTES);
        }
    }

    @Test
    void onlySoManyAreUnderWayAndOneThatIsCancelledLeavesItsPlace() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        try (RawEndpoint listener = RawEndpoint.doing((request, connection) -> end.await())) {
            Loopback loopback = to(listener.port());
            List<Disposable> open = new ArrayList<>();
            for (int i = 0; i < Loopback.AT_ONCE; i++) {
                open.add(loopback.send(call("GET", LONG)).subscribe());
            }
            await().atMost(LONG).until(() -> listener.requests().size() == Loopback.AT_ONCE);
            assertThatThrownBy(() -> sent(loopback, call("GET", LONG))).isInstanceOf(Loopback.Busy.class);
            open.get(0).dispose();
            listener.nowDoes((request, connection) -> connection.answer(200, "ok"));
            assertThat(sent(loopback, call("GET", LONG))).isInstanceOf(Answered.class);
            open.forEach(Disposable::dispose);
        } finally {
            end.countDown();
        }
    }

    @Test
    void noCallShowsItsTokenWhereItIsPrinted() {
        Call call = new Call(
                "GET", "/a?key=CANARY", "a", List.of(new Header("Authorization", "CANARY")), Optional.empty(), LONG);
        assertThat(call).asString().doesNotContain("CANARY");
    }

    private static Loopback to(int port) {
        return new Loopback(() -> way(port), resources);
    }

    private static OwnListener.Way way(int port) {
        return new OwnListener.Way(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Optional.empty());
    }

    private static Call call(String method, Duration patience) {
        return new Call(method, "/a", "localhost", List.of(), Optional.empty(), patience);
    }

    private static Outcome sent(Loopback loopback, Call call) {
        return Objects.requireNonNull(loopback.send(call).block(LONG));
    }

    private static Reason reason(Loopback loopback, Duration patience) {
        return ((Unanswered) sent(loopback, call("GET", patience))).reason();
    }
}
