package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The whole program over real sockets: documents in files, tokens in headers, endpoints that fail. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTests {

    private static final String ISSUER = "https://idp.example.com";
    private static final String OK = "{responses: {'200': {description: OK}}}";

    @TempDir
    private static Path directory;

    private final List<RawEndpoint> endpoints = new ArrayList<>();
    private RSAKey key;
    private RunningGateway gateway;
    private int documents;

    @BeforeAll
    void start() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("k").generate();
        String pem = Base64.getMimeEncoder().encodeToString(key.toRSAPublicKey().getEncoded());
        Path file = Files.writeString(
                directory.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n");
        gateway = RunningGateway.with(
                "understudy.security.issuers[0].issuer=" + ISSUER,
                "understudy.security.issuers[0].public-key-location=file:" + file,
                "understudy.failover.expose-headers=true");
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @AfterEach
    void stopEndpoints() throws IOException {
        for (RawEndpoint endpoint : endpoints) {
            endpoint.close();
        }
        endpoints.clear();
    }

    /** Deploys a document whose base path is {@code /a}, under another one. @return that one, once it is live */
    private String deploy(String document) {
        String base = "/api" + ++documents;
        String probe = document.replace("x-wso2-basePath: /a", "x-wso2-basePath: " + base)
                .stripTrailing();
        gateway.write(
                "api" + documents + ".yaml",
                probe + "\n  /is-live:\n    x-wso2-disable-security: true\n    trace: " + OK + "\n");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> call("GET", base + "/is-live", "").status() == 405);
        return base;
    }

    private RawEndpoint endpoint(RawEndpoint endpoint) {
        endpoints.add(endpoint);
        return endpoint;
    }

    private RawEndpoint saying(String body) {
        return endpoint(RawEndpoint.answering(200, body));
    }

    private RawMessage call(String method, String target, String headers) throws IOException {
        return RawCaller.call(
                gateway.plainPort(), method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    }

    private String token(String claims) {
        try {
            JWTClaimsSet.Builder set = new JWTClaimsSet.Builder()
                    .issuer(ISSUER)
                    .expirationTime(Date.from(Instant.now().plusSeconds(300)));
            for (String claim : claims.isEmpty() ? new String[0] : claims.split(";")) {
                set.claim(claim.split("=")[0], claim.split("=")[1]);
            }
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k").build(), set.build());
            jwt.sign(new RSASSASigner(key));
            return "Authorization: Bearer " + jwt.serialize() + "\r\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Nested
    class Failover {

        @Test
        void theFirstEndpointPlaysAndTheNextStepsInWithinTheSameRequest() throws IOException {
            RawEndpoint first = saying("first");
            RawEndpoint second = saying("second");
            String base = deploy(Documents.things(first.url() + "/v2", second.url() + "/v2"));

            RawMessage before = call("GET", base + "/thing", "");
            first.die();
            RawMessage during = call("GET", base + "/thing", "");
            first.revive();
            RawMessage after = call("GET", base + "/thing", "");

            assertThat(List.of(before.text(), during.text(), after.text())).containsExactly("first", "second", "first");
            assertThat(during.header("X-Gateway-Endpoint")).contains("2");
            assertThat(during.header("X-Gateway-Attempts")).contains("2");
            assertThat(second.onlyRequest().target()).isEqualTo("/v2/thing");
        }

        @Test
        void listsOnPathsAndOperationsReplaceThatOfTheApi() throws IOException {
            RawEndpoint api = saying("api");
            RawEndpoint path = saying("path");
            RawEndpoint operation = saying("operation");
            String base = deploy(Documents.failover(
                    "", """
                    /plain:
                      get: %1$s
                    /own:
                      x-wso2-production-endpoints: {urls: ['%2$s/p/'], type: failover}
                      get: %1$s
                      put: {x-wso2-production-endpoints: {urls: ['http://localhost:%4$d', '%3$s/deep/er'], type: failover}}
                    """.formatted(OK, path.url(), operation.url(), RawEndpoint.deadPort()), api.url()));

            assertThat(call("GET", base + "/plain", "").text()).isEqualTo("api");
            assertThat(call("GET", base + "/own", "").text()).isEqualTo("path");
            assertThat(call("PUT", base + "/own", "Content-Length: 0\r\n").text())
                    .isEqualTo("operation");
            assertThat(path.onlyRequest().target()).isEqualTo("/p/own");
            assertThat(operation.onlyRequest().target()).isEqualTo("/deep/er/own");
        }

        @Test
        void aListWithoutTypeTakesTurnsAndPassesOverTheDead() throws IOException {
            RawEndpoint one = saying("one");
            RawEndpoint two = saying("two");
            String base =
                    deploy(Documents.things(one.url(), two.url()).replace("type: failover", "type: load_balance"));

            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                answers.add(call("GET", base + "/thing", "").text());
            }
            two.die();
            for (int i = 0; i < 4; i++) {
                answers.add(call("GET", base + "/thing", "").text());
            }

            assertThat(answers.subList(0, 4)).containsExactlyInAnyOrder("one", "one", "two", "two");
            assertThat(answers.subList(4, 8)).containsOnly("one");
        }

        @Test
        void aThousandCallsInTurnAndTwentyAtOnceAllSucceedWhileTheFirstEndpointDiesAndReturns() throws Exception {
            RawEndpoint first = saying("first");
            RawEndpoint second = saying("second");
            String base = deploy(Documents.things(first.url(), second.url()));
            AtomicInteger changes = new AtomicInteger();
            CountDownLatch done = new CountDownLatch(1);
            ExecutorService threads = Executors.newFixedThreadPool(21);
            Future<?> death = threads.submit(() -> {
                while (!done.await(20, TimeUnit.MILLISECONDS)) {
                    if (changes.getAndIncrement() % 2 == 0) {
                        first.die();
                    } else {
                        first.revive();
                    }
                }
                return null;
            });

            List<String> answers = new ArrayList<>(callInTurn(base, 1000));
            List<Future<List<String>>> atOnce = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                atOnce.add(threads.submit(() -> callInTurn(base, 50)));
            }
            for (Future<List<String>> some : atOnce) {
                answers.addAll(some.get(60, TimeUnit.SECONDS));
            }
            done.countDown();
            death.get(10, TimeUnit.SECONDS);
            threads.shutdownNow();

            assertThat(answers).hasSize(2000).containsOnly("200 first", "200 second");
            assertThat(answers).contains("200 first", "200 second");
            assertThat(changes.get()).isGreaterThan(10);
        }

        private List<String> callInTurn(String base, int times) throws IOException {
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                RawMessage answer = call("GET", base + "/thing", "");
                answers.add(answer.status() + " " + answer.text());
            }
            return answers;
        }

        @Test
        void anUploadOfAMegabyteInChunksToARefusedEndpointArrivesWholeAtTheNext() throws Exception {
            RawEndpoint second = saying("stored");
            String base = deploy(Documents.things("http://localhost:" + RawEndpoint.deadPort(), second.url()));
            byte[] body = new byte[1 << 20];
            new Random(42).nextBytes(body);

            RawMessage answer;
            try (RawCaller caller = new RawCaller(gateway.plainPort())) {
                caller.send(
                        "POST " + base + "/thing HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int at = 0; at < body.length; at += 8192) {
                    caller.send("2000\r\n");
                    caller.send(Arrays.copyOfRange(body, at, at + 8192));
                    caller.send("\r\n");
                }
                answer = caller.send("0\r\n\r\n").read();
            }

            assertThat(answer.status()).isEqualTo(200);
            assertThat(sha256(second.onlyRequest().body())).isEqualTo(sha256(body));
        }

        private byte[] sha256(byte[] bytes) throws Exception {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        }

        @Test
        void noEndpointIsAProblemThatNamesNone() throws IOException {
            int dead = RawEndpoint.deadPort();
            String base = deploy(Documents.things("http://localhost:" + dead, "http://nowhere.invalid"));

            RawMessage answer = call("GET", base + "/thing", "");

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.header("Content-Type")).contains("application/problem+json");
            assertThat(answer.text())
                    .contains("\"code\":\"102503\"", "\"status\":503", "\"title\":\"Service Unavailable\"")
                    .doesNotContain(String.valueOf(dead), "nowhere", "Exception", "java");
        }
    }

    @Nested
    class Streams {

        @Test
        void anEventArrivesBeforeTheAnswerEnds() throws Exception {
            CountDownLatch seen = new CountDownLatch(1);
            RawEndpoint source = endpoint(RawEndpoint.doing((request, connection) -> {
                connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.send("9\r\ndata: 1\n\n\r\n");
                seen.await(10, TimeUnit.SECONDS);
                connection.send("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
            }));
            String base = deploy(Documents.things(source.url()));

            try (RawCaller caller = new RawCaller(gateway.plainPort())) {
                caller.send("GET " + base + "/thing HTTP/1.1\r\nHost: localhost\r\n\r\n");
                StringBuilder text = new StringBuilder();
                while (!text.toString().contains("data: 1\n\n")) {
                    text.append((char) caller.in().read());
                }
                assertThat(text).doesNotContain("data: 2");
                seen.countDown();
                while (!text.toString().contains("data: 2\n\n")) {
                    text.append((char) caller.in().read());
                }
                assertThat(text.toString()).startsWith("HTTP/1.1 200");
            }
        }

        @Test
        void anAnswerThatBreaksOffNeverLooksComplete() throws Exception {
            RawEndpoint broken = endpoint(RawEndpoint.doing((request, connection) -> {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                connection.reset();
            }));
            String base = deploy(Documents.things(broken.url(), saying("second").url()));

            RawMessage answer = call("GET", base + "/thing", "");

            assertThat(answer.complete()).isFalse();
        }
    }

    @Nested
    class Requests {

        @Test
        void pathAndQueryGoThroughByteForByte() throws IOException {
            RawEndpoint endpoint = saying("ok");
            String base = deploy(Documents.things(endpoint.url() + "/v2/"));

            for (String target : List.of(
                    "/t/a%20b/x",
                    "/t/%E4%B8%AD/x?a=b&a=c&a",
                    "/t/a%2Fb/x?",
                    "/t/{x}".replace("{x}", "a,b;c=d") + "/x?q=%2e%2e/%2f;a&e=&=v&&",
                    "/t/a+b/x?x=y+z",
                    "/files/a/b//c/?q=?&x=/",
                    "/thing/")) {
                assertThat(call("GET", base + target, "").status()).as(target).isEqualTo(200);
            }

            assertThat(endpoint.requests().stream().map(RawMessage::target))
                    .containsExactly(
                            "/v2/t/a%20b/x",
                            "/v2/t/%E4%B8%AD/x?a=b&a=c&a",
                            "/v2/t/a%2Fb/x?",
                            "/v2/t/a,b;c=d/x?q=%2e%2e/%2f;a&e=&=v&&",
                            "/v2/t/a+b/x?x=y+z",
                            "/v2/files/a/b//c/?q=?&x=/",
                            "/v2/thing/");
        }

        @Test
        void methodsAreThoseThatTheDocumentDeclares() throws IOException {
            RawEndpoint endpoint = saying("ok");
            String base = deploy(Documents.things(endpoint.url()));

            assertThat(call("GET", base + "/unknown", "").status()).isEqualTo(404);
            assertThat(call("PATCH", base + "/thing", "").status()).isEqualTo(405);
            assertThat(call("PATCH", base + "/thing", "").header("Allow"))
                    .contains("DELETE, GET, HEAD, OPTIONS, POST, PUT");
            assertThat(call("OPTIONS", base + "/thing", "").status()).isEqualTo(204);
            assertThat(call("HEAD", base + "/t/1/x", "").status()).isEqualTo(405);
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Nested
    class Tokens {

        private String document(RawEndpoint production, RawEndpoint sandbox) {
            return """
                    openapi: 3.0.3
                    info: {title: Secured, version: '1'}
                    x-wso2-basePath: /a
                    x-wso2-production-endpoints: {urls: ['%s'], type: failover}
                    x-wso2-sandbox-endpoints: {urls: ['http://localhost:%d', '%s'], type: failover}
                    components: {securitySchemes: {oauth: {type: oauth2, flows: {}}}}
                    security: [{oauth: [read]}]
                    paths:
                      /menu:
                        get: %4$s
                        post: {security: [{oauth: [write]}, {oauth: [admin]}], responses: {'200': {description: OK}}}
                      /open:
                        x-wso2-disable-security: true
                        get: %4$s
                    """.formatted(production.url(), RawEndpoint.deadPort(), sandbox.url(), OK);
        }

        @Test
        void areAskedForAsTheDocumentSays() throws IOException {
            RawEndpoint production = saying("production");
            RawEndpoint sandbox = saying("sandbox");
            String base = deploy(document(production, sandbox));

            RawMessage none = call("GET", base + "/menu", "");
            assertThat(none.status()).isEqualTo(401);
            assertThat(none.text()).contains("900902");
            assertThat(none.header("WWW-Authenticate")).contains("Bearer");
            assertThat(call("GET", base + "/menu", "Authorization: Bearer a.b.c\r\n")
                            .status())
                    .isEqualTo(401);
            assertThat(call("GET", base + "/menu", token("scope=write")).status())
                    .isEqualTo(403);
            assertThat(call("GET", base + "/open", "").text()).isEqualTo("production");
            assertThat(call("GET", base + "/menu", token("scope=read")).text()).isEqualTo("production");
            assertThat(call("POST", base + "/menu", token("scope=other admin") + "Content-Length: 0\r\n")
                            .text())
                    .isEqualTo("production");
            assertThat(call("GET", base + "/menu", token("scope=read;keytype=SANDBOX"))
                            .text())
                    .isEqualTo("sandbox");
            assertThat(production.requests())
                    .allSatisfy(request ->
                            assertThat(request.header("Authorization")).isEmpty());
        }
    }

    @Test
    void operationsAreFoundAmongTenThousand() throws IOException {
        RawEndpoint endpoint = saying("ok");
        StringBuilder paths = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            paths.append("/p%d/{id}:\n  get: %s\n".formatted(i, OK));
        }
        String base = deploy(Documents.failover("", paths.toString(), endpoint.url()));

        for (int i : List.of(0, 5_000, 9_999)) {
            assertThat(call("GET", base + "/p" + i + "/7", "").status()).isEqualTo(200);
        }
        assertThat(endpoint.requests().stream().map(RawMessage::target))
                .containsExactly("/p0/7", "/p5000/7", "/p9999/7");
    }

    @Test
    void theAdminApiSaysWhyADocumentIsRefusedWhileTheVersionBeforeIsServed() throws Exception {
        RawEndpoint endpoint = saying("ok");
        String base = deploy(Documents.things(endpoint.url()));
        String name = base.substring(1) + ".yaml";

        gateway.write(name, Documents.things(endpoint.url()).replace("type: failover", "type: failovr"));

        await().atMost(Duration.ofSeconds(10)).until(() -> state(name).equals("OUTDATED"));
        assertThat(call("GET", base + "/thing", "").status()).isEqualTo(200);
        assertThat(definition(name).faults())
                .singleElement()
                .asString()
                .contains("#/x-wso2-production-endpoints/type (line 7)", "did you mean 'failover'?");
    }

    private String state(String name) {
        return definition(name).state().name();
    }

    private Definition definition(String name) {
        return gateway.bean(Definitions.class).all().stream()
                .filter(definition -> definition.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
