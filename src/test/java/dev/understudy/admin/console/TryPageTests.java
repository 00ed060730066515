package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.ConsoleCaller;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TestIssuer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Trying operations on the console: real sockets, real endpoints, real tokens. */
@ExtendWith(OutputCaptureExtension.class)
class TryPageTests {

    private static final String SHOP = "/console/apis/folder%3Ashop.yaml/try";
    private static final String OPEN = "/console/apis/folder%3Aopen.yaml/try";
    private static final Duration LONG = Duration.ofSeconds(60);

    private static final RawEndpoint FIRST = RawEndpoint.answering(200, "first");
    private static final RawEndpoint NEXT = RawEndpoint.answering(200, "next");

    @TempDir
    static Path folder;

    private static TestIssuer issuer;
    private static RunningGateway gateway;
    private static ConsoleCaller dora;
    private static ConsoleCaller vera;

    @BeforeAll
    static void start() throws Exception {
        issuer = new TestIssuer(folder);
        gateway = RunningGateway.serving(
                Map.of(
                        "shop.yaml", document("Shop", "/shop", "", FIRST.url(), NEXT.url()),
                        "open.yaml",
                                document("Open", "/open", "x-wso2-disable-security: true", FIRST.url(), NEXT.url())),
                settings("understudy.access-log=json"));
        dora = ConsoleCaller.signedIn(gateway.adminPort(), "dora", "CANARY-dora");
        vera = ConsoleCaller.signedIn(gateway.adminPort(), "vera", "CANARY-vera");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        FIRST.close();
        NEXT.close();
    }

    @BeforeEach
    void well() {
        FIRST.nowDoes((request, connection) -> connection.answer(200, "first"));
        FIRST.requests().clear();
        NEXT.requests().clear();
    }

    @Test
    void anOperationIsSentAsACallerWouldAndItsAnswerIsShown() throws IOException {
        FIRST.nowDoes((request, connection) -> connection.send(
                "HTTP/1.1 201 Made\r\nContent-Type: application/json\r\nX-Kitchen: hot\r\nContent-Length: 34\r\n\r\n"
                        + "{\"price\":1.10,\"big\":1e400,\"a\":[1]}"));
        RawMessage page = dora.post(
                SHOP + "?operation=POST+/items",
                Map.of(
                        "token", issuer.token(),
                        "query", "?size=2&name=Crème brûlée%21",
                        "headers", "X-Table: 7\r\nAccept-Language: fr",
                        "type", "application/json",
                        "body", "{\r\n  \"a\": 1\r\n}"));
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        RawMessage sent = FIRST.onlyRequest();
        assertThat(sent.firstLine()).isEqualTo("POST /items?size=2&name=Cr%C3%A8me%20br%C3%BBl%C3%A9e%21 HTTP/1.1");
        assertThat(sent.text()).isEqualTo("{\n  \"a\": 1\n}");
        assertThat(sent.header("x-table")).hasValue("7");
        assertThat(sent.header("accept-language")).hasValue("fr");
        assertThat(sent.header("content-type")).hasValue("application/json");
        assertThat(sent.header("x-forwarded-proto")).hasValue("https");
        assertThat(sent.header("authorization")).isEmpty();
        assertThat(page.text())
                .contains("201 Created", "X-Kitchen", "hot", "It is 34 bytes of application/json.")
                // The values are those that came, to the digit.
                .contains("&quot;price&quot; : 1.10,\n", "&quot;big&quot; : 1e400")
                .contains("Its token was taken, which is one for production endpoints.")
                // What was typed is still there, but for the token.
                .contains("value=\"?size=2&amp;name=Crème brûlée%21\"", "X-Table: 7\nAccept-Language: fr");
        assertThat(record(page).status()).isEqualTo(201);
        assertThat(dora.get("/console/requests/" + record(page).id()).status()).isEqualTo(200);
    }

