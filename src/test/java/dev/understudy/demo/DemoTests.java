package dev.understudy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.understudy.UnderstudyApplication;
import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.listener.PlainListener;
import dev.understudy.testkit.CommandProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufMono;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.util.function.Tuple2;

/** The whole program in the demo profile, over real sockets, and once without it. */
@ExtendWith(OutputCaptureExtension.class)
class DemoTests {

    private static final SigningKey OF_ANOTHER_ISSUER = SigningKey.make();
    private static final String ANOTHER_ISSUER = "https://idp.example.com";

    @TempDir
    private static Path directory;

    private static ConfigurableApplicationContext demo;
    private static int port;
    private static DemoEndpoints endpoints;
    private static TestKeyUser user;
    private static String printed;

    @BeforeAll
    static void start(CapturedOutput output) throws IOException {
        Path pem = Files.writeString(directory.resolve("other.pem"), OF_ANOTHER_ISSUER.publicPem());
        demo = run(
                new DemoPorts(0, 0),
                "--spring.profiles.active=demo",
                "--understudy.security.issuers[0].issuer=" + ANOTHER_ISSUER,
                "--understudy.security.issuers[0].public-key-location=" + pem.toUri());
        printed = output.getOut();
        port = demo.getBean(PlainListener.class).port();
        endpoints = demo.getBean(DemoEndpoints.class);
        user = demo.getBean(TestKeyUser.class);
        publish(demo, endpoints.first().port(), endpoints.second().port());
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @AfterEach
    void takeTheFirstUpAgain() {
        endpoints.first().up();
    }

    @Test
    void aTestKeyIsAJwtOfTheDemoAndNothingElse() throws Exception {
        RawMessage answer = ask("scope=order%3Aread+order:write&keytype=SANDBOX");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type").orElseThrow()).startsWith("text/plain");
        assertThat(answer.all("Cache-Control")).containsExactly("no-store");

        SignedJWT token = SignedJWT.parse(answer.text());
        SigningKey key = demo.getBean(SigningKey.class);
        assertThat(token.verify(new RSASSAVerifier(key.pair().toPublicJWK()))).isTrue();
        assertThat(token.getHeader().toJSONObject())
                .containsOnly(
                        Map.entry("alg", "RS256"),
                        Map.entry("typ", "JWT"),
                        Map.entry("kid", key.pair().getKeyID()));
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://localhost:9095/testkey");
        assertThat(claims.getAudience()).containsExactly("http://org.wso2.apimgt/gateway");
        assertThat(claims.getSubject()).isEqualTo("admin");
        assertThat(claims.getClaim("scope")).isEqualTo("order:read order:write");
        assertThat(claims.getClaim("keytype")).isEqualTo("SANDBOX");
        assertThat(claims.getJWTID()).isNotEmpty();
        assertThat(claims.getNotBeforeTime()).isEqualTo(claims.getIssueTime());
        assertThat(claims.getIssueTime().toInstant())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(3600));
    }

    @Test
    void aTestKeyOpensAnOperationThatAsksForItsScope() throws IOException {
        String withScope = ask("scope=order:read").text();
        String without = ask("").text();
        assertThat(menu(port, withScope).text()).contains("\"servedBy\":\"" + endpoints.first());
        assertThat(menu(port, without).status()).isEqualTo(403);
    }

    @Test
    void aSandboxKeyGoesToTheSandboxEndpoints() throws IOException {
        String token = ask("scope=order:read&keytype=SANDBOX").text();
        assertThat(menu(port, token).text()).contains("\"environment\":\"sandbox\"");
    }

