package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who fails repeatedly goes to the back of the line, and comes back. */
class SuspensionTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

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
}
