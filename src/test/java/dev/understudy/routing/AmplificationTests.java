package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a list whose endpoints all fail is asked: hardly more than its callers ask. */
@Timeout(60)
class AmplificationTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private static final int ENDPOINTS = 3;
    private static final int REQUESTS = 1_000;
    private static final int AT_ONCE = 8;

    // The budget's least, and those on their way before anything had failed, which go to everybody.
    private static final int BURST = 30 + AT_ONCE * (ENDPOINTS - 1);

    static Stream<Arguments> failings() {
        RawEndpoint.Script busy = (request, connection) -> connection.answer(503, "busy");
        RawEndpoint.Script closing = (request, connection) -> connection.close();
        FailoverPolicy suspending = Policies.policy().build();
        FailoverPolicy never = Policies.policy().neverSuspends().build();
        return Stream.of(
                Arguments.of("busy, suspended", busy, suspending, 503),
                Arguments.of("busy, never suspended", busy, never, 503),
                Arguments.of("closing, suspended", closing, suspending, 502),
                Arguments.of("closing, never suspended", closing, never, 502));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failings")
    void anOutageOfAllIsNotMadeWorse(String name, RawEndpoint.Script script, FailoverPolicy policy, int status)
            throws Exception {
        List<RawEndpoint> endpoints = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(AT_ONCE);
        try {
            for (int i = 0; i < ENDPOINTS; i++) {
                endpoints.add(RawEndpoint.doing(script));
            }
            String api = GATEWAY.things(
                    policy, endpoints.stream().map(RawEndpoint::url).toArray(String[]::new));
            String request = "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n";
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                statuses.add(callers.submit(
                        () -> RawCaller.call(GATEWAY.port(), request).status()));
            }
            for (Future<Integer> each : statuses) {
                assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo(status);
            }

            int attempts = endpoints.stream()
                    .mapToInt(endpoint -> endpoint.requests().size())
                    .sum();
            assertThat(attempts).isBetween(REQUESTS, REQUESTS + REQUESTS / 5 + BURST);
        } finally {
            callers.shutdownNow();
            for (RawEndpoint endpoint : endpoints) {
                endpoint.close();
            }
        }
    }
}
