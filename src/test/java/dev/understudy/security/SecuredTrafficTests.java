package dev.understudy.security;

import static dev.understudy.security.Tokens.ISSUER;
import static dev.understudy.security.Tokens.RSA_A;
import static dev.understudy.security.Tokens.RSA_B;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.web.server.SecurityWebFilterChain;

/** Who may call, seen by callers and endpoints of the whole program. */
@ExtendWith(OutputCaptureExtension.class)
class SecuredTrafficTests {

    private static final String SCOPED_BY =
            "Bearer error=\"insufficient_scope\", scope=\"menu:read menu:write orders\"";

    private static RawEndpoint production;
    private static RawEndpoint sandbox;
    private static RunningGateway gateway;

    @TempDir
    static Path folder;

    @BeforeAll
    static void start() throws Exception {
        production = RawEndpoint.answering(200, "production");
        sandbox = RawEndpoint.answering(200, "sandbox");
        gateway = gateway();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        production.close();
        sandbox.close();
    }

    @BeforeEach
    void forget() {
        production.requests().clear();
        sandbox.requests().clear();
    }

    @Test
    void aRequestWithoutTokenIsToldWhichOneIsAsked() throws IOException {
        RawMessage answer = call("GET /a/any");
        assertRefused(answer, 401, "900902", "Bearer");
        assertThat(answer.header("content-type")).hasValue("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Bearertoken", "Token x", "X-Authorization: Bearer x"})
    void anotherSchemeIsNoToken(String authorization) throws IOException {
        assertRefused(call("GET /a/any", "Authorization: " + authorization), 401, "900902", "Bearer");
    }

    @Test
    void aTokenAnywhereElseIsNone() throws IOException {
        assertRefused(
                call(
                        "GET /a/any?access_token=" + good(""),
                        "Cookie: access_token=" + good(""),
                        "Proxy-Authorization: Bearer " + good(""),
                        "X-Authorization: Bearer " + good("")),
                401,
                "900902",
                "Bearer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer  x.y.z",
                "Bearer\tx.y.z",
                "Bearer x y",
                "Bearer x.y.z",
                "Bearer \u00e9",
                "bearer ="
            })
    void aMalformedTokenIsInvalid(String authorization) throws IOException {
        assertInvalid(call("GET /a/any", "Authorization: " + authorization), "900901");
    }

    @Test
    void anExpiredTokenIsToldApart() throws IOException {
        assertInvalid(call("GET /a/any", bearer(token(RSA_A, "exp", -31, ""))), "900903");
        assertThat(call("GET /a/any", bearer(token(RSA_A, "exp", -20, ""))).status())
                .isEqualTo(200);
    }

    @Test
    void aForgedTokenIsInvalid() throws IOException {
        assertInvalid(call("GET /a/any", bearer(token(RSA_B, "exp", 60, ""))), "900901");
    }

