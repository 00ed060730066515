package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus gets of requests over real sockets. */
class MetersTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TEST = "api=\"Test 1\"";
    private static final String OTHER = "api=\"Other 1\"";
    private static final String FIRST = "position=\"1\"";
    private static final String SECOND = "position=\"2\"";
    private static final String WELL = "outcome=\"well\"";
    private static final String FAILED = "outcome=\"failed\"";
    private static final int PATHS = Integer.getInteger("paths", 2_000);

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
                        "operation=\"GET /thing\"",
                        "position=\"1\"",
                        "status=\"5xx\""))
                .isEqualTo(1);
        assertThat(value(
                        "understudy_attempts_seconds_count",
                        "position=\"2\"",
                        "outcome=\"answered\"",
                        "status=\"2xx\""))
                .isEqualTo(1);
        assertThat(value("understudy_failovers_total", "from=\"1\"", "to=\"2\"", "reason=\"503\""))
                .isEqualTo(1);
    }

    @Test
    void theStateOfEachEndpointAndWhoHasTheTrafficAreShown() throws Exception {
        assertThat(value("understudy_group_active_position")).isEqualTo(1);
        assertThat(value("understudy_endpoint_state", "position=\"1\"", "state=\"ready\""))
                .isEqualTo(1);

        first.die();
        for (int i = 0; i < 3; i++) {
            call("GET /a/thing");
        }

        assertThat(value("understudy_group_active_position")).isEqualTo(2);
        assertThat(value("understudy_endpoint_state", "position=\"1\"", "state=\"ready\""))
                .isZero();
        assertThat(value("understudy_endpoint_state", "position=\"1\"", "state=\"suspended\""))
                .isEqualTo(1);
        assertThat(value("understudy_failovers_total", "reason=\"refused\"")).isEqualTo(3);
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
                .until(() -> value("understudy_probes_seconds_count", OTHER, FIRST, "kind=\"get\"", WELL) > 0);
        assertThat(value("understudy_probes_seconds_count", OTHER, SECOND, "kind=\"get\"", WELL))
                .isPositive();

        first.die();
        for (int i = 0; i < 3; i++) {
            call("GET /a/thing");
        }

        await().atMost(LIMIT)
                .until(() -> value("understudy_probes_seconds_count", TEST, FIRST, "kind=\"connect\"", FAILED) > 0
                        && value("understudy_probes_seconds_count", OTHER, SECOND, "kind=\"get\"", FAILED) > 0);
        assertThat(value("understudy_probes_seconds_count", OTHER, SECOND, "kind=\"connect\"", FAILED))
                .isPositive();
        assertThat(series()).noneMatch(line -> line.contains("understudy_probes") && line.contains("http:"));

        first.revive();
        await().atMost(LIMIT)
                .until(() -> value("understudy_probes_seconds_count", TEST, FIRST, "kind=\"connect\"", WELL) > 0);
        Files.delete(gateway.folder().resolve("b.yaml"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(series())
                        .noneMatch(line -> line.startsWith("understudy_probes") && line.contains(OTHER)));
    }

    @Test
    void refusedDocumentsAreCounted() throws Exception {
        double before = value("understudy_catalog_changes_total");
        gateway.write("b.yaml", "openapi: 3.0.3\n");

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(value("understudy_definitions", "state=\"refused\""))
                        .isEqualTo(1));
        assertThat(value("understudy_definitions", "state=\"served\"")).isEqualTo(1);
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

        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            for (int i = 0; i < PATHS; i++) {
                caller.send("GET /" + (i % 2 == 0 ? "a/t/" + i + "/x" : "nowhere/" + i)
                                + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .read();
            }
        }

        assertThat(series()).containsExactlyElementsOf(before);
    }

    @Test
    void whatIsNotServedAnyMoreHasNoSeries() throws Exception {
        call("GET /a/thing");
        assertThat(series()).anyMatch(line -> line.startsWith("understudy_attempts_seconds_count"));

        Files.delete(gateway.folder().resolve("a.yaml"));

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(series())
                        .noneMatch(line -> line.startsWith("understudy_attempts")
                                || line.startsWith("understudy_endpoint_state")));
    }

    private void call(String request) throws IOException {
        RawCaller.call(gateway.plainPort(), request + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private double value(String name, String... tags) throws Exception {
        List<String> found = lines().stream()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(tags).stream().allMatch(line::contains))
                .toList();
        assertThat(found).as(name + List.of(tags)).hasSize(1);
        return Double.parseDouble(found.get(0).substring(found.get(0).lastIndexOf(' ')));
    }

    private List<String> series() throws Exception {
        return lines().stream()
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .filter(line -> !line.startsWith("jvm_"))
                .toList();
    }

    private List<String> lines() throws Exception {
        return TlsClient.get(gateway.adminPort(), "/actuator/prometheus", "Authorization", TlsClient.basic("anna", "x"))
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
    }
}
