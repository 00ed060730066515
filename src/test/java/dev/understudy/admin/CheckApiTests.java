package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.AdminCaller;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsEndpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.json.JsonMapper;

/** What the gateway finds when it asks endpoints before anybody deploys them, through the wire. */
@ExtendWith(OutputCaptureExtension.class)
class CheckApiTests {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Authority PLATFORM = new Authority("of the platform");

    @TempDir
    private static Path folder;

    private static RawEndpoint served;
    private static RunningGateway gateway;
    private static AdminCaller anna;
    private static AdminCaller bert;
    private static AdminCaller dora;

    @BeforeAll
    static void start() throws Exception {
        served = RawEndpoint.answering(200, "served");
        gateway = PLATFORM.trusted(
                folder,
                () -> RunningGateway.serving(
                        Map.of("a.yaml", Documents.things(served.url())),
                        "understudy.failover.connect-timeout=2s",
                        "understudy.failover.probe.timeout=3s",
                        "understudy.admin.users[0].username=anna",
                        "understudy.admin.users[0].password={noop}x",
                        "understudy.admin.users[1].username=bert",
                        "understudy.admin.users[1].password={noop}x",
                        "understudy.admin.users[1].roles=viewer",
                        "understudy.admin.users[2].username=dora",
                        "understudy.admin.users[2].password={noop}x",
                        "understudy.admin.users[2].roles=deployer"));
        anna = AdminCaller.of(gateway.adminPort(), basic("anna", "x"));
        bert = anna.as(basic("bert", "x"));
        dora = anna.as(basic("dora", "x"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        served.close();
    }

    @Test
    void anEndpointThatAnswersIsToldWithAllStagesAndNothingOfItsAnswerButTheStatus() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> connection.send(
                "HTTP/1.1 200 CANARY-reason\r\nX-CANARY: CANARY-header\r\nContent-Length: 11\r\n\r\nCANARY-body"))) {
            String answer = check(endpoint.url() + "/v1");

            assertThat(JsonPath.<String>read(answer, "$.endpoints[0].url")).isEqualTo(endpoint.url() + "/v1");
            assertVerdict(answer, "answers", null, null);
            assertThat(JsonPath.<List<String>>read(answer, "$.endpoints[0].dns.addresses"))
                    .contains("127.0.0.1");
            assertThat(JsonPath.<String>read(answer, "$.endpoints[0].tcp.address"))
                    .isEqualTo("127.0.0.1:" + endpoint.port());
            assertThat(JsonPath.<Object>read(answer, "$.endpoints[0].tls")).isNull();
            assertThat(JsonPath.<Integer>read(answer, "$.endpoints[0].http.status"))
                    .isEqualTo(200);
            assertThat(answer).doesNotContain("CANARY");
            RawMessage request = endpoint.onlyRequest();
            assertThat(request.firstLine()).isEqualTo("GET /v1 HTTP/1.1");
            assertThat(request.all("user-agent")).containsExactly("understudy-check");
            assertThat(request.header("authorization")).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, , answers",
        "302, , answers",
        "404, , answers",
        "500, , reachable",
        "503, , reachable",
        "200, /up?deep=true, answers",
        "302, /up, answers",
        "404, /up, reachable",
        "503, /up, reachable"
    })
    void ofAPathA2xxOr3xxIsGoodAndOfTheUrlItselfWhatIsNoFault(int status, @Nullable String path, String verdict)
            throws Exception {
        try (RawEndpoint elsewhere = RawEndpoint.answering(200, "");
                RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> connection.send("HTTP/1.1 " + status
                        + " Said\r\nLocation: " + elsewhere.url() + "\r\nContent-Length: 0\r\n\r\n"))) {
            String answer = check(path == null ? Map.of() : Map.of("path", path), endpoint.url() + "/base/");

            assertVerdict(
                    answer,
                    verdict,
                    verdict.equals("reachable") ? "http" : null,
                    verdict.equals("reachable") ? "status" : null);
            assertThat(JsonPath.<Integer>read(answer, "$.endpoints[0].http.status"))
                    .isEqualTo(status);
            assertThat(endpoint.onlyRequest().target()).isEqualTo("/base" + (path == null ? "" : path));
            assertThat(elsewhere.requests()).as("no redirect is followed").isEmpty();
        }
    }

    @Test
    void whatIsWrongBeforeThereIsAConnectionIsToldWithTheStage() throws Exception {
        try (BlackHole silent = new BlackHole()) {
            String answer = check(
                    "http://127.0.0.1:" + RawEndpoint.deadPort(),
                    "http://127.0.0.1:" + silent.port(),
                    "http://nowhere.invalid",
                    "ftp://x",
                    "http://me:CANARY@host");

            assertVerdict(answer, 0, "not_reachable", "tcp", "refused");
            assertVerdict(answer, 1, "not_reachable", "tcp", "connect_timeout");
            assertThat(JsonPath.<String>read(answer, "$.endpoints[1].text"))
                    .isEqualTo("None of its addresses took the connection within 2000 ms.");
            assertVerdict(answer, 2, "not_reachable", "dns", "unknown_host");
            assertVerdict(answer, 3, "not_valid", null, null);
            assertThat(JsonPath.<String>read(answer, "$.endpoints[3].text"))
                    .isEqualTo("expected: one of the schemes http, https, ws and wss");
            assertVerdict(answer, 4, "not_valid", null, null);
        }
    }

    @Test
    void anAnswerThatIsLateCutOffOrNoHttpIsToldAsThat() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            switch (request.target()) {
                case "/late" -> connection.socket().getInputStream().read();
                case "/cut" -> connection.close();
                default -> connection.send("SSH-2.0-OpenSSH\r\n\r\n");
            }
        })) {
            String answer = check(endpoint.url() + "/late", endpoint.url() + "/cut", endpoint.url() + "/garbage");

            assertVerdict(answer, 0, "reachable", "http", "timeout");
            assertThat(JsonPath.<String>read(answer, "$.endpoints[0].text"))
                    .isEqualTo("It did not answer within 3000 ms.");
            assertThat(JsonPath.<Object>read(answer, "$.endpoints[0].http.status"))
                    .isNull();
            assertVerdict(answer, 1, "reachable", "http", "closed");
            assertVerdict(answer, 2, "reachable", "http", "garbage");
            assertThat(endpoint.requests()).as("nothing is asked twice").hasSize(3);
        }
    }

    @Test
    void aBodyWithoutEndIsNotRead() throws Exception {
        CompletableFuture<Void> cut = new CompletableFuture<>();
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\n\r\n");
            try {
                while (true) {
                    connection.send("x".repeat(65_536));
                }
            } catch (IOException e) {
                cut.complete(null);
            }
        })) {
            assertVerdict(check(endpoint.url()), "answers", null, null);

            assertThat(cut).succeedsWithin(SOON);
        }
    }

    @Test
    void aCertificateThatIsTrustedIsToldWithItsEnd() throws Exception {
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(PLATFORM.issue("localhost")), "ok")) {
            String answer = check(endpoint.url(), "wss://localhost:" + endpoint.port());

            assertVerdict(answer, 0, "answers", null, null);
            Map<String, Object> tls = JsonPath.read(answer, "$.endpoints[0].tls");
            assertThat(tls)
                    .containsEntry("protocol", "TLSv1.3")
                    .containsEntry("subject", "localhost")
                    .containsEntry("issuer", "of the platform")
                    .containsEntry("names", List.of("localhost"))
                    .containsEntry("daysLeft", 0)
                    .containsEntry("trusted", true)
                    .containsEntry("forName", true)
                    .containsEntry("refusal", null);
            assertThat(Instant.parse(String.valueOf(tls.get("notAfter"))))
                    .isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(1)));
            assertVerdict(answer, 1, "connects", null, null);
            assertThat(JsonPath.<Boolean>read(answer, "$.endpoints[1].tls.trusted"))
                    .isTrue();
            assertThat(JsonPath.<Object>read(answer, "$.endpoints[1].http")).isNull();
            assertThat(endpoint.requests()).as("no handshake of WebSocket").hasSize(1);
        }
    }

    @Test
    void aCertificateThatIsNotAcceptedIsToldWithWhy() throws Exception {
        Instant past = Instant.now().minus(Duration.ofHours(30));
        SelfSigned own = SelfSigned.of("localhost");
        Authority stranger = new Authority("stranger");
        try (TlsEndpoint self = new TlsEndpoint(Authority.context(own.keys()), "");
                TlsEndpoint name = new TlsEndpoint(Authority.context(PLATFORM.issue("other.example")), "");
                TlsEndpoint ended = new TlsEndpoint(Authority.context(PLATFORM.issue("localhost", past)), "");
                TlsEndpoint unknown = new TlsEndpoint(Authority.context(stranger.issue("localhost")), "")) {
            String answer = check(self.url(), name.url(), ended.url(), unknown.url());

            for (int i = 0; i < 4; i++) {
                assertVerdict(answer, i, "not_reachable", "tls", "certificate");
                assertThat(JsonPath.<String>read(answer, "$.endpoints[" + i + "].text"))
                        .startsWith("Its certificate is not accepted. It ")
                        .endsWith(JsonPath.read(answer, "$.endpoints[" + i + "].tls.refusal"));
            }
            assertThat(refusal(answer, 0))
                    .isEqualTo("It is signed by itself, and is not among the certificates that" + " are trusted.");
            assertTrusted(answer, 0, false, null);
            assertThat(refusal(answer, 1)).isEqualTo("It is not for localhost, but for other.example.");
            assertTrusted(answer, 1, true, false);
            assertThat(refusal(answer, 2)).startsWith("It ended at ");
            assertThat(JsonPath.<Integer>read(answer, "$.endpoints[2].tls.daysLeft"))
                    .isEqualTo(-2);
            assertTrusted(answer, 2, false, null);
            assertThat(refusal(answer, 3))
                    .isEqualTo("It was issued by stranger, and no certificate that is trusted vouches for that.");

            String trusting = check(
                    Map.of("certificates", own.trust().certificates()),
                    self.url(),
                    name.url().replace("https", "wss"));
            assertVerdict(trusting, 0, "answers", null, null);
            assertTrusted(trusting, 0, true, true);
            assertVerdict(trusting, 1, "not_reachable", "tls", "certificate");
        }
    }

    @Test
    void anEndpointThatSpeaksNoTlsIsToldAsThat() throws Exception {
        try (FaultyEndpoint plain = FaultyEndpoint.connected(new ServerSocket(), line -> {
            line.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            line.untilClosed();
        })) {
            String answer = check("https://localhost:" + plain.port(), "ws://localhost:" + plain.port());

            assertVerdict(answer, 0, "not_reachable", "tls", "tls");
            assertThat(JsonPath.<Object>read(answer, "$.endpoints[0].tls")).isNull();
            assertVerdict(answer, 1, "connects", null, null);
        }
    }

    @Test
    void fiftyOfWhichHalfAreSilentEndWithinTheBound() throws Exception {
        try (BlackHole silent = new BlackHole();
                RawEndpoint well = RawEndpoint.answering(200, "")) {
            List<String> urls = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                urls.addAll(List.of("http://127.0.0.1:" + silent.port(), well.url() + "/" + i));
            }
            long began = System.nanoTime();

            String answer = check(urls.toArray(String[]::new));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
            assertThat(JsonPath.<List<String>>read(answer, "$.endpoints[*].url"))
                    .containsExactlyElementsOf(urls);
            for (int i = 0; i < 50; i += 2) {
                assertVerdict(answer, i, "not_reachable", "tcp", "connect_timeout");
                assertVerdict(answer, i + 1, "answers", null, null);
            }
        }
    }

    @Test
    void onlyADeployerAndAnAdminMayCheck(CapturedOutput output) throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "")) {
            byte[] body = body(Map.of(), endpoint.url());

            assertThat(post(bert, body).status()).isEqualTo(403);
            for (String disguise :
                    List.of("/api/v1/endpoints/check/", "/api/v1/endpoints/%63heck", "/api/v1/endpoints/check;x")) {
                assertThat(bert.unchecked("POST", disguise, body, "Content-Type: application/json")
                                .status())
                        .as(disguise)
                        .isIn(400, 403, 404);
            }
            assertThat(endpoint.requests()).isEmpty();
            assertThat(output).contains("user=\"bert\"").contains("refused: role missing");
            assertThat(post(dora, body).status()).isEqualTo(200);
            assertThat(dora.unchecked(
                                    "PUT",
                                    "/api/v1/endpoints/check/override",
                                    "{\"state\": \"down\"}".getBytes(StandardCharsets.UTF_8),
                                    "Content-Type: application/json")
                            .status())
                    .isEqualTo(403);
            RawMessage get = bert.unchecked("GET", CheckApi.PATH, new byte[0]);
            assertThat(get.status()).isEqualTo(405);
            assertThat(get.header("Allow")).contains("POST");
        }
    }

    @Test
    void whoCheckedWhatIsInTheAuditLogAndNoPasswordIs(CapturedOutput output) throws Exception {
        int dead = RawEndpoint.deadPort();
        post(dora, body(Map.of(), served.url(), "http://127.0.0.1:" + dead, "http://me:CANARY@host"));
        post(dora, "{}".getBytes(StandardCharsets.UTF_8));

        assertThat(output)
                .contains(line("dora", served.url(), "answers 200"))
                .contains(line("dora", "http://127.0.0.1:" + dead, "not_reachable: tcp, refused"))
                .contains(line("dora", "no URL of an endpoint", "not_valid"))
                .contains(line("dora", "endpoints", "refused with 400: urls: not there"))
                .doesNotContain("CANARY");
    }

    @Test
    void whatIsUnderWayGoesToItsEndAndIntoTheAuditLogAlsoWhenTheCallerHasLeft(CapturedOutput output) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            left.await(2, TimeUnit.SECONDS);
            connection.answer(200, "");
        })) {
            byte[] body = body(Map.of(), endpoint.url());
            try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
                caller.send("POST " + CheckApi.PATH + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                                + basic("dora", "x") + "\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length + "\r\n\r\n")
                        .send(body);
                await().atMost(SOON).until(() -> !endpoint.requests().isEmpty());
            }
            left.countDown();

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(output).contains(line("dora", endpoint.url(), "answers 200")));
        }
    }

    @Test
    void theHealthOfAnEndpointAndTheRecordsOfRequestsStayAsTheyWere() throws Exception {
        served.die();
        try {
            for (int i = 0; i < 10; i++) {
                assertVerdict(check(served.url()), "not_reachable", "tcp", "refused");
            }
        } finally {
            served.revive();
        }

        String all = anna.get("/api/v1/endpoints").text();
        assertThat(JsonPath.<List<Map<String, Object>>>read(all, "$.endpoints[*].lists[*]"))
                .isNotEmpty()
                .allSatisfy(list -> assertThat(list)
                        .containsEntry("state", "ready")
                        .containsEntry("failuresInRow", 0)
                        .containsEntry("lastError", null));
        assertThat(JsonPath.<Integer>read(anna.get("/api/v1/requests").text(), "$.remembered"))
                .isZero();
    }

    @Test
    void aUserHasOneCheckAtATime() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            enough.await(3, TimeUnit.SECONDS);
            connection.answer(200, "");
        })) {
            byte[] slow = body(Map.of(), endpoint.url());
            CompletableFuture<RawMessage> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return post(anna, slow);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().atMost(SOON).until(() -> !endpoint.requests().isEmpty());

            RawMessage second = post(anna, body(Map.of(), served.url()));
            RawMessage other = post(dora, body(Map.of(), served.url()));
            enough.countDown();

            assertThat(second.status()).isEqualTo(429);
            assertThat(second.header("Retry-After")).contains("2");
            assertThat(other.status()).isEqualTo(200);
            assertThat(first.get(20, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(post(anna, body(Map.of(), served.url())).status()).isEqualTo(200);
        }
    }

    @Test
    void whatIsNotUnderstoodIsRefusedWithWhatWasExpected() throws Exception {
        Map<String, String> faults = Map.of(
                "urls", "body: no JSON (expected: {\"urls\": [",
                "[]", "body: no JSON object",
                "{}", "urls: not there (expected: a list of 1 to 50, each a URL as text)",
                "{\"urls\": \"http://a\"}", "urls: no list",
                "{\"urls\": []}", "urls: 0 (expected: a list of 1 to 50",
                "{\"urls\": [\"http://a\", 1]}", "urls/1: no text",
                "{\"urls\": [\"http://a\"], \"pth\": \"/x\"}", "'pth': no member that is known (expected: urls, path,",
                "{\"urls\": [\"http://a\"], \"path\": \"x\"}", "path: not one that can be asked for",
                "{\"urls\": [\"http://a\"], \"certificates\": [\"x\"]}", "certificates: one that is none");
        for (Map.Entry<String, String> fault : faults.entrySet()) {
            RawMessage answer = post(anna, fault.getKey().getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).as(fault.getKey()).isEqualTo(400);
            assertThat(JsonPath.<String>read(answer.text(), "$.detail")).startsWith(fault.getValue());
        }
        assertThat(post(anna, body(Map.of(), Collections.nCopies(51, "http://a").toArray(String[]::new)))
                        .status())
                .isEqualTo(400);
        assertThat(post(anna, " ".repeat(WantedCheck.LONGEST + 1).getBytes(StandardCharsets.UTF_8))
                        .status())
                .isEqualTo(413);
        assertThat(anna.call("POST", CheckApi.PATH, body(Map.of(), "http://a")).status())
                .isEqualTo(415);
    }

    private static String check(String... urls) throws IOException {
        return check(Map.of(), urls);
    }

    private static String check(Map<String, Object> more, String... urls) throws IOException {
        RawMessage answer = post(anna, body(more, urls));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.text();
    }

    private static RawMessage post(AdminCaller caller, byte[] body) throws IOException {
        return caller.call("POST", CheckApi.PATH, body, "Content-Type: application/json");
    }

    private static byte[] body(Map<String, Object> more, String... urls) {
        Map<String, Object> members = new java.util.HashMap<>(more);
        members.put("urls", List.of(urls));
        return JSON.writeValueAsBytes(members);
    }

    private static void assertVerdict(String answer, String verdict, @Nullable String stage, @Nullable String reason) {
        assertVerdict(answer, 0, verdict, stage, reason);
    }

    private static void assertVerdict(
            String answer, int index, String verdict, @Nullable String stage, @Nullable String reason) {
        assertThat(JsonPath.<Map<String, Object>>read(answer, "$.endpoints[" + index + "]"))
                .containsEntry("verdict", verdict)
                .satisfies(one -> {
                    assertThat(one.get("stage")).isEqualTo(stage);
                    assertThat(one.get("reason")).isEqualTo(reason);
                });
    }

    private static void assertTrusted(String answer, int index, boolean trusted, @Nullable Boolean forName) {
        assertThat(JsonPath.<Map<String, Object>>read(answer, "$.endpoints[" + index + "].tls"))
                .containsEntry("trusted", trusted)
                .satisfies(tls -> assertThat(tls.get("forName")).isEqualTo(forName));
    }

    private static String refusal(String answer, int index) {
        return JsonPath.read(answer, "$.endpoints[" + index + "].tls.refusal");
    }

    private static String line(String user, String subject, String result) {
        return "user=\"" + user + "\" from=\"127.0.0.1\" action=\"check\" subject=\"" + subject + "\" result=\""
                + result;
    }
}
