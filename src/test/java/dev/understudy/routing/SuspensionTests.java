package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who fails repeatedly goes to the back of the line, and comes back. */
class SuspensionTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final AtomicInteger TURNS = new AtomicInteger();

    @Test
    void whoFailsThreeTimesInARowIsAskedNoMoreUntilItIsWell() throws IOException {
        try (RawEndpoint first = RawEndpoint.answering(503, "first");
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(policy().probePath("/well").build(), first.url(), second.url());

            for (int i = 0; i < 10; i++) {
                assertThat(get(api)).isEqualTo("second");
            }
            assertThat(asked(first)).isEqualTo(3);

            first.nowDoes((request, connection) -> connection.answer(200, "first"));
            Awaitility.await().until(() -> get(api).equals("first"));
        }
    }

    @Test
    void thatItAnswered503IsTheFindingOfOneList() throws IOException {
        try (RawEndpoint first = RawEndpoint.answering(503, "first");
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String one = GATEWAY.things(lasting().build(), first.url(), second.url());
            for (int i = 0; i < 3; i++) {
                get(one);
            }
            String other = GATEWAY.things(lasting().statuses().build(), first.url(), second.url());
            assertThat(get(other)).as("a list that fared well so far").isEqualTo("first");
        }
    }

    @Test
    void thatItCannotBeReachedIsKnownToAllLists() throws IOException {
        try (RawEndpoint first = RawEndpoint.answering(200, "first");
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            first.die();
            String one = GATEWAY.things(lasting().build(), first.url(), second.url());
            String other = GATEWAY.things(lasting().build(), first.url(), second.url());
            for (int i = 0; i < 3; i++) {
                assertThat(get(one)).isEqualTo("second");
            }
            first.revive();
            assertThat(get(other)).isEqualTo("second");
            assertThat(first.requests()).isEmpty();
        }
    }

    @Test
    void whoIsSuspendedIsAskedAllTheSameWhenNobodyElseIsThere() throws IOException {
        try (RawEndpoint first = RawEndpoint.answering(503, "first")) {
            String api = GATEWAY.things(lasting().build(), first.url());
            for (int i = 0; i < 6; i++) {
                assertThat(get(api)).isEqualTo("first");
            }
            assertThat(first.requests()).hasSize(6);
        }
    }

    @Test
    void a503ThatSaysWhenToComeBackSuspendsAtOnce() throws IOException {
        try (RawEndpoint first = RawEndpoint.doing((request, connection) ->
                        connection.send("HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n"));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(policy().build(), first.url(), second.url());

            for (int i = 0; i < 5; i++) {
                assertThat(get(api)).isEqualTo("second");
            }
            assertThat(first.requests()).hasSize(1);
        }
    }

    @Test
    void a503WithADateSuspendsTillThen() throws IOException {
        Instant then = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
        try (RawEndpoint first = RawEndpoint.doing(comingBack(then));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(policy().build(), first.url(), second.url());
            assertThat(get(api)).isEqualTo("second");
            first.nowDoes((request, connection) -> connection.answer(200, "first"));

            Awaitility.await().until(() -> get(api).equals("first"));

            assertThat(Instant.now()).isBetween(then, then.plusMillis(1_500));
            assertThat(first.requests()).as("none but the first, and the last").hasSize(2);
        }
    }

    @Test
    void aDateInTheFarFutureSuspendsNoLongerThanTheListAllows() throws IOException {
        try (RawEndpoint first = RawEndpoint.doing(comingBack(Instant.now().plus(Duration.ofDays(365))));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            Policies policy = policy().suspension(3, Duration.ofMillis(100), Duration.ofMillis(600));
            String api = GATEWAY.things(policy.build(), first.url(), second.url());
            long began = System.nanoTime();
            assertThat(get(api)).isEqualTo("second");
            first.nowDoes((request, connection) -> connection.answer(200, "first"));

            Awaitility.await().until(() -> get(api).equals("first"));

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(600), Duration.ofMillis(2_500));
        }
    }

    @Test
    void aDateThatHasPassedSuspendsNobody() throws IOException {
        try (RawEndpoint first = RawEndpoint.doing(comingBack(Instant.now().minusSeconds(60)));
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            String api = GATEWAY.things(lasting().build(), first.url(), second.url());

            for (int i = 0; i < 10; i++) {
                assertThat(get(api)).isEqualTo("second");
            }
            assertThat(first.requests()).as("as for any failure").hasSize(3);
        }
    }

    @Test
    void whereEndpointsTakeTurnsASuspendedOneHasNoneAndTheOthersShareAlike() throws IOException {
        try (RawEndpoint one = RawEndpoint.answering(200, "one");
                RawEndpoint failing = RawEndpoint.answering(503, "failing");
                RawEndpoint other = RawEndpoint.answering(200, "other")) {
            String api = inTurn(one, failing, other);
            while (failing.requests().size() < 3) {
                assertThat(get(api)).isIn("one", "other");
            }
            int before = one.requests().size();
            int otherBefore = other.requests().size();

            for (int i = 0; i < 20; i++) {
                assertThat(get(api)).isIn("one", "other");
            }

            assertThat(failing.requests()).hasSize(3);
            assertThat(one.requests()).hasSize(before + 10);
            assertThat(other.requests()).hasSize(otherBefore + 10);
        }
    }

    @Test
    void whereEndpointsTakeTurnsAndAllAreSuspendedEachIsAskedAllTheSame() throws IOException {
        try (RawEndpoint one = RawEndpoint.answering(503, "one");
                RawEndpoint other = RawEndpoint.answering(503, "other")) {
            String api = inTurn(one, other);
            for (int i = 0; i < 6; i++) {
                assertThat(post(api)).isIn("one", "other");
            }

            int before = one.requests().size();
            int otherBefore = other.requests().size();
            for (int i = 0; i < 10; i++) {
                assertThat(post(api)).isIn("one", "other");
            }

            assertThat(one.requests()).hasSize(before + 5);
            assertThat(other.requests()).hasSize(otherBefore + 5);
            one.nowDoes((request, connection) -> connection.answer(200, "one"));
            assertThat(get(api)).as("whoever's turn it is").isEqualTo("one");
        }
    }

    private static RawEndpoint.Script comingBack(Instant then) {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atZone(ZoneOffset.UTC));
        return (request, connection) ->
                connection.send("HTTP/1.1 503 Busy\r\nRetry-After: " + date + "\r\nContent-Length: 0\r\n\r\n");
    }

    private static String inTurn(RawEndpoint... endpoints) {
        List<Endpoint> members =
                Stream.of(endpoints).map(RawEndpoint::url).map(Endpoint::parse).toList();
        EndpointGroup group = new EndpointGroup(
                "in turn " + TURNS.incrementAndGet(),
                members,
                EndpointGroup.Type.LOAD_BALANCE,
                lasting().build(),
                Optional.empty());
        return GATEWAY.serve(
                List.of(GatewayProcess.operation("GET /thing", group), GatewayProcess.operation("POST /thing", group)));
    }

    private static long asked(RawEndpoint endpoint) {
        return endpoint.requests().stream()
                .filter(request -> !request.header("User-Agent").orElse("").equals("understudy-probe"))
                .count();
    }

    private static Policies policy() {
        return Policies.policy()
                .suspension(3, Duration.ofMillis(300), Duration.ofMinutes(1))
                .probe(Duration.ofMillis(200), Duration.ofMillis(500));
    }

    private static Policies lasting() {
        return policy().suspension(3, Duration.ofMinutes(1), Duration.ofMinutes(1));
    }

    private static String get(String api) throws IOException {
        return RawCaller.call(GATEWAY.port(), "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n")
                .text();
    }

    private static String post(String api) throws IOException {
        return RawCaller.call(GATEWAY.port(), "POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                .text();
    }
}
