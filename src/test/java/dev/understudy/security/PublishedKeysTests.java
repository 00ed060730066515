package dev.understudy.security;

import static dev.understudy.security.Tokens.ISSUER;
import static dev.understudy.security.Tokens.RSA_A;
import static dev.understudy.security.Tokens.RSA_B;
import static dev.understudy.security.Tokens.jwkSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.RSAKey;
import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
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
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An identity provider on a real socket that does what it likes. */
class PublishedKeysTests {

    private static final String KEYS = jwkSet(RSA_A.toPublicJWK());

    private final MockWebServer issuer = new MockWebServer();
    private volatile MockResponse answer = answer(200, KEYS);

    @BeforeEach
    void start() throws IOException {
        issuer.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return answer;
            }
        });
        issuer.start();
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void keysAreFetched() throws Exception {
        assertThat(fetch().verifies(UnverifiedToken.parse(Tokens.good()))).isTrue();
        assertThat(issuer.takeRequest().getHeaders().get("Accept")).contains("application/json");
    }

    @Test
    void keysOfNoUseAreLeftOut() {
        answer = answer(
                200, "{\"keys\":[{\"kty\":\"OKP\"},7,{\"kty\":\"oct\",\"k\":\"AAAA\"}," + RSA_A.toPublicJWK() + "]}");
        assertThatThrownBy(this::fetch).hasMessageContaining("not a JWK set");
        answer = answer(
                200, "{\"keys\":[{\"kty\":\"OKP\"},{\"kty\":\"oct\",\"k\":\"AAAA\"}," + RSA_A.toPublicJWK() + "]}");
        assertThat(fetch().keys()).hasSize(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void whatIsNoKeySetIsRefusedInTimeAndNotTold(String what, MockResponse fault, String told) {
        answer = fault;
        long before = System.nanoTime();
        assertThatThrownBy(this::fetch).hasMessageContaining(told).hasMessageNotContaining("CANARY");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
        assertThat(issuer.getRequestCount()).isEqualTo(1);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                Arguments.of("500", answer(500, "CANARY"), "status 500"),
                Arguments.of("204", new MockResponse.Builder().code(204).build(), "status 204"),
                Arguments.of(
                        "redirect",
                        new MockResponse.Builder()
                                .code(302)
                                .setHeader("Location", "/keys2")
                                .build(),
                        "status 302"),
                Arguments.of("garbage", answer(200, "<html>CANARY"), "not a JWK set"),
                Arguments.of("list", answer(200, "[]"), "JWK set"),
                Arguments.of("empty", answer(200, "{\"keys\":[]}"), "without a key"),
                Arguments.of("no keys", answer(200, "{}"), "without a key"),
                Arguments.of("deep", answer(200, "[".repeat(100_000)), "not a JWK set"),
                Arguments.of("huge", answer(200, "x".repeat((1 << 20) + 1)), "longer than"),
                Arguments.of(
                        "hang",
                        new MockResponse.Builder()
                                .headersDelay(5, TimeUnit.SECONDS)
                                .build(),
                        "no whole answer"),
                Arguments.of(
                        "slow body",
                        new MockResponse.Builder()
                                .body(KEYS)
                                .throttleBody(1, 1, TimeUnit.SECONDS)
                                .build(),
                        "no whole answer"));
    }

    @Test
    void theGatewayStartsWithoutItsIssuerAndSaysSoToCallers() throws Exception {
        answer = new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS).build();
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "served");
                RunningGateway gateway = gateway()) {
            gateway.serve(api(endpoint));
            assertThat(RawCaller.call(gateway.plainPort(), "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            assertRefused(call(gateway, RSA_A, "a"), "900900");
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void theLastKeysStayAndUnknownOnesAreRefusedAtOnceWithoutAnotherFetch() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "served");
                RunningGateway gateway = gateway()) {
            gateway.serve(api(endpoint));
            answer = answer(500, "");
            assertThat(call(gateway, RSA_A, "a").status()).isEqualTo(200);
            long before = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                assertRefused(call(gateway, RSA_B, "unknown" + i), "900901");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
            assertThat(call(gateway, RSA_A, "a").status()).isEqualTo(200);
            assertThat(issuer.getRequestCount()).isEqualTo(1);
        }
    }

    @Test
    void aWithdrawnKeyStopsInTimeForATokenThatWasTakenBefore() throws Exception {
        Duration lifetime = Duration.ofSeconds(30);
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "served");
                RunningGateway gateway = gateway("understudy.security.key-lifetime=" + lifetime.toSeconds() + "s")) {
            gateway.serve(api(endpoint));
            String token = token(RSA_A, "a");
            assertThat(call(gateway, token).status()).isEqualTo(200);
            long withdrawn = System.nanoTime();
            answer = answer(200, jwkSet(RSA_B.toPublicJWK()));
            await().atMost(lifetime.plusSeconds(20))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> call(gateway, token).status() != 200);
            assertThat(Duration.ofNanos(System.nanoTime() - withdrawn)).isLessThan(lifetime.plusSeconds(3));
            assertRefused(call(gateway, token), "900901");
            assertThat(call(gateway, token(RSA_B, "b")).status()).isEqualTo(200);
        }
    }

    private KeySet fetch() {
        KeySet keys = PublishedKeys.at(uri()).block(Duration.ofSeconds(10));
        if (keys == null) {
            throw new AssertionError("nothing fetched");
        }
        return keys;
    }

    private String uri() {
        return issuer.url("/keys").toString();
    }

    private RunningGateway gateway(String... more) {
        String[] properties = Arrays.copyOf(more, more.length + 2);
        properties[more.length] = "understudy.security.issuers[0].issuer=" + ISSUER;
        properties[more.length + 1] = "understudy.security.issuers[0].jwk-set-uri=" + uri();
        return RunningGateway.with(properties);
    }

    private static String token(RSAKey key, String keyId) {
        String claims = "{'iss':'" + ISSUER + "','exp':" + (Instant.now().getEpochSecond() + 60) + "}";
        return Tokens.signed(key, "{'alg':'RS256','kid':'" + keyId + "'}", claims);
    }

    private static RawMessage call(RunningGateway gateway, RSAKey key, String keyId) throws IOException {
        return call(gateway, token(key, keyId));
    }

    private static RawMessage call(RunningGateway gateway, String token) throws IOException {
        return RawCaller.call(
                gateway.plainPort(), "GET /a/x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    private static void assertRefused(RawMessage answer, String code) {
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
    }

    private static MockResponse answer(int status, String body) {
        return new MockResponse.Builder().code(status).body(body).build();
    }

    private static Api api(RawEndpoint endpoint) {
        FailoverPolicy policy = Policies.policy()
                .connect(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(5))
                .idle(Duration.ofSeconds(5))
                .statuses(503)
                .build();
        EndpointGroup group = new EndpointGroup(
                "test", List.of(Endpoint.parse(endpoint.url())), EndpointGroup.Type.FAILOVER, policy, Optional.empty());
        Operation secured = new Operation(
                "GET",
                PathTemplate.parse("/x"),
                Optional.of(group),
                Optional.empty(),
                new Access.Secured(List.of()),
                false,
                false);
        return new Api("a", "1", "/a", Set.of(), "Authorization", Optional.empty(), List.of(secured), false);
    }
}
