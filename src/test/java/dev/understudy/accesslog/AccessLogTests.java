package dev.understudy.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written on standard output of requests over real sockets. */
@ExtendWith(OutputCaptureExtension.class)
class AccessLogTests {

    private RawEndpoint well;
    private String dead;

    @BeforeEach
    void start() {
        well = RawEndpoint.answering(200, "ok");
        dead = "http://127.0.0.1:" + RawEndpoint.deadPort();
    }

    @AfterEach
    void stop() throws IOException {
        well.close();
    }

    @Test
    void eachRequestIsOneLineOfJsonWithItsAttempts(CapturedOutput output) throws IOException {
        try (RunningGateway gateway = gateway("json")) {
            call(gateway, "GET /a/thing?CANARY=1", "id-first");
            call(gateway, "GET /nowhere", "id-second");
        }

        JsonNode first = JsonMapper.shared().readTree(lineWith(output, "id-first"));
        assertThat(first.get("http.request.method").asString()).isEqualTo("GET");
        assertThat(first.get("http.response.status_code").asInt()).isEqualTo(200);
        assertThat(first.get("event.outcome").asString()).isEqualTo("success");
        assertThat(first.get("event.duration").asLong())
                .isBetween(1L, Duration.ofMinutes(1).toNanos());
        assertThat(first.get("url.path").asString()).isEqualTo("/a/thing");
        assertThat(first.get("source.ip").asString()).isEqualTo("127.0.0.1");
        assertThat(first.get("understudy.operation").asString()).isEqualTo("GET /thing");
        JsonNode attempts = first.get("understudy.attempts");
        assertThat(attempts).hasSize(2);
        assertThat(attempts.get(0).get("endpoint").asString()).isEqualTo(dead);
        assertThat(attempts.get(0).get("outcome").asString()).isEqualTo("refused");
        assertThat(attempts.get(0).get("reached").asString()).isEqualTo("connect");
        assertThat(attempts.get(0).get("next").asString()).isEqualTo("not_sent");
        assertThat(attempts.get(1).get("status").asInt()).isEqualTo(200);

        JsonNode second = JsonMapper.shared().readTree(lineWith(output, "id-second"));
        assertThat(second.get("http.response.status_code").asInt()).isEqualTo(404);
        assertThat(second.get("understudy.code").asString()).isEqualTo("404");
        assertThat(second.get("understudy.ending").asString()).isEqualTo("whole");
        assertThat(second.get("understudy.attempts").isEmpty()).isTrue();
        assertThat(output).doesNotContain("CANARY");
    }

    @Test
    void orOneLineOfText(CapturedOutput output) throws IOException {
        try (RunningGateway gateway = gateway("text")) {
            call(gateway, "GET /a/thing", "id-first");
        }

        assertThat(lineWith(output, "id-first"))
                .matches("[^ ]+Z 127.0.0.1 - GET h/a/thing 200 \\d+\\.\\dms .* GET /thing id-first \\[1 " + dead
                        + " refused \\d+\\.\\dms, 2 " + well.url() + " 200 \\d+\\.\\dms]");
    }

    @Test
    void orNothing(CapturedOutput output) throws IOException {
        try (RunningGateway gateway = gateway("false")) {
            call(gateway, "GET /nowhere", "id-first");
        }

        assertThat(output.getOut().lines().filter(line -> isAccess(line, "id-first")))
                .isEmpty();
    }

    @Test
    void whatBalancersAskTheGatewayIsNotLogged(CapturedOutput output) throws IOException {
        try (RunningGateway gateway = gateway("json")) {
            call(gateway, "GET /health", "id-first");
            call(gateway, "GET /nowhere", "id-second");
        }

        assertThat(lineWith(output, "id-second")).contains("/nowhere");
        assertThat(output).doesNotContain("/health");
    }

    @Test
    void theHostOfACallerIsNoSecondLine(CapturedOutput output) throws IOException {
        for (String form : List.of("json", "text")) {
            String id = "id-" + form;
            try (RunningGateway gateway = gateway(form)) {
                RawCaller.call(
                        gateway.plainPort(),
                        "GET /nowhere HTTP/1.1\r\nHost: h\u0085\u009b31m\r\nX-Request-Id: " + id + "\r\n\r\n");
            }
            assertThat(lineWith(output, id)).contains("400").doesNotContain("\u009b");
        }
    }

    @Test
    void allThatWaitAreWrittenWhenTheGatewayEnds(CapturedOutput output) throws IOException {
        List<String> ids =
                IntStream.range(0, 300).mapToObj(i -> "many-" + i + "-").toList();
        try (RunningGateway gateway = gateway("json")) {
            for (String id : ids) {
                call(gateway, "GET /nowhere", id);
            }
        }

        List<String> lines =
                output.getOut().lines().filter(line -> isAccess(line, "many-")).toList();
        assertThat(lines).hasSize(300).allMatch(line -> line.startsWith("{\"@timestamp\"") && line.endsWith("}"));
    }

    private RunningGateway gateway(String form) {
        return RunningGateway.serving(
                Map.of("a.yaml", Documents.things(dead, well.url())), "understudy.access-log=" + form);
    }

    private static void call(RunningGateway gateway, String request, String id) throws IOException {
        RawCaller.call(gateway.plainPort(), request + " HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n\r\n");
    }

    private static String lineWith(CapturedOutput output, String id) {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> output.getOut().lines().anyMatch(line -> isAccess(line, id)));
        return output.getOut()
                .lines()
                .filter(line -> isAccess(line, id))
                .findFirst()
                .orElseThrow();
    }

    // Other lines have the name of their logger.
    private static boolean isAccess(String line, String id) {
        return line.contains(id) && !line.contains(" --- ");
    }
}
