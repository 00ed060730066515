package dev.understudy.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SpanCollector;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.env.MockEnvironment;

/** When traces are made, and what it costs those who want none or whose collector is away. */
@ExtendWith(OutputCaptureExtension.class)
class TracingIsOnTests {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String HEADERS = "traceparent: " + PARENT + "\r\ntracestate: other=1\r\nbaggage: a=b\r\n";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RawEndpoint endpoint = RawEndpoint.answering(200, "ok");

    @AfterEach
    void stop() throws IOException {
        endpoint.close();
    }

    @Test
    void unlessTheyAreWantedNothingOfItIsThereAndTheCallersHeadersPass(CapturedOutput output) throws IOException {
        try (RunningGateway gateway = gateway()) {
            call(gateway);

            assertThat(endpoint.onlyRequest().all("traceparent")).containsExactly(PARENT);
            assertThat(endpoint.onlyRequest().all("tracestate")).containsExactly("other=1");
            assertThat(endpoint.onlyRequest().all("baggage")).containsExactly("a=b");
            assertThat(gateway.beans())
                    .noneMatch(name -> name.toLowerCase(Locale.ROOT).matches(".*(otel|otlp|opentelemetry).*"));
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().matches("(BatchSpan|BatchLog|PeriodicMetric|otlp).*"));
        }
        assertThat(output.toString().lines())
                .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .allMatch(
                        line -> line.contains("server.ssl") || line.contains("admin.users") || line.contains("a.yaml"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "management.opentelemetry.enabled",
                "management.tracing.export.enabled",
                "management.tracing.export.otlp.enabled"
            })
    void eachKeyOfSpringBootThatSaysNoIsEnough(String key) {
        MockEnvironment wanted =
                new MockEnvironment().withProperty(TracingIsOn.ENDPOINT, "http://localhost:4318/v1/traces");
        assertThat(TracingIsOn.in(wanted)).isTrue();
        assertThat(TracingIsOn.in(wanted.withProperty(key, "false"))).isFalse();
    }

    @Test
    void anyKeyOfSpringBootThatSaysNoIsBelieved() throws IOException {
        try (SpanCollector collector = new SpanCollector();
                RunningGateway gateway = gateway(collector.properties("management.tracing.export.enabled=false"))) {
            call(gateway);

            assertThat(endpoint.onlyRequest().all("traceparent")).containsExactly(PARENT);
        }
    }

    @Test
    void whileNobodyTakesSpansRequestsGoOnAndThatIsToldOnce(CapturedOutput output) throws IOException {
        try (SpanCollector collector = new SpanCollector()) {
            collector.endpoint().die();
            try (RunningGateway gateway = gateway(collector.properties(
                    "management.opentelemetry.tracing.export.max-queue-size=20",
                    "management.opentelemetry.tracing.export.max-batch-size=10"))) {
                // More than the queue holds.
                for (int i = 0; i < 100; i++) {
                    call(gateway);
                }
                assertThat(endpoint.requests()).hasSize(100);
                await().atMost(LIMIT).until(() -> told(output, "could not be exported") == 1);
                assertThat(output).contains("java.net.ConnectException");

                collector.endpoint().revive();
                // What waited until then is.
                await().atMost(LIMIT).until(() -> told(output, "Spans are exported again") == 1);
            }
        }
        assertThat(told(output, "could not be exported")).isEqualTo(1);
        assertThat(told(output, "Failed to export")).isZero();
    }

    @Test
    void aCollectorThatRefusesSpansIsToldOfToo(CapturedOutput output) throws IOException {
        try (SpanCollector collector = new SpanCollector()) {
            collector.endpoint().nowDoes((request, connection) -> connection.answer(404, "no such path"));
            try (RunningGateway gateway = gateway(collector.properties())) {
                call(gateway);

                await().atMost(LIMIT).until(() -> told(output, "the collector answered with an error") == 1);
            }
        }
    }

    @Test
    void aGatewayMayDecideByItselfWhatIsSampled() throws IOException {
        try (SpanCollector collector = new SpanCollector();
                RunningGateway gateway = gateway(collector.properties(
                        "management.tracing.sampling.probability=0",
                        "management.opentelemetry.tracing.sampler=trace-id-ratio"))) {
            call(gateway);

            assertThat(endpoint.onlyRequest().all("traceparent"))
                    .singleElement()
                    .asString()
                    .startsWith(PARENT.substring(0, PARENT.length() - 19))
                    .endsWith("-00");
        }
    }

    @Test
    void whatCouldNeverWorkStopsTheStart(CapturedOutput output) {
        String key = "management.opentelemetry.tracing.export.otlp.";

        assertThatThrownBy(() -> gateway(key + "endpoint=collector:4318").close())
                .isNotNull();
        assertThat(output).contains("Expected: a URL such as http://collector.example.com:4318/v1/traces");
        assertThatThrownBy(() -> gateway(key + "endpoint=http://localhost:4317", key + "transport=grpc")
                        .close())
                .isNotNull();
        assertThat(output).contains(key + "transport").contains("Expected: http, or nothing");
    }

    private RunningGateway gateway(String... properties) {
        return RunningGateway.serving(Map.of("a.yaml", Documents.things(endpoint.url())), properties);
    }

    private static void call(RunningGateway gateway) throws IOException {
        RawCaller.call(gateway.plainPort(), "GET /a/thing HTTP/1.1\r\nHost: h\r\n" + HEADERS + "\r\n");
    }

    private static long told(CapturedOutput output, String words) {
        return output.toString().lines().filter(line -> line.contains(words)).count();
    }
}