    @Test
    void aTokenOfTheWrongAudienceIsInvalid() throws IOException {
        assertInvalid(call("GET /a/any", bearer(token(RSA_A, "exp", 60, ",'aud':'others'"))), "900901");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER"})
    void aGoodTokenIsTakenAndTheEndpointDoesNotSeeIt(String scheme) throws IOException {
        assertThat(call("GET /a/any", "aUTHORIZATION: " + scheme + " " + good(""))
                        .text())
                .isEqualTo("production");
        assertThat(production.onlyRequest().header("authorization")).isEmpty();
    }

    @Test
    void twoHeadersAreRefusedWhicheverIsGood() throws IOException {
        String good = bearer(good(""));
        for (String other : List.of("Authorization: Bearer x", good, "Authorization: Basic YTpi")) {
            assertRefused(call("GET /a/any", good, other), 400, "400", null);
            assertRefused(call("GET /a/any", other, good), 400, "400", null);
            assertRefused(call("GET /a/any", good + ", " + other.substring(15)), 400, "400", null);
        }
        assertRefused(call("GET /a/open", good, good), 400, "400", null);
    }

    @Test
    void anotherHeaderCarriesTheTokenWhereTheApiSaysSo() throws IOException {
        String token = "Bearer " + good("");
        assertRefused(call("GET /b/any", "Authorization: " + token), 401, "900902", "Bearer");
        assertThat(call("GET /b/any", "x-token: " + token, "Authorization: Basic YTpi")
                        .status())
                .isEqualTo(200);
        assertThat(production.onlyRequest().header("x-token")).isEmpty();
        assertThat(production.onlyRequest().header("authorization")).hasValue("Basic YTpi");
        production.requests().clear();
        assertRefused(call("GET /b/any", "X-Token: " + token, "X-TOKEN: " + token), 400, "400", null);
    }

    @Test
    void onAnOpenOperationHeadersPassAsTheyCame() throws IOException {
        assertThat(call("GET /a/open", "Authorization: Bearer not, a, token").status())
                .isEqualTo(200);
        assertThat(production.onlyRequest().header("authorization")).hasValue("Bearer not, a, token");
        production.requests().clear();
        assertThat(call("GET /b/open", "X-Token: one", "X-Token: two").status()).isEqualTo(200);
        assertThat(production.onlyRequest().all("x-token")).containsExactly("one", "two");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'scope':'menu:read menu:write'   | 200",
                "'scope':['menu:write','menu:read','x'] | 200",
                "'scp':['orders']                 | 200",
                "'scp':'orders'                   | 200",
                "'scope':'menu:read','scp':'menu:write' | 200",
                "'scope':'menu:read'              | 403",
                "'scope':'MENU:READ MENU:WRITE'   | 403",
                "'scope':'orders2'                | 403",
                "'scope':{'orders':true}          | 403",
                "'scope':7                        | 403",
                "'scope':['menu:read menu:write'] | 403",
                "'x':1                            | 403"
            })
    void oneAlternativeOfScopesMustBeMetInFull(String claims, int status) throws IOException {
        RawMessage answer = call("GET /a/scoped", bearer(good("," + claims)));
        assertThat(answer.status()).isEqualTo(status);
        if (status == 403) {
            assertRefused(answer, 403, "900910", SCOPED_BY);
        }
    }

    @Test
    void scopesThatAHeaderCannotCarryAreLeftOutOfIt() throws IOException {
        assertRefused(
                call("GET /a/odd", bearer(good(""))),
                403,
                "900910",
                "Bearer error=\"insufficient_scope\", scope=\"fine\"");
    }

    @Test
    void theKeyTypeOfTheTokenPicksTheEndpoints() throws IOException {
        assertThat(call("GET /a/any", bearer(good(",'keytype':'SANDBOX'"))).text())
                .isEqualTo("sandbox");
        assertThat(call("GET /a/any", bearer(good(",'keytype':'PRODUCTION'"))).text())
                .isEqualTo("production");
        assertThat(call("GET /a/any", bearer(good(",'keytype':['SANDBOX']"))).text())
                .isEqualTo("production");
        forget();
        assertInvalid(call("GET /a/scoped", bearer(good(",'scope':'orders','keytype':'SANDBOX'"))), "900901");
    }

