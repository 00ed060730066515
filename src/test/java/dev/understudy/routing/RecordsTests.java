package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.failover.Rule;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Phase;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Standing;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of requests, which came over real sockets. */
class RecordsTests {

    private static final FailoverPolicy POLICY = Policies.policy()
            .connect(Duration.ofMillis(400))
            .response(Duration.ofMillis(400))
            .idle(Duration.ofSeconds(2))
            .statuses(503)
            .build();

    private final GatewayProcess gateway = GatewayProcess.shared();
    private RawEndpoint well;

    @BeforeEach
    void start() {
        well = RawEndpoint.answering(200, "ok");
    }

    @AfterEach
    void stop() throws IOException {
        well.close();
    }

    @Test
    void anAnsweredRequestIsToldWithItsOperationAndItsOneAttempt() throws IOException {
        RequestRecord record = recordOf("GET", gateway.things(POLICY, well.url()) + "/thing?secret=1");

        assertThat(record.method()).isEqualTo("GET");
        assertThat(record.path()).endsWith("/thing");
        assertThat(record.operation()).contains("GET /thing");
        assertThat(record.api().orElseThrow()).startsWith("api-");
        assertThat(record.status()).isEqualTo(200);
        assertThat(record.code()).isEmpty();
        assertThat(record.ending()).isEqualTo(Ending.WHOLE);
        assertThat(record.remote()).isEqualTo("127.0.0.1");
        assertThat(record.line()).containsExactly(new Standing(1, well.url(), Standing.State.READY));
        AttemptRecord attempt = record.attempts().get(0);
        assertThat(record.attempts()).hasSize(1);
        assertThat(attempt.why()).isEqualTo(Rule.FIRST_IN_LINE);
        assertThat(attempt.next()).isEqualTo(Rule.ANSWER);
        assertThat(attempt.reached()).isEqualTo(Phase.HEAD_RECEIVED);
        assertThat(attempt.word()).isEqualTo("answered");
        assertThat(attempt.began().plus(attempt.took())).isLessThanOrEqualTo(record.took());
        assertThat(record.timeLeft().orElseThrow()).isBetween(Duration.ofSeconds(1), POLICY.deadline());
    }

    @Test
    void everyAttemptIsToldWithHowFarItCameAndWhatFollowed() throws Exception {
        try (BlackHole silent = new BlackHole();
                ServerSocket noTls = new ServerSocket(0);
                RawEndpoint slow = RawEndpoint.doing((request, connection) -> {});
                RawEndpoint busy = RawEndpoint.answering(503, "busy")) {
            Map<String, Phase> expected = Map.of(
                    "http://127.0.0.1:" + RawEndpoint.deadPort(),
                    Phase.CONNECT,
                    "http://127.0.0.1:" + silent.port(),
                    Phase.CONNECT,
                    "http://understudy.invalid",
                    Phase.DNS,
                    "https://127.0.0.1:" + noTls.getLocalPort(),
                    Phase.TLS,
                    slow.url(),
                    Phase.BODY_SENT,
                    busy.url(),
                    Phase.HEAD_RECEIVED);
            for (Map.Entry<String, Phase> each : expected.entrySet()) {
                RequestRecord record = recordOf("GET", gateway.things(POLICY, each.getKey(), well.url()) + "/thing");

                assertThat(record.status()).as(each.getKey()).isEqualTo(200);
                assertThat(record.attempts()).hasSize(2);
                AttemptRecord first = record.attempts().get(0);
                assertThat(first.endpoint()).isEqualTo(each.getKey());
                assertThat(first.reached()).as(record.toString()).isEqualTo(each.getValue());
                boolean sent = each.getValue().compareTo(Phase.CONNECTED) > 0;
                assertThat(first.next()).isEqualTo(sent ? Rule.REPEATABLE : Rule.NOT_SENT);
                assertThat(record.attempts().get(1).why()).isEqualTo(first.next());
                assertThat(record.attempts().get(1).position()).isEqualTo(2);
            }
        }
    }

