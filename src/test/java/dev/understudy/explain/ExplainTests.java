package dev.understudy.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is explained before a request comes is what happens to it then, over real sockets. */
class ExplainTests {

    private static final String ANNA = TlsClient.basic("anna", "x");

    private static final FailoverPolicy POLICY = Policies.policy()
            .connect(Duration.ofMillis(400))
            .response(Duration.ofMillis(400))
            .idle(Duration.ofSeconds(2))
            .replayLimit(1_000)
            .statuses(503)
            .trustIdempotencyKey()
            .build();

    private static GatewayProcess gateway;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        gateway = new GatewayProcess(
                List.of(), "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}x");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "answers, GET, 0, false",
        "answers, POST, 5, false",
        "refuses, GET, 0, false",
        "refuses, POST, 5000, false",
        "connects never, POST, 0, false",
        "closes, GET, 0, false",
        "closes, POST, 5, false",
        "closes, POST, 5, true",
        "closes, PUT, 5, false",
        "closes, PUT, 5000, false",
        "is silent, GET, 0, false",
        "is silent, POST, 0, false",
        "is busy, GET, 0, false",
        "is busy, POST, 5, false",
        "is busy, DELETE, 0, false"
    })
    void whatIsForetoldHappens(String behaviour, String method, int body, boolean keyed) throws Exception {
        String base = gateway.things(POLICY, endpoint(behaviour), endpoint(behaviour), endpoint(behaviour));

        JsonNode foretold =
                explain("method", method, "path", base + "/thing", "body", "" + body, "idempotency-key", "" + keyed);
        RequestRecord record = send(method, base + "/thing", body, keyed);

        assertForetold(foretold, record);
    }

    @Test
    void whatIsForetoldOfSuspendedEndpointsHappens() throws Exception {
        String base = gateway.things(POLICY, endpoint("refuses"), endpoint("is busy"), endpoint("refuses"));
        for (int i = 0; i < 3; i++) {
            send("GET", base + "/thing", 0, false);
        }

        JsonNode foretold = explain("path", base + "/thing");
        RequestRecord record = send("GET", base + "/thing", 0, false);

        JsonNode first = foretold.get("line").get(0);
        assertThat(first.get("state").asString()).isEqualTo("suspended");
        assertThat(first.get("suspendedMs").asLong()).isBetween(0L, 60_000L);
        assertThat(first.get("why").asString())
                .contains("after 3 failures in a row")
                .contains("when nobody else is left");
        assertThat(positions(foretold.get("line")))
                .isEqualTo(
                        record.attempts().stream().map(each -> each.position()).toList());
    }

    @Test
    void whatIsForetoldOfEndpointsThatAreHeldHappens() throws Exception {
        String held = endpoint("answers");
        String refusing = endpoint("refuses");
        String base = gateway.things(POLICY, held, refusing, endpoint("refuses"));
        Holds holds = gateway.bean(Holds.class);
        try {
            holds.set(List.of(hold(held)));
            JsonNode foretold = explain("path", base + "/thing");
            assertForetold(foretold, send("GET", base + "/thing", 0, false));
            assertThat(positions(foretold.get("line"))).containsExactly(2, 3, 1);
            assertThat(foretold.get("line").get(2).get("state").asString()).isEqualTo("down");

            String alone = gateway.things(POLICY, held);
            JsonNode nobody = explain("path", alone + "/thing");
            RequestRecord record = send("GET", alone + "/thing", 0, false);
            assertThat(nobody.get("outcome").asString()).isEqualTo("refused");
            assertThat(nobody.get("status").asInt()).isEqualTo(record.status());
            assertThat(text(nobody.get("code"))).isEqualTo(record.code()).contains("102508");
            assertThat(nobody.get("outcomes").get(0).get("asked").isEmpty()).isTrue();
        } finally {
            holds.set(List.of());
        }
    }

    private static Hold hold(String url) {
        return new Hold(url, Hold.Kind.DOWN, Instant.now(), Optional.empty(), "", "anna");
    }

    @Test
    void lookingTakesNobodysTurn() throws Exception {
        EndpointGroup group = new EndpointGroup(
                "turns",
                Stream.of("answers", "answers", "answers")
                        .map(this::endpoint)
                        .map(Endpoint::parse)
                        .toList(),
                EndpointGroup.Type.LOAD_BALANCE,
                POLICY,
                Optional.empty());
        String base = gateway.serve(List.of(GatewayProcess.operation("GET /thing", group)));
        for (int turn = 0; turn < 4; turn++) {
            explain("path", base + "/thing");
            JsonNode foretold = explain("path", base + "/thing");
            RequestRecord record = send("GET", base + "/thing", 0, false);

            assertForetold(foretold, record);
            assertThat(record.attempts().get(0).position()).isEqualTo(turn % 3 + 1);
        }
    }

    @Test
    void nothingIsSentAndNothingLearnedByLooking() throws Exception {
        RawEndpoint watched = opened(RawEndpoint.answering(200, "ok"));
        String base = gateway.things(POLICY, watched.url());
        for (int i = 0; i < 10; i++) {
            explain("path", base + "/thing");
        }

        assertThat(watched.connections()).isZero();
        assertThat(explain("path", base + "/thing")
                        .get("line")
                        .get(0)
                        .get("state")
                        .asString())
                .isEqualTo("ready");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nowhere, false",
        "PATCH, /thing, false",
        "OPTIONS, /other, false",
        "OPTIONS, /other, true",
        "GET, /%zz, false",
        "GET, /a/%2e%2e/b, false",
        "GET, /blocked/thing, false",
        "OPTIONS, /blocked/thing, true"
    })
    void whatTheGatewayWouldAnswerItselfItAnswers(String method, String path, boolean preflight) throws Exception {
        EndpointGroup group = GatewayProcess.failover(POLICY, endpoint("answers"));
        Cors cors = new Cors(List.of("*"), List.of("GET"), List.of("*"), List.of(), false);
        String base = gateway.serve(
                Optional.of(cors),
                List.of(GatewayProcess.operation("GET /thing", group), GatewayProcess.operation("GET /other", group)));
        serveBlocked(group);
        String target = path.startsWith("/blocked") ? path : base + path;

        JsonNode foretold = explain("method", method, "path", target, "preflight", "" + preflight);
        RequestRecord record =
                send(method, target, preflight ? "Origin: http://o\r\nAccess-Control-Request-Method: GET\r\n" : "", "");

        assertThat(foretold.get("status").asInt()).isEqualTo(record.status());
        assertThat(text(foretold.get("code"))).isEqualTo(record.code());
        assertThat(foretold.get("line").isEmpty()).isTrue();
        assertThat(record.attempts()).isEmpty();
    }

    @Test
    void howAnOperationIsFoundAndWhoMayCallItIsTold() throws Exception {
        EndpointGroup group = GatewayProcess.failover(POLICY, endpoint("answers"));
        Operation secured = new Operation(
                "GET",
                PathTemplate.parse("/shops/{id}/menu.{format}"),
                Optional.of(group),
                Optional.empty(),
                new Access.Secured(List.of(Set.of("read", "menu"), Set.of("all"))),
                false,
                false);
        gateway.bean(ApiCatalog.class)
                .publish(
                        "explain-test",
                        Map.of(
                                "x",
                                new Api(
                                        "Shops",
                                        "2",
                                        "/shops/v2",
                                        Set.of("shops.example.com"),
                                        "X-Token",
                                        Optional.empty(),
                                        List.of(secured),
                                        false)),
                        Set.of());
        String path = "/shops/v2/shops/7%20b/menu.json";

        JsonNode found = explain("path", path + "?CANARY=1", "host", "Shops.example.com:8443");
        assertThat(found.get("virtualHost").asString()).isEqualTo("shops.example.com");
        assertThat(found.get("operation").get("template").asString()).isEqualTo("/shops/{id}/menu.{format}");
        assertThat(found.get("operation").get("segments").toString())
                .isEqualTo(
                        "[{'text':'shops','by':'concrete'},{'text':'v2','by':'concrete'},{'text':'shops','by':'concrete'},{'text':'7 b','by':'name'},{'text':'menu.json','by':'part'}]"
                                .replace('\'', '"'));
        assertThat(found.get("security").get("open").asBoolean()).isFalse();
        assertThat(found.get("security").get("header").asString()).isEqualTo("X-Token");
        assertThat(found.get("security").get("scopes").toString()).isEqualTo("[[\"menu\",\"read\"],[\"all\"]]");
        assertThat(found.toString()).doesNotContain("CANARY");

        JsonNode sandbox = explain("path", path, "host", "shops.example.com", "keytype", "SANDBOX");
        assertThat(sandbox.get("status").asInt()).isEqualTo(401);
        assertThat(sandbox.get("code").asString()).isEqualTo("900901");

        JsonNode elsewhere = explain("path", path, "host", "other.example.com");
        assertThat(elsewhere.get("status").asInt()).isEqualTo(404);
        assertThat(elsewhere.get("virtualHost").isNull()).isTrue();
    }

    @Test
    void aRequestThatCameIsExplainedByItsId() throws Exception {
        RawEndpoint second = opened(RawEndpoint.answering(200, "ok"));
        String dead = endpoint("refuses");
        String base = gateway.things(POLICY, dead, second.url());
        RequestRecord record = send("GET", base + "/thing?CANARY=1", 0, false);

        JsonNode told = admin("/api/v1/requests/" + record.id());

        assertThat(told.get("status").asInt()).isEqualTo(200);
        assertThat(told.get("operation").get("template").asString()).isEqualTo("/thing");
        assertThat(told.get("caller").get("decision").asString()).isEqualTo("open");
        assertThat(positions(told.get("line"))).containsExactly(1, 2);
        JsonNode first = told.get("attempts").get(0);
        assertThat(first.get("endpoint").asString()).isEqualTo(dead);
        assertThat(first.get("outcome").asString()).isEqualTo("refused");
        assertThat(first.get("reached").asString()).isEqualTo("connect");
        assertThat(first.get("next").asString()).isEqualTo("not_sent");
        assertThat(first.get("text").asString()).contains("while a connection was being made", "whatever it is");
        assertThat(told.get("timeLeftMs").asDouble()).isPositive();
        assertThat(told.get("text").toString())
                .contains("It was for GET /thing of", "No token was asked for.", "answer, 200, was passed on")
                .doesNotContain("CANARY");
        assertThat(told.toString()).doesNotContain("CANARY");
    }

    @Test
    void anIdThatNobodyHasIsSaidToBeNone() throws Exception {
        RequestRecord record = send("GET", "/nowhere", 0, false);
        assertThat(admin("/api/v1/requests/" + record.id()).get("text").toString())
                .contains("No operation was found", "with 404 and code 404");

        HttpResponse<String> unknown = get("/api/v1/requests/no-such-request");

        assertThat(unknown.statusCode()).isEqualTo(404);
        JsonNode problem = JsonMapper.shared().readTree(unknown.body());
        assertThat(problem.get("remembered").asInt()).isPositive();
        assertThat(problem.get("since").asString()).isNotBlank();
    }

    @Test
    void theLastRequestsAreListedAndCanBeChosenFrom() throws Exception {
        String base = gateway.things(POLICY, endpoint("refuses"), endpoint("answers"));
        RequestRecord moved = send("GET", base + "/thing", 0, false);
        RequestRecord wrong = send("PATCH", base + "/thing", 0, false);
        String api = moved.found().orElseThrow().api().name();

        assertThat(ids(admin("/api/v1/requests?limit=2"))).containsExactly(wrong.id(), moved.id());
        assertThat(ids(admin("/api/v1/requests?api=" + api + "&moved=true"))).containsExactly(moved.id());
        assertThat(ids(admin("/api/v1/requests?api=" + api + "&status=5xx"))).isEmpty();
        assertThat(ids(admin("/api/v1/requests?status=4xx&limit=1"))).containsExactly(wrong.id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "/api/v1/explain | path: not there (expected: that of a request, such as /menu/7)",
                "/api/v1/explain?path=/a&mehtod=GET | 'mehtod': no parameter here",
                "/api/v1/explain?path=/a&method=G%20ET | method: 'G ET' (expected: that of a request, such as GET)",
                "/api/v1/explain?path=/a&keytype=dev | keytype: 'dev' (expected: production or sandbox)",
                "/api/v1/explain?path=/a&body=x | body: 'x' (expected: a whole number",
                "/api/v1/explain?path=/a&path=/b | path: there 2 times (expected: once)",
                "/api/v1/requests?limit=1001 | limit: '1001' (expected: a whole number from 1 to 1000)",
                "/api/v1/requests?moved=yes | moved: 'yes' (expected: true or false)"
            })
    void whatIsAskedWronglyIsRefusedWithWhatWasExpected(String target, String detail) throws Exception {
        HttpResponse<String> refused = get(target);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(JsonMapper.shared().readTree(refused.body()).get("detail").asString())
                .startsWith(detail);
    }

    private static void assertForetold(JsonNode foretold, RequestRecord record) {
        AttemptRecord first = record.attempts().get(0);
        JsonNode branch = foretold.get("outcomes")
                .valueStream()
                .filter(each -> each.get("outcome").asString().equals(first.word()))
                .filter(each ->
                        each.get("answered").isNull() || each.get("answered").asInt() == record.status())
                .findFirst()
                .orElseThrow(() -> new AssertionError("not foretold: " + record));
        assertThat(branch.get("asked")
                        .valueStream()
                        .map(each -> each.get("position").asInt() + " "
                                + each.get("why").asString())
                        .toList())
                .isEqualTo(record.attempts().stream()
                        .map(each -> each.position() + " " + each.why().name().toLowerCase(Locale.ROOT))
                        .toList());
        assertThat(branch.get("end").asString())
                .isEqualTo(record.attempts()
                        .get(record.attempts().size() - 1)
                        .next()
                        .name()
                        .toLowerCase(Locale.ROOT));
        assertThat(branch.get("status").asInt()).isEqualTo(record.status());
        assertThat(text(branch.get("code"))).isEqualTo(record.code());
        assertThat(foretold.get("operation").get("route").asString())
                .isEqualTo(record.found().orElseThrow().id());
        assertThat(foretold.get("line").get(0).get("position").asInt()).isEqualTo(first.position());
    }

    private String endpoint(String behaviour) {
        return switch (behaviour) {
            case "answers" -> opened(RawEndpoint.answering(200, "ok")).url();
            case "refuses" -> "http://127.0.0.1:" + RawEndpoint.deadPort();
            case "connects never" -> "http://127.0.0.1:" + blackHole().port();
            case "closes" ->
                opened(RawEndpoint.doing((request, connection) -> connection.close()))
                        .url();
            case "is silent" ->
                opened(RawEndpoint.doing((request, connection) -> {})).url();
            case "is busy" -> opened(RawEndpoint.answering(503, "busy")).url();
            default -> throw new IllegalArgumentException(behaviour);
        };
    }

    private BlackHole blackHole() {
        try {
            return opened(new BlackHole());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.add(resource);
        return resource;
    }

    private static void serveBlocked(EndpointGroup group) {
        Api blocked = new Api(
                "blocked",
                "1",
                "/blocked",
                Set.of(),
                "Authorization",
                Optional.empty(),
                List.of(GatewayProcess.operation("GET /thing", group)),
                true);
        gateway.bean(ApiCatalog.class).publish("explain-blocked", Map.of("x", blocked), Set.of());
    }

    private static RequestRecord send(String method, String target, int body, boolean keyed) throws IOException {
        return send(
                method,
                target,
                (keyed ? "Idempotency-Key: k\r\n" : "") + (body > 0 ? "Content-Length: " + body + "\r\n" : ""),
                "x".repeat(body));
    }

    private static RequestRecord send(String method, String target, String headers, String body) throws IOException {
        String id = UUID.randomUUID().toString();
        RawMessage answer = RawCaller.call(
                gateway.port(),
                method + " " + target + " HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + id + "\r\n" + headers + "\r\n"
                        + body);
        assertThat(answer.status()).isPositive();
        RecentRequests recent = gateway.bean(RecentRequests.class);
        await().atMost(Duration.ofSeconds(5)).until(() -> recent.find(id).isPresent());
        return recent.find(id).orElseThrow();
    }

    /** @param query names and values in turn */
    private static JsonNode explain(String... query) throws Exception {
        StringBuilder target = new StringBuilder("/api/v1/explain");
        for (int i = 0; i < query.length; i += 2) {
            target.append(i == 0 ? '?' : '&')
                    .append(query[i])
                    .append('=')
                    .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
        }
        return admin(target.toString());
    }

    private static JsonNode admin(String target) throws Exception {
        HttpResponse<String> answer = get(target);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpResponse<String> get(String target) throws Exception {
        return TlsClient.get(
                Integer.parseInt(gateway.property("local.management.port")), target, "Authorization", ANNA);
    }

    private static List<Integer> positions(JsonNode line) {
        return line.valueStream().map(each -> each.get("position").asInt()).toList();
    }

    private static List<String> ids(JsonNode list) {
        return list.get("requests")
                .valueStream()
                .map(each -> each.get("id").asString())
                .toList();
    }

    private static Optional<String> text(JsonNode value) {
        return value.isNull() ? Optional.empty() : Optional.of(value.asString());
    }
}