    @Test
    void aFailoverIsShownWithBothAttempts() throws IOException {
        FIRST.nowDoes((request, connection) -> connection.answer(503, "away"));
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of());
        assertThat(page.text()).contains("200 OK", "Answered 503", "Answered 200", FIRST.url(), NEXT.url(), ">next<");
        assertThat(record(page).attempts()).hasSize(2);
    }

    @Test
    void theTokenIsNowhereButInTheRequest(CapturedOutput output) throws IOException {
        String token = issuer.token();
        ListAppender<ILoggingEvent> audit = listen();
        // An endpoint that repeats what it got, on an operation whose token passes.
        FIRST.nowDoes((request, connection) -> {
            String got = request.header("authorization").orElse("none");
            connection.send(
                    "HTTP/1.1 200 OK\r\nX-Got: " + got + "\r\nContent-Length: " + got.length() + "\r\n\r\n" + got);
        });
        RawMessage echoed = dora.post(OPEN + "?operation=GET+/items", Map.of("token", "Bearer " + token));
        assertThat(FIRST.onlyRequest().header("authorization")).hasValue("Bearer " + token);
        assertThat(echoed.text()).contains("Bearer " + TryAnswer.HIDDEN).doesNotContain(token);
        RawMessage taken = dora.post(SHOP + "?operation=GET+/items", Map.of("token", token, "query", "CANARY-query=1"));
        RawMessage wrong =
                dora.post(SHOP + "?operation=GET+/items/%7Bid%7D", Map.of("token", token, "headers", "no header"));
        RawMessage refused = vera.post(SHOP + "?operation=GET+/items", Map.of("token", token));
        assertThat(List.of(taken, wrong, refused))
                .extracting(RawMessage::status)
                .containsExactly(200, 422, 403);
        assertThat(List.of(taken, wrong, refused))
                .allSatisfy(page -> assertThat(page.text()).doesNotContain(token));
        RequestRecord record = record(taken);
        assertThat(record.toString()).doesNotContain(token);
        await().atMost(LONG).untilAsserted(() -> assertThat(output.getAll()).contains(record.id()));
        assertThat(output.getAll()).doesNotContain(token);
        assertThat(lines(audit))
                .filteredOn(line -> line.contains("console try"))
                .hasSize(2)
                .last()
                .asString()
                .contains("user=\"dora\"", "subject=\"folder:shop.yaml GET /shop/items\"", "result=\"answered 200\"")
                .doesNotContain("CANARY-query");
        assertThat(lines(audit))
                .anySatisfy(line -> assertThat(line).contains("user=\"vera\"", "refused: role missing"));
    }

    @Test
    void whoMayNotSendIsToldSoAndHasNoForm() throws IOException {
        RawMessage page = vera.get(SHOP);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains("To send requests takes the role deployer", "GET", "/shop/items")
                .doesNotContain("name=\"token\"");
        assertThat(vera.post(SHOP + "?operation=GET+/items", Map.of()).status()).isEqualTo(403);
        assertThat(FIRST.requests()).isEmpty();
    }

    @Test
    void aFormOfAnotherSessionSendsNothing() throws IOException {
        ConsoleCaller forged = new ConsoleCaller(gateway.adminPort(), dora.cookie(), "wrong");
        assertThat(forged.post(OPEN + "?operation=GET+/items", Map.of()).status())
                .isEqualTo(403);
        assertThat(FIRST.requests()).isEmpty();
    }

    @Test
    void whatIsWrongWithATokenIsSaidWithWhatToDo() throws IOException {
        assertThat(tried(Map.of()).text()).contains("401 Unauthorized", "900902", "Put one into the field Token.");
        assertThat(tried(Map.of("token", issuer.token(Duration.ofHours(-1)))).text())
                .contains("401 Unauthorized", "900903", "The token has expired. Get a new one.");
        String other = issuer.token().replaceFirst("\\.[^.]+$", ".bm90");
        assertThat(tried(Map.of("token", other)).text())
                .contains("401 Unauthorized", "900901", "understudy.security.issuers", "No endpoint was asked.");
        assertThat(FIRST.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET /items/{id},             /items/a%2Fb%20c%3Fd%23e%25%C3%A9",
        "GET /files/*,                /files/a/b%20c%3Fd%23e%25%C3%A9",
        "GET /odd/{name}.json/{name}, /odd/a%2Fb%20c%3Fd%23e%25%C3%A9.json/x",
        "GET /with space/{id},        /with%20space/a%2Fb%20c%3Fd%23e%25%C3%A9"
    })
    void whatIsTypedForAPathGoesEscaped(String operation, String target) throws IOException {
        RawMessage page = dora.post(
                OPEN + "?operation=" + URLEncoder.encode(operation, StandardCharsets.UTF_8),
                Map.of("path-0", "a/b c?d#e%é", "path-1", "x"));
        assertThat(page.text()).contains("200 OK");
        assertThat(FIRST.onlyRequest().target()).isEqualTo(target);
    }

    @Test
    void aPathThatIsAnotherOperationsIsToldSo() throws IOException {
        RawMessage page = dora.post(OPEN + "?operation=GET+/items/%7Bid%7D", Map.of("path-0", "all"));
        assertThat(page.text()).contains("It went to another operation", "GET /items/all");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path-0  | ''                         | Nothing (expected: a value).",
                "path-0  | ..                         | The path has a segment that is",
                "query   | a=\u0007b                  | A control character",
                "headers | X-A                        | Line 1: no header",
                "headers | 'X-A: 1\r\n bad name: 2'   | Line 2: no header",
                "headers | 'X-A: caf\u00e9'           | X-A has a value with other characters",
                "headers | 'X-A: 1\r2'                | X-A has a value with other characters",
                "headers | Host: elsewhere            | Host: it is that of the API.",
                "headers | Connection: close          | Connection: it is of the connection",
                "headers | Content-Length: 7          | Content-Length: it is of the connection",
                "headers | Transfer-Encoding: chunked | Transfer-Encoding: it is of the connection",
                "headers | Authorization: Bearer a    | Put it into the field Token.",
                "headers | X-Forwarded-For: 10.0.0.1  | the gateway says itself whose request it is.",
                "headers | Forwarded: for=10.0.0.1    | the gateway says itself whose request it is.",
                "headers | X-Request-Id: mine         | the console gives the request one",
                "token   | two words                  | Characters that no token has",
                "body    | text                       | A body (expected: none, as the method is GET)."
            })
    void whatIsWrongIsSaidBesideItsFieldAndNothingIsSent(String field, String value, String fault) throws IOException {
        Map<String, String> fields = new HashMap<>(Map.of("path-0", "7"));
        fields.put(field, value);
        RawMessage page = dora.post(OPEN + "?operation=GET+/items/%7Bid%7D", fields);
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text())
                .contains("1 field has to be put right.", "id=\"" + field + "-fault\"")
                .containsPattern("id=\"" + field + "-fault\".*" + Pattern.quote(escaped(fault)));
        assertThat(FIRST.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"path-0, 1000", "query, 4000", "headers, 8000", "token, 8000", "type, 200", "body, 65536"})
    void everyFieldHasABound(String field, int most) throws IOException {
        String operation = field.equals("path-0") ? "GET+/items/%7Bid%7D" : "POST+/items";
        RawMessage page = dora.post(OPEN + "?operation=" + operation, Map.of(field, "x".repeat(most + 1)));
        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text()).contains(most + 1 + " characters (expected: at most " + most + ").");
        assertThat(FIRST.requests()).isEmpty();
    }

    @Test
    void whatIsNotServedAnyMoreIsNotSent() throws IOException {
        assertThat(dora.post(OPEN + "?operation=GET+/gone", Map.of()).status()).isEqualTo(409);
        assertThat(dora.post(OPEN + "?operation=GET+/items", Map.of("host", "elsewhere"))
                        .status())
                .isEqualTo(409);
        assertThat(dora.get("/console/apis/nothing/try").status()).isEqualTo(404);
        assertThat(FIRST.requests()).isEmpty();
    }

    @Test
    void theRequestIsForTheHostOfTheApi() throws IOException {
        byte[] project = ApiProjects.zip(
                "", ApiProjects.at(ApiProjects.petStore(FIRST.url()), "eu.example Default", "us.example Default"));
        RawMessage looked = dora.upload("/console/add", project, Map.of("id", "pets"));
        assertThat(looked.status()).as(looked.text()).isEqualTo(303);
        assertThat(dora.post(looked.header("Location").orElseThrow(), Map.of()).status())
                .isEqualTo(303);
        String form = dora.get("/console/apis/pets/try").text();
        assertThat(form).contains("value=\"eu.example\"", "value=\"us.example\"");
        Matcher action =
                Pattern.compile("action=\"(/console/apis/pets/try[^\"]*)\"").matcher(form);
        assertThat(action.find()).isTrue();
        RawMessage page = dora.post(
                action.group(1).replace("&amp;", "&"), Map.of("host", "us.example", "path-0", "7", "type", ""));
        assertThat(page.text()).contains("200 OK");
        assertThat(record(page).host()).isEqualTo("us.example");
        assertThat(FIRST.onlyRequest().header("x-forwarded-host")).hasValue("us.example");
    }

    @Test
    void anAnswerThatIsTooLongIsCutAndToldSo() throws IOException {
        FIRST.nowDoes((request, connection) -> connection.answer(200, "a".repeat(200_000)));
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of());
        assertThat(page.text())
                .contains("200 OK", "the first 65536 bytes", "More than 64 KiB are not taken here")
                .doesNotContain("a".repeat(65_537));
    }

    @Test
    void anAnswerThatBreaksOffIsToldSo() throws IOException {
        FIRST.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
            connection.close();
        });
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of());
        assertThat(page.text()).contains("200 OK", "Then it broke off.");
        // What was sent before may be gone with the connection.
        assertThat(page.text()).containsAnyOf("half of it", "Nothing of it came.");
    }

    @Test
    void anAnswerThatIsNoTextIsNotShown() throws IOException {
        FIRST.nowDoes((request, connection) ->
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 4\r\n\r\n\u0089PNG"));
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of());
        assertThat(page.text()).contains("It is no text, and not shown: 4 bytes of image/png.");
    }

    @Test
    void whatAnEndpointSaysIsTextAndNoPartOfThePage() throws IOException {
        String evil = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>";
        FIRST.nowDoes((request, connection) -> connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Evil: "
                + evil + "\r\nContent-Length: " + evil.length() + "\r\n\r\n" + evil));
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of("query", "\"><script>alert(3)</script>"));
        assertThat(page.text()).contains("&lt;/pre&gt;&lt;script&gt;").doesNotContain("<script>", "<img src=x");
        assertThat(page.header("Content-Security-Policy")).hasValue(ConsoleSecurityConfiguration.CONTENT_POLICY);
    }

    @Test
    void aRedirectIsShownAndNotFollowed() throws IOException {
        FIRST.nowDoes((request, connection) ->
                connection.send("HTTP/1.1 302 Found\r\nLocation: " + NEXT.url() + "/x\r\nContent-Length: 0\r\n\r\n"));
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of());
        assertThat(page.text()).contains("302 Found", NEXT.url() + "/x", "It has no body.");
        assertThat(NEXT.requests()).isEmpty();
    }

    @Test
    void whatTheListenerDoesNotTakeIsToldWithoutARecord() throws IOException {
        RawMessage page = dora.post(OPEN + "?operation=GET+/items", Map.of("query", "é".repeat(3_000)));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("Nothing is remembered of this request");
    }

    @Test
    void anEndpointThatIsSilentEndsWithTheDeadline() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        FIRST.nowDoes((request, connection) -> end.await());
        NEXT.nowDoes((request, connection) -> end.await());
        try {
            gateway.write(
                    "silent.yaml",
                    document(
                            "Silent",
                            "/silent",
                            "x-wso2-disable-security: true",
                            "advanceEndpointConfig: {timeoutInMillis: 300}, ",
                            List.of(FIRST.url(), NEXT.url())));
            String page = "/console/apis/folder%3Asilent.yaml/try";
            await().atMost(LONG).until(() -> dora.get(page).status() == 200);
            assertThat(dora.post(page + "?operation=GET+/items", Map.of()).text())
                    .contains("504 Gateway Timeout", "102504", "No endpoint answered in time");
        } finally {
            end.countDown();
            NEXT.nowDoes((request, connection) -> connection.answer(200, "next"));
        }
    }

    @Test
    void moreThanEightAtOnceAreToldToComeLaterAndWhoLeavesGivesItsPlaceBack() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        FIRST.nowDoes((request, connection) -> end.await());
        ListAppender<ILoggingEvent> audit = listen();
        List<RawCaller> open = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                open.add(begun());
            }
            await().atMost(LONG).until(() -> FIRST.requests().size() == 8);
            RawMessage ninth = dora.post(OPEN + "?operation=GET+/items", Map.of());
            assertThat(ninth.status()).isEqualTo(503);
            assertThat(ninth.text()).contains("8 requests of this page are under way. This one was not sent.");
            assertThat(FIRST.requests()).hasSize(8);
            open.remove(0).close();
            await().atMost(LONG)
                    .until(() -> lines(audit).stream().anyMatch(line -> line.contains("left before the answer")));
            FIRST.nowDoes((request, connection) -> connection.answer(200, "first"));
            await().atMost(LONG)
                    .until(() ->
                            dora.post(OPEN + "?operation=GET+/items", Map.of()).status() == 200);
        } finally {
            end.countDown();
            for (RawCaller caller : open) {
                caller.close();
            }
        }
    }

    @Test
    void fiveHundredOperationsAreFoundAHundredAtATime() throws IOException {
        String paths = IntStream.range(0, 500)
                .mapToObj(i -> "  /thing-%03d: {get: {responses: {'200': {description: OK}}}}\n".formatted(i))
                .collect(Collectors.joining());
        gateway.write("many.yaml", document("Many", "/many", "x-wso2-disable-security: true", FIRST.url()) + paths);
        String page = "/console/apis/folder%3Amany.yaml/try";
        await().atMost(LONG).until(() -> dora.get(page).status() == 200);
        assertThat(dora.get(page).text()).contains("1 to 100 of ");
        RawMessage found = dora.get(page + "?q=thing-477", "HX-Request: true", "HX-Target: operations");
        assertThat(found.text())
                .contains("1 to 1 of 1", "/many/thing-477", "operation=GET%20%2Fthing-477")
                .doesNotContain("<html");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "understudy.http.port=-1", "server.address=127.0.0.1", "server.http2.enabled=true"})
    void theListenerIsReachedHoweverItIsSet(String setting) throws Exception {
        assertReached(setting.isEmpty() ? new String[0] : new String[] {setting});
    }

    @Test
    void aListenerWithoutTlsIsReachedInPlainText() throws Exception {
        Path file = folder.resolve("admin.p12");
        SelfSigned.write("localhost", file);
        assertReached(
                "server.ssl.enabled=false",
                "management.server.ssl.key-store=file:" + file,
                "management.server.ssl.key-store-password=" + SelfSigned.PASSWORD);
    }

    @Test
    void aCertificateOfAnotherNameThatNobodySignedIsTheGatewaysOwn() throws Exception {
        Path file = folder.resolve("gateway.p12");
        SelfSigned.write("gateway.example", file);
        assertReached(
                "server.ssl.key-store=file:" + file,
                "server.ssl.key-store-password=" + SelfSigned.PASSWORD,
                "understudy.http.port=-1");
        assertReached(
                "spring.ssl.bundle.jks.own.keystore.location=file:" + file,
                "spring.ssl.bundle.jks.own.keystore.password=" + SelfSigned.PASSWORD,
                "server.ssl.bundle=own",
                "understudy.http.port=-1");
    }

    @Test
    void whereCallersNeedACertificateThePlainListenerIsTakenOrItIsToldWhy() throws Exception {
        Path file = folder.resolve("mutual.p12");
        SelfSigned.write("localhost", file);
        String[] mutual = {
            "server.ssl.key-store=file:" + file,
            "server.ssl.key-store-password=" + SelfSigned.PASSWORD,
            "server.ssl.trust-store=file:" + file,
            "server.ssl.trust-store-password=" + SelfSigned.PASSWORD,
            "server.ssl.client-auth=need",
            "management.server.ssl.key-store=file:" + file,
            "management.server.ssl.key-store-password=" + SelfSigned.PASSWORD
        };
        assertReached(mutual);
        String[] alone = Arrays.copyOf(mutual, mutual.length + 1);
        alone[mutual.length] = "understudy.http.port=-1";
        try (RunningGateway other = other(alone)) {
            assertThat(triedAt(other).text()).contains("No answer", "turn on understudy.http.port");
        }
    }

    private static void assertReached(String... settings) throws Exception {
        try (RunningGateway other = other(settings)) {
            assertThat(triedAt(other).text()).as(String.join(" ", settings)).contains("200 OK", ">first<");
        }
    }

    private static RunningGateway other(String... settings) {
        return RunningGateway.serving(
                Map.of("open.yaml", document("Open", "/open", "x-wso2-disable-security: true", FIRST.url())),
                settings(settings));
    }

    private static RawMessage triedAt(RunningGateway other) throws IOException {
        return ConsoleCaller.signedIn(other.adminPort(), "dora", "CANARY-dora")
                .post(OPEN + "?operation=GET+/items", Map.of());
    }

    private static RawMessage tried(Map<String, String> fields) throws IOException {
        return dora.post(SHOP + "?operation=GET+/items", fields);
    }

    /** A request of the page that is under way. */
    private static RawCaller begun() throws IOException {
        String body = "_csrf=" + dora.token();
        RawCaller caller = RawCaller.overTls(gateway.adminPort());
        caller.send("POST " + OPEN + "?operation=GET+/items HTTP/1.1\r\nHost: localhost:" + gateway.adminPort()
                + "\r\nAccept: text/html\r\nCookie: " + dora.cookie()
                + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        return caller;
    }

    /** What is remembered of the request that a page tells of. */
    private static RequestRecord record(RawMessage page) {
        Matcher link = Pattern.compile("/console/requests/(try-[0-9a-f-]{36})").matcher(page.text());
        assertThat(link.find()).as(page.text()).isTrue();
        return gateway.bean(RecentRequests.class).find(link.group(1)).orElseThrow();
    }

    private static String escaped(String text) {
        return text.replace("'", "&#39;").replace("\"", "&quot;");
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger("dev.understudy.audit")).addAppender(lines);
        return lines;
    }

    private static List<String> lines(ListAppender<ILoggingEvent> audit) {
        return List.copyOf(audit.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static String[] settings(String... more) {
        List<String> all = new ArrayList<>(List.of(
                "understudy.admin.users[0].username=dora",
                "understudy.admin.users[0].password={noop}CANARY-dora",
                "understudy.admin.users[0].roles=deployer",
                "understudy.admin.users[1].username=vera",
                "understudy.admin.users[1].password={noop}CANARY-vera",
                "understudy.admin.users[1].roles=viewer"));
        all.addAll(List.of(issuer.settings()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String document(String title, String basePath, String security, String... urls) {
        return document(title, basePath, security, "", List.of(urls));
    }

    private static String document(String title, String basePath, String security, String config, List<String> urls) {
        return """
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                %s
                x-wso2-production-endpoints: {type: failover, %surls: ['%s']}
                paths:
                  /items:
                    get: {responses: {'200': {description: OK}}}
                    post: {responses: {'200': {description: OK}}}
                  /items/all: {get: {responses: {'200': {description: OK}}}}
                  /items/{id}: {get: {responses: {'200': {description: OK}}}}
                  /files/*: {get: {responses: {'200': {description: OK}}}}
                  /odd/{name}.json/{name}: {get: {responses: {'200': {description: OK}}}}
                  /with space/{id}: {get: {responses: {'200': {description: OK}}}}
                """.formatted(title, basePath, security, config, String.join("', '", urls));
    }
}