    @Test
    void theTokenCommandPrintsATokenForWhatTheSampleApiAsksFor() throws Exception {
        CommandProcess command = CommandProcess.in(directory).environment(Map.of("TESTKEY_PASSWORD", user.password()));
        CommandProcess.Result plain = command.run("token", "--url=http://localhost:" + port);
        assertThat(plain.code()).as(plain.err()).isZero();
        assertThat(menu(port, plain.out().strip()).text()).contains("\"servedBy\":\"" + endpoints.first());
        assertThat(SignedJWT.parse(plain.out().strip()).getJWTClaimsSet().getClaim("scope"))
                .isEqualTo(Scene.SCOPES);

        String tls = "--url=https://localhost:" + demo.getEnvironment().getRequiredProperty("local.server.port");
        CommandProcess.Result sandbox = command.run("token", tls, "--insecure", "--sandbox");
        assertThat(sandbox.code()).as(sandbox.err()).isZero();
        assertThat(menu(port, sandbox.out().strip()).text()).contains("\"environment\":\"sandbox\"");
    }

    @Test
    void aTestKeyIsThereOnTheTlsListenerAndNotOnTheAdminListener() {
        String traffic = "https://localhost:" + localPort("local.server.port");
        String admin = "https://localhost:" + localPort("local.management.port");
        assertThat(postOverTls(traffic + "/testkey").getT1()).isEqualTo(200);
        assertThat(postOverTls(traffic + "/testkey").getT2()).startsWith("eyJ");
        // Basic authentication of its own, against which the password of the demo is none.
        assertThat(postOverTls(admin + "/testkey").getT1()).isEqualTo(401);
        assertThat(postOverTls(admin + "/testkey").getT2()).doesNotContain("eyJ");
    }

    @Test
    void aWrongOrMissingPasswordIsRefused() throws IOException {
        for (String authorization : List.of(
                "",
                "Authorization: Basic " + base64("admin:wrong") + "\r\n",
                "Authorization: Basic " + base64("root:" + user.password()) + "\r\n",
                "Authorization: Basic %%%\r\n",
                "Authorization: Bearer " + base64("admin:" + user.password()) + "\r\n",
                basic() + basic())) {
            RawMessage answer = post(authorization, "scope=a");
            assertThat(answer.status()).as(authorization).isEqualTo(401);
            assertThat(answer.all("WWW-Authenticate")).containsExactly("Basic realm=\"understudy\"");
        }
    }

