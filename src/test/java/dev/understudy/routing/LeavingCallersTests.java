package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Callers who do not wait for the end. Their endpoint is let go at once, and has done nothing wrong. */
@Timeout(30)
class LeavingCallersTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    // One failure, and it would not be asked any more.
    private static final FailoverPolicy POLICY = Policies.policy()
            .suspension(1, Duration.ofMinutes(1), Duration.ofMinutes(1))
            .build();

    private enum Moment {
        WAITING("GET", "") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.untilClosed();
            }
        },
        WAITING_WITH_A_BODY_SENT("PUT", "Content-Length: 5\r\n\r\nwhole") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.readBody();
                line.untilClosed();
            }
        },
        UPLOADING("PUT", "Content-Length: 1000000\r\n\r\npart") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.readBody();
            }
        },
        UPLOADING_IN_CHUNKS("POST", "Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.readBody();
            }
        },
        READING("GET", "") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n");
                line.untilClosed();
            }
        },
        READING_WITH_MUCH_ON_ITS_WAY("GET", "") {
            @Override
            void play(FaultyEndpoint.Line line) throws IOException {
                line.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                for (int i = 0; i < 100; i++) {
                    line.send(new byte[1_000_000]);
                }
            }
        };

        private final String method;
        private final String rest;

        Moment(String method, String rest) {
            this.method = method;
            this.rest = rest;
        }

        abstract void play(FaultyEndpoint.Line line) throws IOException;

        boolean answering() {
            return name().startsWith("READING");
        }

        String request(String target) {
            return method + " " + target + " HTTP/1.1\r\nHost: h\r\n" + (rest.isEmpty() ? "\r\n" : rest);
        }
    }

    static Stream<Arguments> leavings() {
        return Stream.of(Moment.values())
                .flatMap(moment -> Stream.of(false, true).map(reset -> Arguments.of(moment, reset)));
    }

    @ParameterizedTest(name = "{0}, reset: {1}")
    @MethodSource("leavings")
    void theEndpointIsLetGoWithinASecondAndIsNotBlamed(Moment moment, boolean reset) throws IOException {
        try (FaultyEndpoint first = FaultyEndpoint.doing(moment::play);
                FaultyEndpoint second = FaultyEndpoint.doing(line -> line.answer(200, "second"))) {
            EndpointGroup group = GatewayProcess.failover(
                    POLICY, "http://localhost:" + first.port(), "http://localhost:" + second.port());
            String api = GATEWAY.serve(List.of(
                    GatewayProcess.operation(moment.method + " /thing", group),
                    GatewayProcess.operation("GET /" + FaultyEndpoint.ORDINARY, group)));

            for (int i = 1; i <= 3; i++) {
                leave(moment, reset, api, first, i);
                Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> first.open() == 0);
            }

            for (int i = 0; i < 3; i++) {
                assertThat(RawCaller.call(
                                        GATEWAY.port(),
                                        "GET " + api + "/" + FaultyEndpoint.ORDINARY + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .text())
                        .isEqualTo(FaultyEndpoint.ORDINARY);
            }
            assertThat(second.connections()).as("nobody moved on").isZero();
            assertThat(first.requests()).as("nothing is repeated").hasSize(3);
        }
    }

    private static void leave(Moment moment, boolean reset, String api, FaultyEndpoint first, int turn)
            throws IOException {
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send(moment.request(api + "/thing"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> first.requests().size() == turn);
            if (moment.answering()) {
                assertThat(caller.in().read()).isEqualTo('H');
            }
            if (reset) {
                caller.socket().setSoLinger(true, 0);
            }
        }
    }
}
