package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.journal.Event;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What operators see of endpoints and do to them, through the wire. */
@ExtendWith(OutputCaptureExtension.class)
class EndpointsApiTests {

    private static final String PATH = EndpointsApi.PATH;
    private static final String DOWN = "{\"state\": \"down\"}";
    private static final String AUTO = "{\"state\": \"auto\"}";
    private static final Duration SOON = Duration.ofSeconds(10);

    private RawEndpoint first;
    private RawEndpoint second;
    private RunningGateway gateway;

    @BeforeEach
    void start() {
        first = RawEndpoint.answering(200, "first");
        second = RawEndpoint.answering(200, "second");
        gateway = RunningGateway.serving(
                Map.of("a.yaml", Documents.things(first.url(), second.url()).replace("500ms", "5s")),
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x",
                "understudy.admin.users[1].username=bert",
                "understudy.admin.users[1].password={noop}x",
                "understudy.admin.users[1].roles=viewer",
                "understudy.admin.users[2].username=dora",
                "understudy.admin.users[2].password={noop}x",
                "understudy.admin.users[2].roles=deployer");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        first.close();
        second.close();
    }

    @Test
    void eachEndpointIsThereWithItsListsAndWhoGoesToIt() throws Exception {
        String all = get("anna", PATH).body();

        assertThat(JsonPath.<List<String>>read(all, "$.endpoints[*].url"))
                .containsExactlyInAnyOrder(first.url(), second.url());
        assertThat(JsonPath.<List<String>>read(all, "$.endpoints[*].id"))
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("ep-[0-9a-f]{24}"));
        Map<String, Object> list = JsonPath.read(one(second), "$.lists[0]");
        assertThat(list)
                .containsEntry("apis", List.of("Test 1"))
                .containsEntry("kinds", List.of("production"))
                .containsEntry("type", "failover")
                .containsEntry("position", 2)
                .containsEntry("state", "ready")
                .containsEntry("failuresInRow", 0)
                .containsEntry("lastError", null)
                .containsEntry("latencyMs", null)
                .containsEntry("lastServed", null)
                .containsEntry("lastProved", null)
                .containsEntry(
                        "operations",
                        Map.of(
                                "count",
                                7,
                                "first",
                                List.of(
                                        "GET /thing",
                                        "PUT /thing",
                                        "POST /thing",
                                        "DELETE /thing",
                                        "HEAD /thing",
                                        "GET /t/{id}/x",
                                        "GET /files/*")));
    }

    @Test
    void whatRequestsFoundIsTold() throws Exception {
        Instant before = Instant.now().minusMillis(1);
        call();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(JsonPath.<String>read(one(first), "$.lists[0].lastServed"))
                        .isNotNull());
        assertThat(Instant.parse(JsonPath.read(one(first), "$.lists[0].lastServed")))
                .isBetween(before, Instant.now());
        assertThat(JsonPath.<Double>read(one(first), "$.lists[0].latencyMs")).isPositive();
        assertThat(JsonPath.<Double>read(one(first), "$.lists[0].latencyP99Ms"))
                .isGreaterThanOrEqualTo(JsonPath.<Double>read(one(first), "$.lists[0].latencyP50Ms"));

        first.die();
        for (int i = 0; i < 3; i++) {
            call();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(JsonPath.<Integer>read(one(first), "$.lists[0].failuresInRow"))
                        .isEqualTo(3));
        assertThat(JsonPath.<String>read(one(first), "$.lists[0].lastError.word"))
                .isEqualTo("refused");
        assertThat(JsonPath.<String>read(one(first), "$.lists[0].state")).isEqualTo("suspended");
        assertThat(Instant.parse(JsonPath.read(one(first), "$.lists[0].since"))).isBetween(before, Instant.now());

        first.revive();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(JsonPath.<String>read(one(first), "$.lists[0].lastProved"))
                        .isNotNull());
        // The least time of the suspension may not be over yet.
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(JsonPath.<String>read(one(first), "$.lists[0].state"))
                        .isNotEqualTo("suspended"));
    }

    @Test
    void whereEveryEndpointIsHeldRequestsAreAnsweredWithThatAndNobodyIsAsked() throws Exception {
        assertThat(put("anna", first, DOWN).statusCode()).isEqualTo(200);
        assertThat(put("anna", second, "{\"state\": \"draining\"}").statusCode())
                .isEqualTo(200);

        RawMessage answer = call();

        assertThat(answer.status()).isEqualTo(503);
        assertThat(JsonPath.<String>read(answer.text(), "$.code")).isEqualTo("102508");
        assertThat(first.requests()).isEmpty();
        assertThat(second.requests()).isEmpty();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(events(Kind.GIVEN_UP))
                        .singleElement()
                        .satisfies(event -> assertThat(event.facts()).containsEntry("reason", "held")));
        String meters = get("anna", "/actuator/prometheus").body();
        assertThat(meters.lines()
                        .filter(line -> line.startsWith("understudy_endpoint_state{") && line.endsWith(" 1.0")))
                .hasSize(2)
                .anyMatch(line -> line.contains("position=\"1\",state=\"down\""))
                .anyMatch(line -> line.contains("position=\"2\",state=\"draining\""));
        assertThat(meters.lines().filter(line -> line.startsWith("understudy_group_active_position{")))
                .singleElement()
                .asString()
                .endsWith(" 0.0");
    }

    @Test
    void whatWasDoneIsInTheAnswerTheAuditLogAndTheEvents(CapturedOutput output) throws Exception {
        String answer = put("anna", first, "{\"state\": \"draining\", \"for\": \"15m\", \"reason\": \"new\\ndisk\"}")
                .body();

        Map<String, Object> override = JsonPath.read(answer, "$.override");
        assertThat(override)
                .containsEntry("state", "draining")
                .containsEntry("reason", "new?disk")
                .containsEntry("by", "anna");
        Instant since = Instant.parse(String.valueOf(override.get("since")));
        assertThat(Instant.parse(String.valueOf(override.get("until")))).isEqualTo(since.plus(Duration.ofMinutes(15)));
        assertThat(JsonPath.<String>read(answer, "$.lists[0].state")).isEqualTo("draining");
        assertThat(JsonPath.<String>read(answer, "$.lists[0].since")).isEqualTo(since.toString());
        put("anna", first, AUTO);

        assertThat(events(Kind.OVERRIDE_SET))
                .singleElement()
                .satisfies(event -> assertThat(event.facts())
                        .containsEntry("endpoint", first.url())
                        .containsEntry("state", "draining")
                        .containsEntry("by", "anna")
                        .containsEntry("reason", "new?disk"));
        assertThat(events(Kind.OVERRIDE_ENDED))
                .singleElement()
                .satisfies(event -> assertThat(event.facts()).containsEntry("why", "by anna"));
        assertThat(output)
                .contains("user=\"anna\" from=\"127.0.0.1\" action=\"override\" subject=\"" + first.url()
                        + "\" result=\"draining for 900 s: new?disk\"")
                .contains("subject=\"" + first.url() + "\" result=\"auto\"");
    }

    @Test
    void onlyAnAdminMayHoldAndLetGo(CapturedOutput output) throws Exception {
        String id = id(first);
        for (String user : List.of("bert", "dora")) {
            assertThat(get(user, PATH).statusCode()).isEqualTo(200);
            assertThat(get(user, PATH + "/" + id).statusCode()).isEqualTo(200);
            for (String disguise : List.of(
                    PATH + "/" + id + "/override",
                    "/api/v1/%65ndpoints/" + id + "/override",
                    "/api/v1/endpoints;x=1/" + id + "/override",
                    "/api/v1/endpoints/" + id + "/override;x",
                    "/api/v1/endpoints/" + id + "/override/",
                    "/api/v1//endpoints/" + id + "/override",
                    "/api/v1/x/../endpoints/" + id + "/override")) {
                assertThat(send(user, disguise, DOWN).statusCode()).as(disguise).isIn(400, 403, 404);
            }
            assertThat(send(user, PATH + "/" + id + "/override", DOWN).statusCode())
                    .isEqualTo(403);
        }
        assertThat(JsonPath.<Object>read(one(first), "$.override")).isNull();
        assertThat(output).contains("user=\"bert\"").contains("refused: role missing");
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithWhatWasExpectedAndChangesNothing() throws Exception {
        Map<String, String> faults = Map.ofEntries(
                Map.entry("", "body: no JSON"),
                Map.entry("down", "body: no JSON"),
                Map.entry("[]", "body: no JSON object"),
                Map.entry("{}", "state: not there (expected: draining, down or auto)"),
                Map.entry("{\"state\": \"Down\"}", "state: 'Down' (expected: draining, down or auto)"),
                Map.entry("{\"state\": 1}", "state: no text"),
                Map.entry("{\"state\": \"down\", \"fro\": \"15m\"}", "'fro': no member that is known"),
                Map.entry("{\"state\": \"down\", \"for\": 15}", "for: no text (expected: a time such as 15m)"),
                Map.entry("{\"state\": \"down\", \"for\": \"15\"}", "for: '15' (expected: a time from 1s to 30d"),
                Map.entry("{\"state\": \"down\", \"for\": \"soon\"}", "for: 'soon'"),
                Map.entry("{\"state\": \"down\", \"for\": \"31d\"}", "for: '31d'"),
                Map.entry("{\"state\": \"down\", \"for\": \"-1m\"}", "for: '-1m'"),
                Map.entry("{\"state\": \"down\", \"for\": \"99999999999999999d\"}", "for: '99999999999999999d'"),
                Map.entry("{\"state\": \"auto\", \"for\": \"15m\"}", "for: there, and state is auto"),
                Map.entry(
                        "{\"state\": \"down\", \"reason\": \"" + "x".repeat(201) + "\"}",
                        "reason: 201 characters (expected: at most 200)"));
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            HttpResponse<String> answer = put("anna", first, fault.getKey());
            assertThat(answer.statusCode()).as(fault.getKey()).isEqualTo(400);
            assertThat(JsonPath.<String>read(answer.body(), "$.detail")).startsWith(fault.getValue());
        }
        assertThat(send("anna", PATH + "/ep-0/override", DOWN).statusCode()).isEqualTo(404);
        assertThat(get("anna", PATH + "/ep-0").statusCode()).isEqualTo(404);
        assertThat(put("anna", first, " ".repeat(JsonBody.LONGEST) + DOWN).statusCode())
                .isEqualTo(413);
        assertThat(TlsClient.put(
                                gateway.adminPort(),
                                PATH + "/" + id(first) + "/override",
                                DOWN,
                                "Authorization",
                                basic("anna", "x"))
                        .statusCode())
                .isEqualTo(415);
        HttpResponse<String> wrong = TlsClient.call(
                "DELETE",
                gateway.adminPort(),
                PATH + "/" + id(first) + "/override",
                "Authorization",
                basic("anna", "x"));
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.headers().allValues("Allow")).containsExactly("PUT");
        assertThat(JsonPath.<Object>read(one(first), "$.override")).isNull();
    }

    @Test
    void whatCannotBeKeptIsNotDone() throws Exception {
        put("anna", second, AUTO);
        put("anna", second, "{\"state\": \"down\", \"reason\": \"kept\"}");
        Path obstacle = Path.of(gateway.property("understudy.store.directory"), "overrides.unfinished", "x");
        Files.createDirectories(obstacle);

        HttpResponse<String> answer = put("anna", first, DOWN);

        assertThat(answer.statusCode()).isEqualTo(507);
        assertThat(answer.body()).doesNotContain(gateway.property("understudy.store.directory"));
        assertThat(JsonPath.<Object>read(one(first), "$.override")).isNull();
        assertThat(put("anna", second, AUTO).statusCode()).isEqualTo(507);
        assertThat(JsonPath.<String>read(one(second), "$.override.reason")).isEqualTo("kept");
        assertThat(call().text()).isEqualTo("first");
    }

    @Test
    void whatIsHeldCanBeLetGoAlsoWhenNoListHasItAnyMore() throws Exception {
        String id = id(first);
        put("anna", first, DOWN);
        Files.delete(gateway.folder().resolve("a.yaml"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(
                                JsonPath.<List<String>>read(get("anna", PATH).body(), "$.endpoints[*].id"))
                        .containsExactly(id));
        String held = get("anna", PATH + "/" + id).body();
        assertThat(JsonPath.<List<Object>>read(held, "$.lists")).isEmpty();
        assertThat(JsonPath.<Object>read(held, "$.inFlight")).isNull();

        HttpResponse<String> answer = send("anna", PATH + "/" + id + "/override", AUTO);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(JsonPath.<Object>read(answer.body(), "$.override")).isNull();
        assertThat(JsonPath.<List<Object>>read(get("anna", PATH).body(), "$.endpoints"))
                .isEmpty();
    }

    private RawMessage call() throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private HttpResponse<String> get(String user, String path) throws Exception {
        return TlsClient.get(gateway.adminPort(), path, "Authorization", basic(user, "x"));
    }

    private HttpResponse<String> put(String user, RawEndpoint endpoint, String body) throws Exception {
        return send(user, PATH + "/" + id(endpoint) + "/override", body);
    }

    private HttpResponse<String> send(String user, String path, String body) throws Exception {
        return TlsClient.put(
                gateway.adminPort(), path, body, "Authorization", basic(user, "x"), "Content-Type", "application/json");
    }

    private String one(RawEndpoint endpoint) throws Exception {
        return get("anna", PATH + "/" + id(endpoint)).body();
    }

    private String id(RawEndpoint endpoint) throws Exception {
        return JsonPath.<List<String>>read(
                        get("anna", PATH).body(), "$.endpoints[?(@.url=='" + endpoint.url() + "')].id")
                .get(0);
    }

    private List<Event> events(Kind kind) {
        return gateway.bean(Events.class).after(0).stream()
                .filter(event -> event.kind() == kind)
                .toList();
    }
}
