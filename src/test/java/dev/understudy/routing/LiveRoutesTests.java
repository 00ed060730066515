package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;

class LiveRoutesTests {

    @Test
    void tenThousandOperationsAreLiveInSecondsAndOneMoreAtOnce() throws IOException {
        try (GatewayProcess gateway = new GatewayProcess(List.of());
                RawEndpoint endpoint = RawEndpoint.answering(200, "ok")) {
            EndpointGroup group = GatewayProcess.failover(GatewayProcess.POLICY, endpoint.url());
            List<Operation> many = IntStream.range(0, 10_000)
                    .mapToObj(i -> GatewayProcess.operation("GET /" + i + "/{id}", group))
                    .toList();
            long began = System.nanoTime();
            String api = gateway.serve(many);
            Duration all = Duration.ofNanos(System.nanoTime() - began);
            long again = System.nanoTime();
            String one = gateway.things(endpoint.url());
            Duration more = Duration.ofNanos(System.nanoTime() - again);

            System.out.println(
                    "10,000 operations live in " + all.toMillis() + " ms, 6 more in " + more.toMillis() + " ms");
            assertThat(all).isLessThan(Duration.ofSeconds(20));
            assertThat(more).isLessThan(Duration.ofSeconds(2));
            for (String path : List.of(api + "/0/a", api + "/9999/a", one + "/thing")) {
                assertThat(RawCaller.call(gateway.port(), "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                                .text())
                        .isEqualTo("ok");
            }
            assertThat(gateway.bean(RouteLocator.class)
                            .getRoutes()
                            .map(Route::getId)
                            .collectList()
                            .block())
                    .hasSize(10_006)
                    .doesNotHaveDuplicates()
                    .allMatch(id -> id.matches("op-[0-9a-f]{24}"));
        }
    }
}