    @Test
    void aPreflightIsAnsweredBeforeAnyTokenIsAsked() throws IOException {
        RawMessage answer = call(
                "OPTIONS /b/any",
                "Origin: https://shop.example",
                "Access-Control-Request-Method: GET",
                "Authorization: Bearer x");
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("access-control-allow-origin")).hasValue("https://shop.example");
        assertThat(production.requests()).isEmpty();
    }

    @Test
    void aTokenIsVerifiedOnceAndEachOperationStillDecides() throws IOException {
        String token = bearer(good(",'scope':'menu:read'"));
        double hits = lookups(gateway, "hit");
        double misses = lookups(gateway, "miss");
        for (int i = 0; i < 3; i++) {
            assertThat(call("GET /a/any", token).text()).isEqualTo("production");
            forget();
            assertRefused(call("GET /a/scoped", token), 403, "900910", SCOPED_BY);
            assertThat(call("GET /b/any", token.replace("Authorization", "X-Token"))
                            .status())
                    .isEqualTo(200);
            forget();
        }
        assertThat(lookups(gateway, "miss") - misses).isEqualTo(1);
        assertThat(lookups(gateway, "hit") - hits).isEqualTo(8);
    }

    @Test
    void aTokenThatWasRefusedIsVerifiedEachTime() throws IOException {
        String forged = bearer(token(RSA_B, "exp", 60, ""));
        double hits = lookups(gateway, "hit");
        for (int i = 0; i < 3; i++) {
            assertInvalid(call("GET /a/any", forged), "900901");
        }
        assertThat(lookups(gateway, "hit")).isEqualTo(hits);
    }

    @Test
    void aTokenThatIsKeptEndsWhenItsTimeDoes() throws IOException {
        Instant end = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 2);
        String token = bearer(token(RSA_A, "exp", 2 - Claims.SKEW.toSeconds(), ""));
        double hits = lookups(gateway, "hit");
        RawMessage answer;
        Instant begun;
        do {
            begun = Instant.now();
            answer = call("GET /a/any", token);
            forget();
        } while (answer.status() == 200 && begun.isBefore(end.plusSeconds(10)));
        assertInvalid(answer, "900903");
        assertThat(Instant.now()).isAfter(end);
        // What was asked before the last second had ended may have been answered after it.
        assertThat(begun).isBefore(end.plusSeconds(5));
        assertThat(lookups(gateway, "hit")).isGreaterThan(hits);
    }

    @Test
    void aRequestPassesTheFilterThatDecidesAndNoOther() {
        assertThat(gateway.bean("trafficSecurity", SecurityWebFilterChain.class)
                        .getWebFilters()
                        .map(filter -> filter.getClass().getSimpleName())
                        .collectList()
                        .block())
                .containsExactly("CallerFilter");
    }

    @Test
    void noStepOfTheChainHasATimerOfItsOwn() throws IOException {
        assertThat(call("GET /a/any", bearer(good(""))).status()).isEqualTo(200);
        assertThat(gateway.bean(MeterRegistry.class).getMeters())
                .extracting(meter -> meter.getId().getName())
                .contains("understudy.requests")
                .noneMatch(name -> name.startsWith("spring.security"));
    }

    @Test
    void aSubjectThatIsNoTextIsNoFault() throws IOException {
        assertThat(call("GET /a/any", bearer(good(",'sub':{'a':[1]}"))).status())
                .isEqualTo(200);
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnOtherGateways {

        @Test
        void theEndpointSeesTheTokenWhereThatIsSet() throws Exception {
            try (RunningGateway forwarding = gateway("understudy.security.forward-token=true")) {
                String token = bearer(good(""));
                assertThat(call(forwarding, "GET /a/any", token).status()).isEqualTo(200);
                assertThat("Authorization: "
                                + production
                                        .onlyRequest()
                                        .header("authorization")
                                        .orElse(""))
                        .isEqualTo(token);
            }
        }

        @Test
        void noTokenIsKeptWhereThatIsSet() throws Exception {
            try (RunningGateway forgetful = gateway("understudy.security.max-cached-tokens=0")) {
                String token = bearer(good(""));
                assertThat(call(forgetful, "GET /a/any", token).status()).isEqualTo(200);
                assertThat(call(forgetful, "GET /a/any", token).status()).isEqualTo(200);
                assertThat(lookups(forgetful, "hit")).isZero();
                assertThat(lookups(forgetful, "miss")).isEqualTo(2);
            }
        }

        @Test
        void withoutAnyIssuerEverySecuredRequestIsRefused() throws IOException {
            try (RunningGateway without = RunningGateway.with()) {
                without.serve(api("a", "Authorization"));
                assertInvalid(call(without, "GET /a/any", bearer(good(""))), "900901");
                assertRefused(call(without, "GET /a/any"), 401, "900902", "Bearer");
                assertThat(call(without, "GET /a/open").status()).isEqualTo(200);
            }
        }

        @Test
        void nothingSecretIsLoggedEvenInDetail(CapturedOutput output) throws Exception {
            try (RunningGateway talkative = gateway(
                    "logging.level.root=debug",
                    "understudy.admin.users[0].username=anna",
                    "understudy.admin.users[0].password={noop}CANARY-password")) {
                for (String token : List.of(good(""), token(RSA_B, "exp", 60, ""), token(RSA_A, "exp", -99, ""))) {
                    call(talkative, "GET /a/any", bearer(token));
                    call(talkative, "GET /b/any", "X-Token: Bearer " + token);
                    assertThat(output.getAll()).doesNotContain(token.substring(token.lastIndexOf('.') + 1));
                }
            }
            assertThat(output.getAll()).contains(" DEBUG ").doesNotContain("CANARY");
        }
    }

    private static RunningGateway gateway(String... more) throws Exception {
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(RSA_A.toPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        Path key = Files.writeString(folder.resolve("key.pem"), pem);
        String[] properties = new String[more.length + 3];
        properties[0] = "understudy.security.issuers[0].issuer=" + ISSUER;
        properties[1] = "understudy.security.issuers[0].public-key-location=file:" + key;
        properties[2] = "understudy.security.issuers[0].audiences=mine";
        System.arraycopy(more, 0, properties, 3, more.length);
        RunningGateway started = RunningGateway.with(properties);
        started.serve(api("a", "Authorization"), api("b", "X-Token"));
        return started;
    }

    private static Api api(String name, String tokenHeader) {
        Optional<Cors> cors = name.equals("b")
                ? Optional.of(new Cors(List.of("https://shop.example"), List.of("GET"), List.of("*"), List.of(), false))
                : Optional.empty();
        Set<String> menu = Set.of("menu:read", "menu:write");
        return new Api(
                name,
                "1",
                "/" + name,
                Set.of(),
                tokenHeader,
                cors,
                List.of(
                        operation("/any", new Access.Secured(List.of()), true),
                        operation("/scoped", new Access.Secured(List.of(menu, Set.of("orders"))), false),
                        operation(
                                "/odd",
                                new Access.Secured(List.of(Set.of("fine", "a\"b", "c\r\nX-D: e", "\u00e9"))),
                                false),
                        operation("/open", new Access.Open(), true)),
                false);
    }

    private static Operation operation(String path, Access access, boolean withSandbox) {
        return new Operation(
                "GET",
                PathTemplate.parse(path),
                Optional.of(group(production)),
                withSandbox ? Optional.of(group(sandbox)) : Optional.empty(),
                access,
                false,
                false);
    }

    private static EndpointGroup group(RawEndpoint endpoint) {
        FailoverPolicy policy = Policies.policy()
                .connect(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(5))
                .idle(Duration.ofSeconds(5))
                .statuses(503)
                .build();
        return new EndpointGroup(
                "test", List.of(Endpoint.parse(endpoint.url())), EndpointGroup.Type.FAILOVER, policy, Optional.empty());
    }

    private static double lookups(RunningGateway asked, String outcome) {
        return asked.bean(MeterRegistry.class)
                .get(TokenMeters.LOOKUPS)
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    private static String good(String claims) {
        return token(RSA_A, "exp", 60, claims);
    }

    private static String token(RSAKey key, String name, long seconds, String claims) {
        String audience = claims.contains("'aud'") ? "" : ",'aud':['mine']";
        return Tokens.signed(
                key,
                "{'alg':'RS256','kid':'a'}",
                "{'iss':'" + ISSUER + "','" + name + "':" + (Instant.now().getEpochSecond() + seconds) + audience
                        + claims + "}");
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    private static RawMessage call(String request, String... headers) throws IOException {
        return call(gateway, request, headers);
    }

    private static RawMessage call(RunningGateway called, String request, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(request + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return RawCaller.call(called.plainPort(), text + "\r\n");
    }

    private static void assertInvalid(RawMessage answer, String code) {
        assertRefused(answer, 401, code, null);
        assertThat(answer.header("www-authenticate").orElse("")).startsWith("Bearer error=\"invalid_token\", ");
    }

    private static void assertRefused(RawMessage answer, int status, String code, @Nullable String challenge) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"").doesNotContain("Exception", "localhost:");
        if (challenge != null) {
            assertThat(answer.all("www-authenticate")).containsExactly(challenge);
        }
        assertThat(production.requests()).isEmpty();
        assertThat(sandbox.requests()).isEmpty();
    }
}
