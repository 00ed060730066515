package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static dev.understudy.testkit.TlsClient.call;
import static dev.understudy.testkit.TlsClient.get;
import static dev.understudy.testkit.TlsClient.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.jayway.jsonpath.JsonPath;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who gets in on the admin listener and who does not, seen through the wire. */
@ExtendWith(OutputCaptureExtension.class)
class AdminSignInTests {

    private static final String TOKEN = "/api/mgw/adapter/0.1/oauth2/token";
    private static final String DEFINITIONS = "/api/v1/definitions";
    private static final String BCRYPT = new BCryptPasswordEncoder(4).encode("CANARY-bert");
    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna",
        "understudy.admin.users[0].password={noop}CANARY-anna",
        "understudy.admin.users[1].username=bert",
        "understudy.admin.users[1].password={bcrypt}" + BCRYPT,
        "understudy.admin.users[1].roles=viewer",
        "understudy.admin.users[2].username=dora",
        "understudy.admin.users[2].password={noop}CANARY-dora",
        "understudy.admin.users[2].roles=deployer"
    };

    /** The time of day, as the tokens of the gateway see it. */
    static final class Time extends Clock {

        static volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    static class WithTime {

        @Bean
        Clock clock() {
            return new Time();
        }
    }

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.withBeans(List.of(WithTime.class), Map.of(), USERS);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void apictlGetsATokenAndSignsInWithIt() throws Exception {
        HttpResponse<String> answer = asApictl("dora", "CANARY-dora");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
        Map<String, Object> members = JsonPath.read(answer.body(), "$");
        assertThat(members)
                .containsOnlyKeys("accessToken")
                .allSatisfy((name, value) -> assertThat(value).isInstanceOf(String.class));

        String token = String.valueOf(members.get("accessToken"));
        assertThat(SignedJWT.parse(token).getHeader().toJSONObject())
                .containsOnly(Map.entry("alg", "HS256"), Map.entry("typ", AdminTokens.TYPE));
        String bearer = "Bearer " + token;
        for (String path : List.of(DEFINITIONS, "/actuator/info")) {
            assertThat(get(gateway.adminPort(), path, "Authorization", bearer).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    @Test
    void aTokenHasTheRolesOfItsUser() throws Exception {
        String viewer = bearer("bert", "CANARY-bert");
        assertThat(call("HEAD", gateway.adminPort(), "/actuator/info", "Authorization", viewer)
                        .statusCode())
                .isEqualTo(200);
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS")) {
            HttpResponse<String> refused = call(method, gateway.adminPort(), "/api/v1/apis", "Authorization", viewer);
            assertProblem(refused, 403);
            HttpResponse<String> let =
                    call(method, gateway.adminPort(), "/api/v1/apis", "Authorization", bearer("dora", "CANARY-dora"));
            assertProblem(let, 405);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "application/json | {\"username\":\"anna\",\"password\":\"wrong\"} | 401",
                "application/json | {\"username\":\"nobody\",\"password\":\"CANARY-anna\"} | 401",
                "application/json | {\"username\":\"an:na\",\"password\":\"x\"} | 401",
                "application/json | {\"username\":\"anna\",\"password\":\"\"} | 401",
                "application/json | {\"username\":\"anna\",\"password\":7} | 400",
                "application/json | {\"username\":\"anna\"} | 400",
                "application/json | [\"anna\",\"CANARY-anna\"] | 400",
                "application/json | `` | 400",
                "application/json | {\"username\": CANARY | 400",
                "application/json | {\"username\":\"anna\",\"password\":\"CANARY-anna\"}} | 400",
                "application/x-www-form-urlencoded | username=anna&password=CANARY-anna | 415",
                "text/plain | {\"username\":\"anna\",\"password\":\"CANARY-anna\"} | 415",
                "json | {\"username\":\"anna\",\"password\":\"CANARY-anna\"} | 415"
            })
    void whatIsNoRightSignInGetsNoToken(String type, String body, int status) throws Exception {
        HttpResponse<String> answer = post(gateway.adminPort(), TOKEN, body, "Content-Type", type);
        assertProblem(answer, status);
        assertThat(answer.body()).doesNotContain("accessToken", "CANARY");
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(status == 401 ? 2 : 0);
    }

    @Test
    void theBodyOfASignInIsBounded() throws Exception {
        String body = "{\"username\":\"anna\",\"password\":\"" + "x".repeat(8 * 1024) + "\"}";
        assertProblem(post(gateway.adminPort(), TOKEN, body, "Content-Type", "application/json"), 413);
    }

    @Test
    void nothingButTheCallForATokenIsOpen() throws Exception {
        for (String method : List.of("GET", "PUT", "DELETE", "HEAD", "OPTIONS")) {
            assertThat(call(method, gateway.adminPort(), TOKEN).statusCode())
                    .as(method)
                    .isEqualTo(401);
        }
        for (String path : List.of(TOKEN + "/", TOKEN + "/x", "/oauth2/token", "/api/mgw/adapter/0.1/oauth2")) {
            assertThat(call("POST", gateway.adminPort(), path).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        HttpResponse<String> other = get(gateway.adminPort(), TOKEN, "Authorization", basic("anna", "CANARY-anna"));
        assertProblem(other, 405);
        assertThat(other.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void theTrafficListenersGiveNoToken() throws Exception {
        String body = "{\"username\":\"anna\",\"password\":\"CANARY-anna\"}";
        assertThat(post(gateway.tlsPort(), TOKEN, body, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTokenWorksForAnHour() throws Exception {
        String bearer = bearer("anna", "CANARY-anna");
        try {
            Time.ahead = Duration.ofMinutes(59);
            assertThat(get(gateway.adminPort(), DEFINITIONS, "Authorization", bearer)
                            .statusCode())
                    .isEqualTo(200);
            Time.ahead = Duration.ofMinutes(61);
            assertBadToken(bearer);
        } finally {
            Time.ahead = Duration.ZERO;
        }
    }

    @Test
    void noTokenPassesOnBothSidesOrAfterAnotherStart(@TempDir Path folder) throws Exception {
        RSAKey issuer = new RSAKeyGenerator(2048).generate();
        Path key = Files.writeString(folder.resolve("issuer.pem"), pem(issuer.toRSAPublicKey()));
        String document = """
                openapi: 3.0.3
                info: {title: Secured, version: '1'}
                x-wso2-basePath: /a
                paths: {/thing: {get: {responses: {'200': {description: OK}}}}}
                x-wso2-production-endpoints: {urls: [%s]}
                """;
        List<String> settings = new ArrayList<>(List.of(USERS));
        settings.add("understudy.security.issuers[0].issuer=" + AdminTokens.NAME);
        settings.add("understudy.security.issuers[0].public-key-location=" + key.toUri());
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "served");
                RunningGateway other = RunningGateway.serving(
                        Map.of("a.yaml", document.formatted(endpoint.url())), settings.toArray(String[]::new))) {
            String forAdmin = bearer(other, "anna", "CANARY-anna");
            String forTraffic = "Bearer " + signed(JWSAlgorithm.RS256, "JWT", new RSASSASigner(issuer));

            assertThat(get(other.tlsPort(), "/a/thing", "Authorization", forTraffic)
                            .body())
                    .isEqualTo("served");
            assertThat(get(other.adminPort(), DEFINITIONS, "Authorization", forAdmin)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(other.tlsPort(), "/a/thing", "Authorization", forAdmin)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(get(other.adminPort(), DEFINITIONS, "Authorization", forTraffic)
                            .statusCode())
                    .isEqualTo(401);
            assertBadToken(forAdmin);
        }
    }

    @Test
    void noOtherTokenIsTaken() throws Exception {
        String good = bearer("anna", "CANARY-anna");
        String[] parts = good.substring("Bearer ".length()).split("\\.");
        String unsigned = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.US_ASCII));
        for (String bad : List.of(
                "Bearer",
                "Bearer x",
                "Bearer x.y.z",
                "Bearer " + parts[0] + "." + parts[1] + ".",
                "Bearer " + parts[0] + "." + parts[1] + "." + "A".repeat(43),
                "Bearer " + unsigned + "." + parts[1] + ".",
                "Bearer " + unsigned + "." + parts[1] + "." + parts[2],
                "Bearer " + signed(JWSAlgorithm.HS256, AdminTokens.TYPE, new MACSigner(new byte[32])),
                "Bearer " + "a".repeat(6000))) {
            assertBadToken(bad);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, cross-site",
        "Sec-Fetch-Site, same-site",
        "Sec-Fetch-Site, nonsense",
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://localhost:{port}",
        "Origin, https://localhost"
    })
    void whatABrowserSendsForAPageOfAnotherOriginIsRefused(String name, String value) throws Exception {
        String[] headers = {
            "Authorization", basic("anna", "CANARY-anna"), name, value.replace("{port}", "" + gateway.adminPort())
        };
        for (String method : List.of("POST", "PUT", "PATCH", "DELETE")) {
            assertProblem(call(method, gateway.adminPort(), "/api/v1/apis", headers), 403);
        }
        assertProblem(call("POST", gateway.adminPort(), TOKEN, headers), 403);
        assertThat(get(gateway.adminPort(), DEFINITIONS, headers).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site, same-origin",
        "Sec-Fetch-Site, none",
        "Origin, https://localhost:{port}",
        "Origin, HTTPS://LOCALHOST:{port}"
    })
    void whatABrowserSendsForAPageOfThisListenerIsServed(String name, String value) throws Exception {
        assertProblem(
                call(
                        "POST",
                        gateway.adminPort(),
                        "/api/v1/apis",
                        "Authorization",
                        basic("anna", "CANARY-anna"),
                        name,
                        value.replace("{port}", "" + gateway.adminPort())),
                405);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/;x/info", "//actuator/info", "/actuator/../info", "/a%00b"})
    void aPathThatIsRefusedIsAProblem(String path) throws Exception {
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            RawMessage answer = caller.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read();
            assertThat(answer.status()).isIn(400, 401);
            assertThat(answer.header("content-type")).hasValue("application/problem+json");
            assertThat(answer.header("x-content-type-options")).hasValue("nosniff");
        }
    }

    @Test
    void whatCanBeGotHasAHead() throws Exception {
        String viewer = basic("bert", "CANARY-bert");
        HttpResponse<String> head = call("HEAD", gateway.adminPort(), DEFINITIONS, "Authorization", viewer);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void eachRefusalIsAProblemWithTheHeadersOfAllAnswers() throws Exception {
        String anna = basic("anna", "CANARY-anna");
        String bert = basic("bert", "CANARY-bert");
        assertProblem(get(gateway.adminPort(), "/nothing"), 401);
        assertProblem(get(gateway.adminPort(), "/nothing", "Authorization", anna), 404);
        assertProblem(get(gateway.adminPort(), "/actuator/env", "Authorization", anna), 404);
        assertProblem(call("DELETE", gateway.adminPort(), "/actuator/info", "Authorization", anna), 405);
        assertProblem(call("DELETE", gateway.adminPort(), "/actuator/info", "Authorization", bert), 403);
        HttpResponse<String> other = call("PUT", gateway.adminPort(), DEFINITIONS, "Authorization", anna);
        assertProblem(other, 405);
        assertThat(other.headers().firstValue("Allow")).hasValue("GET,HEAD");
        assertThat(get(gateway.adminPort(), DEFINITIONS, "Authorization", anna)
                        .headers()
                        .map())
                .containsKeys(
                        "x-content-type-options", "x-frame-options", "strict-transport-security", "cache-control");
    }

    @Test
    void theAuditLogSaysWhoGotATokenAndWhoWasRefused(CapturedOutput output) throws Exception {
        try (RunningGateway fresh = RunningGateway.with(USERS)) {
            asApictl(fresh, "anna", "CANARY-anna");
            get(fresh.adminPort(), "/actuator/info", "Authorization", basic("bert", "CANARY-wrong"));
            get(fresh.adminPort(), "/actuator/info", "Authorization", basic("CANARY-typed-here", "x"));
        }
        assertThat(output.getOut().lines().filter(line -> line.contains("dev.understudy.audit")))
                .anySatisfy(line -> assertThat(line)
                        .contains("INFO", "user=\"anna\" from=\"127.0.0.1\" action=\"sign in\" subject=\"token\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("WARN", "user=\"bert\"", "subject=\"/actuator/info\"", "wrong name or password"));
        assertThat(output).doesNotContain("CANARY");
    }

    @Test
    void whoGuessesIsSlowedDownAndNobodyElseIs() throws Exception {
        try (RunningGateway guessed = RunningGateway.with(USERS)) {
            String token = bearer(guessed, "anna", "CANARY-anna");
            long start = System.nanoTime();
            List<HttpResponse<String>> answers = new ArrayList<>();
            for (int turn = 0; turn < 60; turn++) {
                answers.add(get(
                        guessed.adminPort(),
                        DEFINITIONS,
                        "Authorization",
                        basic("anna", "guess-" + turn),
                        "X-Forwarded-For",
                        "192.0.2." + turn));
            }
            long refilled = Duration.ofNanos(System.nanoTime() - start).dividedBy(SignInLimits.NEXT_OF_NETWORK) + 1;
            assertThat(answers)
                    .filteredOn(answer -> answer.statusCode() == 401)
                    .hasSizeBetween(20, 20 + (int) refilled);
            HttpResponse<String> last = answers.get(59);
            assertProblem(last, 429);
            assertThat(Integer.parseInt(last.headers().firstValue("Retry-After").orElseThrow()))
                    .isBetween(1, 6);

            assertProblem(asApictl(guessed, "dora", "CANARY-dora"), 429);
            assertThat(get(guessed.adminPort(), DEFINITIONS, "Authorization", token)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(guessed.adminPort(), "/actuator/health").statusCode())
                    .isEqualTo(200);
            InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
            assumeTrue(isOfThisMachine(elsewhere), "this machine has one address of loopback only");
            assertThat(from(elsewhere, guessed, basic("anna", "CANARY-anna"))).isEqualTo(200);
            assertThat(from(elsewhere, guessed, basic("anna", "wrong"))).isEqualTo(401);
        }
    }

    private static int from(InetAddress address, RunningGateway called, String signIn) throws Exception {
        try (RawCaller caller = RawCaller.overTls(called.adminPort(), address)) {
            return caller.send("GET " + DEFINITIONS + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + signIn
                            + "\r\n\r\n")
                    .read()
                    .status();
        }
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static void assertBadToken(String authorization) throws Exception {
        HttpResponse<String> answer = get(gateway.adminPort(), DEFINITIONS, "Authorization", authorization);
        assertProblem(answer, 401);
        assertThat(answer.headers().allValues("WWW-Authenticate"))
                .as(authorization)
                .containsExactly("Basic realm=\"understudy\"", "Bearer realm=\"understudy\", error=\"invalid_token\"");
    }

    private static void assertProblem(HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        Map<String, Object> members = JsonPath.read(answer.body(), "$");
        assertThat(members)
                .containsOnlyKeys("type", "title", "status", "detail")
                .containsEntry("type", "about:blank")
                .containsEntry("status", status);
        assertThat((String) members.get("detail"))
                .isNotBlank()
                .doesNotContain("Exception", "springframework", "java", "dev.understudy", "CANARY");
    }

    private static HttpResponse<String> asApictl(String user, String password) throws Exception {
        return asApictl(gateway, user, password);
    }

    // As import-export-cli/impl/mg/login.go sends it: a map of Go, its keys in order.
    private static HttpResponse<String> asApictl(RunningGateway called, String user, String password) throws Exception {
        String body = "{\"password\":\"" + password + "\",\"username\":\"" + user + "\"}";
        return post(
                called.adminPort(),
                TOKEN,
                body,
                "Content-Type",
                "application/json",
                "User-Agent",
                "go-resty/2.7.0 (https://github.com/go-resty/resty)");
    }

    private static String bearer(String user, String password) throws Exception {
        return bearer(gateway, user, password);
    }

    private static String bearer(RunningGateway called, String user, String password) throws Exception {
        return "Bearer " + JsonPath.read(asApictl(called, user, password).body(), "$.accessToken");
    }

    /** Like one of the admin listener in all but what is given. */
    private static String signed(JWSAlgorithm algorithm, String type, JWSSigner signer) throws Exception {
        JWSHeader header =
                new JWSHeader.Builder(algorithm).type(new JOSEObjectType(type)).build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(AdminTokens.NAME)
                .audience(AdminTokens.NAME)
                .subject("anna")
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    private static String pem(PublicKey key) {
        String base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
    }
}
