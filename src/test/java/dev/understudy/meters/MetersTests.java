package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.availability.ApplicationAvailabilityBean;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;

/** What Prometheus gets of requests over real sockets. */
class MetersTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PATHS = Integer.getInteger("paths", 2_000);
    private static final int AT_ONCE = 100;

    private static final String REQUESTS = "understudy_requests_seconds_count";

    private RawEndpoint well;
    private RawEndpoint first;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        first = RawEndpoint.answering(200, "first");
        well = RawEndpoint.answering(200, "second");
        gateway = RunningGateway.serving(
                Map.of("a.yaml", Documents.things(first.url(), well.url())),
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        first.close();
        well.close();
    }

    @Test
    void attemptsAreTimedByOperationAndPlaceAndFailoversAreCounted() throws Exception {
        first.nowDoes((request, connection) -> connection.answer(503, "busy"));

        call("GET /a/thing");

        assertThat(value(
                        "understudy_attempts_seconds_count",
                        "operation",
                        "GET /thing",
                        "position",
                        "1",
                        "status",
                        "5xx"))
                .isEqualTo(1);
        assertThat(value("understudy_attempts_seconds_count", "position", "2", "outcome", "answered", "status", "2xx"))
                .isEqualTo(1);
        assertThat(value("understudy_attempts_seconds_sum", "position", "2", "outcome", "answered", "status", "2xx"))
                .isBetween(1e-5, 10.0);
        assertThat(value("understudy_failovers_total", "from", "1", "to", "2", "reason", "503"))
                .isEqualTo(1);
    }

    @Test
    void theStateOfEachEndpointAndWhoHasTheTrafficAreShown() throws Exception {
        assertThat(value("understudy_group_active_position")).isEqualTo(1);
        assertThat(value("understudy_endpoint_state", "position", "1", "state", "ready"))
                .isEqualTo(1);

        first.die();
        for (int i = 0; i < 3; i++) {
            call("GET /a/thing");
        }

        assertThat(value("understudy_group_active_position")).isEqualTo(2);
        assertThat(value("understudy_endpoint_state", "position", "1", "state", "ready"))
                .isZero();
        assertThat(value("understudy_endpoint_state", "position", "1", "state", "suspended"))
                .isEqualTo(1);
        assertThat(value("understudy_failovers_total", "reason", "refused")).isEqualTo(3);
    }

    @Test
    void whatCallersGotIsTimedByApiAndStatus() throws Exception {
        call("GET /a/thing");
        first.nowDoes((request, connection) -> connection.reset());
        call("POST /a/thing");
        call("GET /nowhere");

        assertThat(value(REQUESTS, "api", "Test 1", "status", "2xx", "code", "none", "ending", "whole"))
                .isEqualTo(1);
        assertThat(value(REQUESTS, "api", "Test 1", "status", "5xx", "code", "102510"))
                .isEqualTo(1);
        assertThat(value(REQUESTS, "api", "none", "status", "4xx", "code", "404"))
                .isEqualTo(1);
        assertThat(value("understudy_requests_seconds_bucket", "status", "2xx", "le", "60.0"))
                .isEqualTo(1);
    }

    @Test
    void whetherTheGatewayIsReadyIsShown() throws Exception {
        assertThat(value("understudy_ready")).isEqualTo(1);

        gateway.bean(ApplicationAvailabilityBean.class)
                .onApplicationEvent(new AvailabilityChangeEvent<>(gateway, ReadinessState.REFUSING_TRAFFIC));

        assertThat(value("understudy_ready")).isZero();
    }

    @Test
    void aConnectionThatIsTriedForAllListsIsCountedInEachAndAPathThatOneNamesInThatOne() throws Exception {
        gateway.write(
                "b.yaml",
                Documents.failover(
                                "", "/thing:\n  get: {responses: {'200': {description: OK}}}", well.url(), first.url())
                        .replace("basePath: /a", "basePath: /b")
                        .replace("title: Test", "title: Other")
                        .replace("failover: {", "failover: {probe: {path: /well, always: true, interval: 100ms}, "));
        await().atMost(LIMIT)
                .until(() -> probes("Other 1", "1", "get", "well") > 0 && probes("Other 1", "2", "get", "well") > 0);

        first.die();
        for (int i = 0; i < 3; i++) {
            call("GET /a/thing");
        }

        await().atMost(LIMIT)
                .until(() -> probes("Test 1", "1", "connect", "failed") > 0
                        && probes("Other 1", "2", "get", "failed") > 0
                        && probes("Other 1", "2", "connect", "failed") > 0);
        assertThat(series()).noneMatch(line -> line.contains("understudy_probes") && line.contains("http:"));

        first.revive();
        await().atMost(LIMIT).until(() -> probes("Test 1", "1", "connect", "well") > 0);
        Files.delete(gateway.folder().resolve("b.yaml"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(series())
                        .noneMatch(line -> line.startsWith("understudy_probes") && line.contains("Other 1")));
    }

    @Test
    void refusedDocumentsAreCounted() throws Exception {
        double before = value("understudy_catalog_changes_total");
        gateway.write("b.yaml", "openapi: 3.0.3\n");

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(value("understudy_definitions", "state", "refused"))
                        .isEqualTo(1));
        assertThat(value("understudy_definitions", "state", "served")).isEqualTo(1);
        assertThat(value("understudy_catalog_changes_total")).isEqualTo(before);
    }

    @Test
    void anyNumberOfPathsMakesNoMoreSeries() throws Exception {
        call("GET /a/t/1/x");
        call("GET /a/thing");
        call("GET /nowhere");
        call("DELETE /a/t/1/x");
        // The first one is itself a request that is measured.
        series();
        List<String> before = series();

        ask(PATHS);

        assertThat(series()).containsExactlyElementsOf(before);
    }

    @Test
    void whatIsNotServedAnyMoreHasNoSeries() throws Exception {
        call("GET /a/thing");
        assertThat(series()).anyMatch(line -> line.startsWith("understudy_attempts_seconds_count"));

        Files.delete(gateway.folder().resolve("a.yaml"));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(series()).noneMatch(line -> line.contains("Test 1")));
    }

    // Each with a path of its own, many in one write: with -Dpaths=1000000 the way there and back would take most of
    // the time.
    private void ask(int paths) throws IOException {
        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            for (int asked = 0; asked < paths; asked += AT_ONCE) {
                int end = Math.min(paths, asked + AT_ONCE);
                caller.send(IntStream.range(asked, end)
                        .mapToObj(i -> "GET /" + (i % 2 == 0 ? "a/t/" + i + "/x" : "nowhere/" + i)
                                + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .collect(Collectors.joining()));
                for (int i = asked; i < end; i++) {
                    assertThat(caller.read().firstLine()).contains(i % 2 == 0 ? " 200 " : " 404 ");
                }
                // It keeps what it was sent.
                first.requests().clear();
            }
        }
    }

    private void call(String request) throws IOException {
        RawCaller.call(gateway.plainPort(), request + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private double value(String name, String... namesAndValues) throws Exception {
        return scrape().value(name, namesAndValues);
    }

    /** How many probes of an endpoint ended so; none, if there is no such series yet. */
    private double probes(String api, String position, String kind, String outcome) throws Exception {
        return scrape()
                .named(
                        "understudy_probes_seconds_count",
                        "api",
                        api,
                        "position",
                        position,
                        "kind",
                        kind,
                        "outcome",
                        outcome)
                .stream()
                .mapToDouble(Scrape.Sample::value)
                .sum();
    }

    private List<String> series() throws Exception {
        return scrape().samples().stream()
                .filter(sample -> !sample.name().startsWith("jvm_"))
                .map(sample -> sample.name() + sample.labels())
                .toList();
    }

    private Scrape scrape() throws Exception {
        return Scrape.of(gateway, TlsClient.basic("anna", "x"));
    }
}
