package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An endpoint is killed while requests come, and one of them is served by the next endpoint. Logs, meters, events and
 * explain tell the same of it, in the same words.
 */
@ExtendWith(OutputCaptureExtension.class)
class ToldFourWaysTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ANNA = TlsClient.basic("anna", "x");
    private static final Path QUOTES = Path.of("target/told-four-ways.md");

    /** The line of the log. */
    private static final Pattern FAILOVER = Pattern.compile(
            ".*\\[(?<id>[^]]+)] failover (?<api>Test 1) (?<operation>GET /thing): "
                    + "(?<reason>\\w+), (?<from>\\d+) (?<fromUrl>\\S+) -> (?<to>\\d+) (?<toUrl>\\S+) \\((?<rule>\\w+)\\)");

    private RawEndpoint first;
    private RawEndpoint second;
    private RunningGateway gateway;

    /** A failover, as one of those who tell of it has it. */
    private record Told(String api, String operation, int from, int to, String reason) {}

    @BeforeEach
    void start() {
        first = RawEndpoint.answering(200, "first");
        second = RawEndpoint.answering(200, "second");
        gateway = RunningGateway.serving(
                // A loaded machine may take a while to refuse the first one.
                Map.of(
                        "a.yaml",
                        Documents.things(first.url(), second.url())
                                .replace("500ms", "5s")
                                .replace("800ms", "20s")),
                "understudy.access-log=json",
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        first.close();
        second.close();
    }

    @Test
    void logsMetersEventsAndExplainTellTheSameOfAFailover(CapturedOutput output) throws Exception {
        String id = theRequestThatMovedOn();

        String line = line(output, text -> FAILOVER.matcher(text).matches());
        Matcher log = FAILOVER.matcher(line);
        assertThat(log.matches()).isTrue();
        Told told = new Told(
                log.group("api"),
                log.group("operation"),
                Integer.parseInt(log.group("from")),
                Integer.parseInt(log.group("to")),
                log.group("reason"));
        assertThat(log.group("id")).isEqualTo(id);
        assertThat(told.from()).isEqualTo(1);
        assertThat(told.to()).isEqualTo(2);
        // What it is depends on where in its life the connection was that the kill met.
        assertThat(told.reason()).isIn("refused", "closed", "stale");

        String access = line(output, text -> text.startsWith("{") && text.contains('"' + id + '"'));
        JsonNode entry = JsonMapper.shared().readTree(access);
        assertThat(entry.get("http.request.id").asString()).isEqualTo(id);
        assertThat(told(
                        entry.get("understudy.api"),
                        entry.get("understudy.operation"),
                        entry.get("understudy.attempts")))
                .isEqualTo(told);
        assertThat(entry.at("/understudy.attempts/0/next").asString()).isEqualTo(log.group("rule"));

        // Whoever hears of a request hears of it in turn: the log may be before the others.
        Scrape scrape = await().atMost(SOON)
                .until(
                        () -> Scrape.of(gateway, ANNA),
                        seen -> !seen.named("understudy_failovers_total").isEmpty());
        Scrape.Sample counted = theOnlyFailover(scrape);
        assertThat(counted.value()).isEqualTo(1);
        assertThat(counted.labels())
                .containsOnly(
                        Map.entry("api", told.api()),
                        Map.entry("from", "1"),
                        Map.entry("to", "2"),
                        Map.entry("reason", told.reason()));
        assertThat(attempts(scrape, told, "1", told.reason(), "none")).isEqualTo(1);
        assertThat(attempts(scrape, told, "2", "answered", "2xx")).isEqualTo(1);

        JsonNode event = theOnlyEvent();
        JsonNode facts = event.get("facts");
        assertThat(facts.get("request").asString()).isEqualTo(id);
        assertThat(new Told(
                        facts.get("api").asString(),
                        facts.get("operation").asString(),
                        facts.get("from").asInt(),
                        facts.get("to").asInt(),
                        facts.get("reason").asString()))
                .isEqualTo(told);
        assertThat(facts.get("from-endpoint").asString()).isEqualTo(log.group("fromUrl"));
        assertThat(facts.get("to-endpoint").asString()).isEqualTo(log.group("toUrl"));

        JsonNode why = await().atMost(SOON).until(() -> admin("/api/v1/requests/" + id), seen -> seen.has("attempts"));
        assertThat(why.get("id").asString()).isEqualTo(id);
        assertThat(told(why.get("operation"), why.get("attempts"))).isEqualTo(told);
        assertThat(why.at("/attempts/0/next").asString()).isEqualTo(log.group("rule"));
        assertThat(why.at("/attempts/0/text").asString()).startsWith("Endpoint 1: " + told.reason() + " after ");

        JsonNode foretold = admin("/api/v1/explain?path=/a/thing");
        JsonNode branch = branch(foretold, told.reason());
        assertThat(told(foretold.get("operation"), branch, told.reason())).isEqualTo(told);

        quote(line, access, counted, scrape, event, why, branch);
    }

    private String theRequestThatMovedOn() throws IOException {
        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            for (int i = 1; i <= 20; i++) {
                assertThat(ask(caller, "order-" + i).text()).isEqualTo("first");
            }
            first.die();
            RawMessage answer = ask(caller, "order-21");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("second");
            return "order-21";
        }
    }

    private static RawMessage ask(RawCaller caller, String id) throws IOException {
        return caller.send("GET /a/thing HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n\r\n")
                .read();
    }

    private static Told told(JsonNode api, JsonNode operation, JsonNode attempts) {
        assertThat(attempts).hasSize(2);
        assertThat(attempts.get(1).get("outcome").asString()).isEqualTo("answered");
        return new Told(
                api.asString(),
                operation.asString(),
                attempts.get(0).get("position").asInt(),
                attempts.get(1).get("position").asInt(),
                attempts.get(0).get("outcome").asString());
    }

    private static Told told(JsonNode operation, JsonNode attempts) {
        return told(api(operation), operation(operation), attempts);
    }

    private static Told told(JsonNode operation, JsonNode branch, String reason) {
        return new Told(
                api(operation).asString(),
                operation(operation).asString(),
                branch.get("asked").get(0).get("position").asInt(),
                branch.get("asked").get(1).get("position").asInt(),
                reason);
    }

    private static JsonNode api(JsonNode operation) {
        return text(
                operation.get("api").asString() + " " + operation.get("version").asString());
    }

    private static JsonNode operation(JsonNode operation) {
        return text(operation.get("method").asString() + " "
                + operation.get("template").asString());
    }

    private static JsonNode text(String text) {
        return JsonMapper.shared().getNodeFactory().stringNode(text);
    }

    private static JsonNode branch(JsonNode foretold, String outcome) {
        return foretold.get("outcomes")
                .valueStream()
                .filter(each -> each.get("outcome").asString().equals(outcome))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is foretold of " + outcome + ": " + foretold));
    }

    private static double attempts(Scrape scrape, Told told, String position, String outcome, String status) {
        return scrape.value(
                "understudy_attempts_seconds_count",
                "api",
                told.api(),
                "operation",
                told.operation(),
                "position",
                position,
                "outcome",
                outcome,
                "status",
                status);
    }

    private static Scrape.Sample theOnlyFailover(Scrape scrape) {
        List<Scrape.Sample> all = scrape.named("understudy_failovers_total");
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private JsonNode theOnlyEvent() {
        List<JsonNode> all = await().atMost(SOON).until(this::failovers, found -> !found.isEmpty());
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private List<JsonNode> failovers() throws Exception {
        return admin("/api/v1/events")
                .get("events")
                .valueStream()
                .filter(event -> event.get("kind").asString().equals("failover"))
                .toList();
    }

    private JsonNode admin(String target) throws Exception {
        return JsonMapper.shared()
                .readTree(
                        TlsClient.get(gateway.adminPort(), target, "Authorization", ANNA, "Accept", "application/json")
                                .body());
    }

    private static String line(CapturedOutput output, Predicate<String> wanted) {
        return await().atMost(SOON)
                .until(() -> output.getOut().lines().filter(wanted).findFirst(), Optional::isPresent)
                .orElseThrow();
    }

    // For people: what was compared, word for word.
    private static void quote(
            String line,
            String access,
            Scrape.Sample counted,
            Scrape scrape,
            JsonNode event,
            JsonNode why,
            JsonNode branch)
            throws IOException {
        String attempts = String.join(
                "\n",
                scrape.named("understudy_attempts_seconds_count").stream()
                        .map(Scrape.Sample::line)
                        .toList());
        Files.writeString(QUOTES, """
                # A failover, told four ways

                ## The log

                ```
                %s
                %s
                ```

                ## The meters

                ```
                %s
                %s
                ```

                ## The event

                ```
                %s
                ```

                ## Explain

                Why it went there:

                ```
                %s
                ```

                What the next one would do in the same case:

                ```
                %s
                ```
                """.formatted(
                        line,
                        access,
                        counted.line(),
                        attempts,
                        event,
                        why.get("text")
                                .valueStream()
                                .map(JsonNode::asString)
                                .reduce((one, other) -> one + "\n" + other)
                                .orElseThrow(),
                        branch));
    }
}