    @Test
    void whatStoppedARequestIsTold() throws Exception {
        try (RawEndpoint closing = RawEndpoint.doing((request, connection) -> connection.close());
                RawEndpoint busy = RawEndpoint.answering(503, "busy")) {
            RequestRecord post = recordOf("POST", gateway.things(POLICY, closing.url(), well.url()) + "/thing");
            assertThat(post.status()).isEqualTo(502);
            assertThat(post.code()).contains("102510");
            assertThat(post.attempts()).hasSize(1);
            assertThat(post.attempts().get(0).next()).isEqualTo(Rule.NOT_REPEATABLE);
            assertThat(post.attempts().get(0).word()).isEqualTo("closed");

            RequestRecord last = recordOf("GET", gateway.things(POLICY, busy.url()) + "/thing");
            assertThat(last.status()).isEqualTo(503);
            assertThat(last.code()).as("it is the endpoint's own").isEmpty();
            assertThat(last.attempts().get(0).next()).isEqualTo(Rule.NOBODY_LEFT);
        }
    }

    @Test
    void whereSuspendedEndpointsStoodIsTold() throws Exception {
        String dead = "http://127.0.0.1:" + RawEndpoint.deadPort();
        String base = gateway.things(POLICY, dead, well.url());
        for (int i = 0; i < 3; i++) {
            recordOf("GET", base + "/thing");
        }

        RequestRecord record = recordOf("GET", base + "/thing");

        assertThat(record.line())
                .containsExactly(
                        new Standing(1, dead, Standing.State.SUSPENDED),
                        new Standing(2, well.url(), Standing.State.READY));
        assertThat(record.attempts())
                .singleElement()
                .extracting(AttemptRecord::position)
                .isEqualTo(2);
    }

    @Test
    void whatWasTurnedAwayIsToldWithoutAnAttempt() throws IOException {
        RequestRecord nowhere = recordOf("GET", "/nowhere");
        assertThat(nowhere.status()).isEqualTo(404);
        assertThat(nowhere.code()).contains("404");
        assertThat(nowhere.ending()).isEqualTo(Ending.WHOLE);
        assertThat(nowhere.operation()).isEmpty();
        assertThat(nowhere.attempts()).isEmpty();
        assertThat(nowhere.timeLeft()).isEmpty();

        RequestRecord wrong = recordOf("PATCH", gateway.things(POLICY, well.url()) + "/thing");
        assertThat(wrong.status()).isEqualTo(405);
    }

    @Test
    void anAnswerThatBreaksOffAndACallerWhoLeavesAreTold() throws Exception {
        try (RawEndpoint breaking = RawEndpoint.doing((request, connection) -> {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
                    connection.reset();
                });
                RawEndpoint slow = RawEndpoint.doing((request, connection) -> {})) {
            RequestRecord broken = recordOf("GET", gateway.things(POLICY, breaking.url()) + "/thing");
            assertThat(broken.ending()).isEqualTo(Ending.BROKEN_OFF);
            assertThat(broken.status()).isEqualTo(200);

            String id = UUID.randomUUID().toString();
            try (RawCaller caller = new RawCaller(gateway.port())) {
                caller.send(request("GET", gateway.things(POLICY, slow.url(), slow.url()) + "/thing", id));
                await().until(() -> !slow.requests().isEmpty());
            }
            RequestRecord left = recordOf(id);
            assertThat(left.ending()).isEqualTo(Ending.CALLER_LEFT);
            assertThat(left.status()).isZero();
        }
    }

    private RequestRecord recordOf(String method, String target) throws IOException {
        String id = UUID.randomUUID().toString();
        try (RawCaller caller = new RawCaller(gateway.port())) {
            caller.send(request(method, target, id));
            RawMessage answer = caller.read();
            assertThat(answer.status()).isPositive();
        }
        return recordOf(id);
    }

    private RequestRecord recordOf(String id) {
        RecentRequests recent = gateway.bean(RecentRequests.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> recent.find(id).isPresent());
        return recent.find(id).orElseThrow();
    }

    private static String request(String method, String target, String id) {
        return method + " " + target + " HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n\r\n";
    }
}