    @Test
    void aFormThatIsNoneIsRefused() throws IOException {
        assertThat(ask("keytype=STAGING").status()).isEqualTo(400);
        assertThat(ask("keytype=STAGING").text()).contains("keytype", "PRODUCTION or SANDBOX");
        assertThat(ask("scope=a&scope=b").status()).isEqualTo(400);
        assertThat(ask("scope=%zz").status()).isEqualTo(400);
        assertThat(ask("scope=a%0Ab").status()).isEqualTo(400);
        assertThat(ask("scope=" + "a".repeat(TestKeyFilter.LONGEST_BODY - 6)).status())
                .isEqualTo(200);
        assertThat(ask("scope=" + "a".repeat(TestKeyFilter.LONGEST_BODY - 5)).status())
                .isEqualTo(413);
        assertThat(ask("scope=" + "a".repeat(1_000_000)).status()).isEqualTo(413);
        assertThat(RawCaller.call(
                                port,
                                "POST /testkey HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + basic() + "Content-Length: 2\r\n\r\n{}")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void aTestKeyIsAskedForByPostOnly() throws IOException {
        RawMessage answer = RawCaller.call(port, "GET /testkey HTTP/1.1\r\nHost: localhost\r\n" + basic() + "\r\n");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.all("Allow")).containsExactly("POST");
    }

    @Test
    void theFirstEndpointIsTakenDownAndUpAgain() throws IOException {
        String token = ask("scope=order:read").text();
        try (RawCaller connected = new RawCaller(endpoints.first().port())) {
            connected.send("GET /v2/menu HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
            assertThat(menu(port, token).all("X-Served-By")).containsExactly("first");

            assertThat(command("POST", DemoEndpoints.DOWN).text()).contains(endpoints.first() + " is down");
            assertThat(command("POST", DemoEndpoints.DOWN).status()).isEqualTo(200);
            assertThat(connected.in().read()).isEqualTo(-1);
            assertRefused(endpoints.first().port());
            assertThat(menu(port, token).text()).contains("\"servedBy\":\"" + endpoints.second());

            assertThat(command("POST", DemoEndpoints.UP).text()).contains(endpoints.first() + " is up");
            assertThat(command("POST", DemoEndpoints.UP).status()).isEqualTo(200);
            assertThat(menu(port, token).all("X-Served-By")).containsExactly("first");
        }
    }

    @Test
    void theCommandSaysThatThePortIsTakenInTheMeantime() throws IOException {
        command("POST", DemoEndpoints.DOWN);
        int first = endpoints.first().port();
        try (ServerSocket other = new ServerSocket(first, 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            RawMessage answer = command("POST", DemoEndpoints.UP);
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.text()).contains("Port " + first);
        }
    }

    @Test
    void theCommandIsAPostToTheSecondEndpoint() throws IOException {
        assertThat(command("GET", DemoEndpoints.DOWN).status()).isEqualTo(405);
        assertThat(command("GET", DemoEndpoints.DOWN).all("Allow")).containsExactly("POST");
        RawMessage first = RawCaller.call(
                endpoints.first().port(), "POST " + DemoEndpoints.DOWN + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(first.status()).isEqualTo(404);
        assertThat(first.text()).contains("\"servedBy\":\"" + endpoints.first());
    }

    @Test
    void whatIsPrintedCanBeCopied() throws IOException {
        Matcher token = Pattern.compile("^TOKEN=(\\S+)$", Pattern.MULTILINE).matcher(printed);
        assertThat(token.find()).isTrue();
        assertThat(menu(port, token.group(1)).status()).isEqualTo(200);
        String gateway = "https://localhost:" + localPort("local.server.port");
        assertThat(printed.lines())
                .contains(
                        "curl -X POST http://localhost:" + endpoints.second().port() + "/demo/first/down",
                        "curl -k " + gateway + "/pizzashack/1.0.0/menu -H \"Authorization: Bearer $TOKEN\"",
                        "curl -k " + gateway + "/testkey -u admin:" + user.password()
                                + " -d \"scope=order:read order:write\" -d \"keytype=PRODUCTION\"");
    }

    @Test
    void anIssuerThatWasConfiguredIsTrustedBesideThatOfTheDemo() throws Exception {
        assertThat(menu(port, tokenOf(OF_ANOTHER_ISSUER)).status()).isEqualTo(200);
        assertThat(menu(port, tokenOf(SigningKey.make())).status()).isEqualTo(401);
    }

    @Test
    void nothingOfItIsThereOutsideItsProfile() throws IOException {
        DemoPorts ports = new DemoPorts(RawEndpoint.deadPort(), RawEndpoint.deadPort());
        try (ConfigurableApplicationContext plain = run(ports)) {
            int traffic = plain.getBean(PlainListener.class).port();
            publish(plain, RawEndpoint.deadPort());
            RawMessage answer = RawCaller.call(
                    traffic, "POST /testkey HTTP/1.1\r\nHost: localhost\r\n" + basic() + "Content-Length: 0\r\n\r\n");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(menu(traffic, ask("scope=order:read").text()).status()).isEqualTo(401);
            assertRefused(ports.first());
            assertRefused(ports.second());
        }
    }

    @Test
    void theStartEndsWhereAPortIsTakenAndSaysWhich(CapturedOutput output) throws IOException {
        int first = RawEndpoint.deadPort();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DemoPorts ports = new DemoPorts(first, other.getLocalPort());
            assertThatThrownBy(() -> run(ports, "--spring.profiles.active=demo"))
                    .hasRootCauseInstanceOf(IOException.class);
            assertThat(output.getAll())
                    .contains(
                            "Port " + other.getLocalPort() + " is needed by a demo endpoint",
                            "without the profile demo");
            assertRefused(first);
        }
    }

    private static ConfigurableApplicationContext run(DemoPorts ports, String... arguments) {
        String[] all = Stream.concat(
                        Stream.of(arguments),
                        Stream.of(
                                "--server.port=0",
                                "--understudy.http.port=0",
                                "--management.server.port=0",
                                "--understudy.shutdown.delay=0s",
                                "--understudy.apis.directory=" + directory.resolve("apis")))
                .toArray(String[]::new);
        return new SpringApplicationBuilder(UnderstudyApplication.class)
                .initializers((GenericApplicationContext context) -> {
                    context.registerBean(DemoPorts.class, () -> ports);
                    RunningGateway.giveResources(context);
                })
                .run(all);
    }

    /** One operation at {@code /shack/menu} that asks for a scope. */
    private static void publish(ConfigurableApplicationContext gateway, int... ports) {
        Operation operation = new Operation(
                "GET",
                PathTemplate.parse("/menu"),
                Optional.of(group("/v2", ports)),
                Optional.of(group("/sandbox", ports)),
                new Access.Secured(List.of(Set.of("order:read"))),
                false,
                false);
        Api api =
                new Api("Shack", "1", "/shack", Set.of(), "Authorization", Optional.empty(), List.of(operation), false);
        assertThat(gateway.getBean(ApiCatalog.class).publish("test", Map.of("shack", api), Set.of()))
                .isEmpty();
    }

    private static EndpointGroup group(String basePath, int... ports) {
        List<Endpoint> line = Arrays.stream(ports)
                .mapToObj(number -> new Endpoint("http", "localhost", number, basePath))
                .toList();
        Duration patience = Duration.ofSeconds(5);
        return new EndpointGroup(
                "test",
                line,
                EndpointGroup.Type.FAILOVER,
                Policies.policy()
                        .connect(patience)
                        .response(patience)
                        .idle(patience)
                        .statuses(503)
                        .build(),
                Optional.empty());
    }

    private static RawMessage menu(int gateway, String token) throws IOException {
        return RawCaller.call(
                gateway, "GET /shack/menu HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    }

    private static RawMessage ask(String form) throws IOException {
        return post(basic(), form);
    }

    private static RawMessage post(String headers, String form) throws IOException {
        return RawCaller.call(
                port,
                "POST /testkey HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + headers + "Content-Length: " + form.length() + "\r\n\r\n" + form);
    }

    private static RawMessage command(String method, String command) throws IOException {
        return RawCaller.call(
                endpoints.second().port(), method + " " + command + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private static Tuple2<Integer, String> postOverTls(String url) {
        Mono<Tuple2<Integer, String>> answer = HttpClient.newConnection()
                .secure(ssl -> ssl.sslContext(Http11SslContextSpec.forClient()
                        .configure(context -> context.trustManager(InsecureTrustManagerFactory.INSTANCE))))
                .headers(headers -> headers.set("Authorization", "Basic " + base64("admin:" + user.password())))
                .post()
                .uri(url)
                .responseSingle((head, body) -> Mono.just(head.status().code()).zipWith(text(body)));
        return Objects.requireNonNull(answer.block(Duration.ofSeconds(20)));
    }

    private static Mono<String> text(ByteBufMono body) {
        return body.asString(StandardCharsets.UTF_8).defaultIfEmpty("");
    }

    private static String localPort(String property) {
        return demo.getEnvironment().getRequiredProperty(property);
    }

    private static String basic() {
        return "Authorization: Basic " + base64("admin:" + user.password()) + "\r\n";
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String tokenOf(SigningKey key) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.RS256),
                new JWTClaimsSet.Builder()
                        .issuer(ANOTHER_ISSUER)
                        .claim("scope", "order:read")
                        .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                        .build());
        token.sign(new RSASSASigner(key.pair()));
        return token.serialize();
    }

    private static void assertRefused(int port) {
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }
}
