package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.Trust;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsEndpoint;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Endpoints whose certificates are judged by what stands beside them, and not by what the platform trusts. */
@ExtendWith(OutputCaptureExtension.class)
class EndpointTrustTests {

    private static final SelfSigned OWN = SelfSigned.of("localhost");
    private static final Authority PLATFORM = new Authority("of the platform");
    private static final AtomicInteger NAMES = new AtomicInteger();

    @TempDir
    private static Path folder;

    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = PLATFORM.trusted(folder, () -> RunningGateway.with());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void anEndpointIsServedWhoseOwnCertificateIsTrusted() throws IOException {
        try (TlsEndpoint endpoint = endpoint(OWN)) {
            String api = served(trusting(endpoint.url(), OWN.trust()));

            assertThat(get(api).text()).isEqualTo("ok");
            assertThat(get(api).text()).isEqualTo("ok");

            assertThat(endpoint.names()).as("handshakes").hasSize(1);
        }
    }

    @Test
    void soIsOneWhoseAuthorityIsTrusted() throws IOException {
        Authority authority = new Authority("private");
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(authority.issue("localhost")), "ok")) {
            assertThat(get(served(trusting(endpoint.url(), authority.trust()))).text())
                    .isEqualTo("ok");
            assertThat(get(served(trusting(endpoint.url(), OWN.trust()))).status())
                    .isEqualTo(503);
        }
    }

    @Test
    void severalMayBeTrusted() throws IOException {
        Trust both = new Trust(Stream.of(PLATFORM.trust(), OWN.trust())
                .flatMap(trust -> trust.certificates().stream())
                .toList());
        try (TlsEndpoint own = endpoint(OWN);
                TlsEndpoint issued = new TlsEndpoint(Authority.context(PLATFORM.issue("localhost")), "issued")) {
            assertThat(get(served(trusting(own.url(), both))).text()).isEqualTo("ok");
            assertThat(get(served(trusting(issued.url(), both))).text()).isEqualTo("issued");
        }
    }

    @Test
    void theSameUrlInAnotherApiIsNotServedThroughTheConnectionsOfTheOneThatTrustsIt(CapturedOutput output)
            throws IOException {
        try (TlsEndpoint endpoint = endpoint(OWN)) {
            String trusting = served(trusting(endpoint.url(), OWN.trust()));
            String other = served(Endpoint.parse(endpoint.url()));

            assertThat(get(trusting).text()).isEqualTo("ok");
            RawMessage refused = get(other);

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text()).contains("102503");
            assertThat(get(trusting).text()).isEqualTo("ok");
            assertThat(endpoint.requests()).hasSize(2);
            assertThat(output).contains("The certificate of " + endpoint.url() + " is not accepted");
        }
    }

    @Test
    void whatThePlatformTrustsIsNotTrustedWhereSomethingElseIs() throws IOException {
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(PLATFORM.issue("localhost")), "ok")) {
            assertThat(get(served(Endpoint.parse(endpoint.url()))).text()).isEqualTo("ok");

            assertThat(get(served(trusting(endpoint.url(), OWN.trust()))).status())
                    .isEqualTo(503);
            assertThat(endpoint.requests()).hasSize(1);
        }
    }

    @Test
    void theNameMustBeThatOfTheHostAllTheSame(CapturedOutput output) throws IOException {
        SelfSigned other = SelfSigned.of("other.example");
        try (TlsEndpoint endpoint = endpoint(other)) {
            assertThat(get(served(trusting(endpoint.url(), other.trust()))).status())
                    .isEqualTo(503);
            assertThat(endpoint.requests()).isEmpty();
            assertThat(output)
                    .contains("The certificate of " + endpoint.url() + " is not accepted")
                    .contains("No subject alternative DNS name matching localhost found");
        }
    }

    @Test
    void aCertificateWhoseTimeIsOverIsRefusedAllTheSame() throws IOException {
        SelfSigned past = SelfSigned.of("localhost", Instant.now().minus(Duration.ofHours(1)));
        try (TlsEndpoint endpoint = endpoint(past)) {
            assertThat(get(served(trusting(endpoint.url(), past.trust()))).status())
                    .isEqualTo(503);
            assertThat(endpoint.requests()).isEmpty();
        }
    }

    @Test
    void aWebSocketIsCarriedToAnEndpointThatIsTrustedAndToNoOther() throws Exception {
        DisposableServer endpoint = HttpServer.create()
                .port(0)
                .secure(tls -> tls.sslContext(sslContext(OWN)))
                .route(routes -> routes.ws("/ws", (in, out) -> out.sendString(Mono.just("hello"))))
                .bindNow();
        try {
            String url = "wss://localhost:" + endpoint.port();

            assertThat(firstMessage(served(trusting(url, OWN.trust())))).isEqualTo("hello");

            assertThatThrownBy(() -> firstMessage(served(Endpoint.parse(url))))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            refused -> assertThat(refused.getResponse().statusCode())
                                    .isEqualTo(503));
        } finally {
            endpoint.disposeNow();
        }
    }

    @Test
    void anotherTrustTakesEffectAtOnceAndNoConnectionOfTheOneBeforeIsUsed() throws IOException {
        try (TlsEndpoint endpoint = endpoint(OWN)) {
            String api = name();
            serve(api, trusting(endpoint.url(), OWN.trust()));
            assertThat(get(api).text()).isEqualTo("ok");

            serve(api, trusting(endpoint.url(), SelfSigned.of("localhost").trust()));
            assertThat(get(api).status()).isEqualTo(503);

            serve(api, Endpoint.parse(endpoint.url()));
            assertThat(get(api).status()).isEqualTo(503);
            assertThat(endpoint.requests()).hasSize(1);

            serve(api, trusting(endpoint.url(), OWN.trust()));
            assertThat(get(api).text()).isEqualTo("ok");
            assertThat(endpoint.names()).as("handshakes").hasSize(2);
        }
    }

    @Test
    void theSameTrustInANewVersionKeepsTheConnections() throws IOException {
        try (TlsEndpoint endpoint = endpoint(OWN)) {
            String api = name();
            serve(api, trusting(endpoint.url(), OWN.trust()));
            assertThat(get(api).text()).isEqualTo("ok");

            serve(
                    api,
                    trusting(endpoint.url(), new Trust(List.copyOf(OWN.trust().certificates()))));

            assertThat(get(api).text()).isEqualTo("ok");
            assertThat(endpoint.names()).as("handshakes").hasSize(1);
        }
    }

    @Test
    void aRequestThatIsOlderThanTheTrustThatIsServedGoesByItsOwn() throws Exception {
        CountDownLatch changed = new CountDownLatch(1);
        SelfSigned before = SelfSigned.of("localhost");
        try (TlsEndpoint endpoint = endpoint(before);
                RawEndpoint first = RawEndpoint.doing((request, connection) -> {
                    if (changed.await(20, TimeUnit.SECONDS)) {
                        connection.reset();
                    }
                })) {
            String api = name();
            serve(api, Endpoint.parse(first.url()), trusting(endpoint.url(), before.trust()));
            CompletableFuture<RawMessage> inFlight = CompletableFuture.supplyAsync(() -> getUnchecked(api));
            await().until(() -> first.requests().size() == 1);

            serve(api, Endpoint.parse(first.url()));
            changed.countDown();

            assertThat(inFlight.get(20, TimeUnit.SECONDS).text()).isEqualTo("ok");
        }
    }

    @Test
    void nothingIsKeptForWhatIsNotServedAnyMore() throws IOException {
        EndpointClient client = gateway.bean(EndpointClient.class);
        String api = name();
        serve(api, Endpoint.parse("https://localhost:1"));
        int before = client.size();

        for (int i = 0; i < 20; i++) {
            serve(
                    api,
                    trusting("https://localhost:1", SelfSigned.of("localhost").trust()));
            assertThat(client.size()).isEqualTo(before + 1);
        }

        serve(api, Endpoint.parse("https://localhost:1"));
        assertThat(client.size()).isEqualTo(before);
    }

    private static TlsEndpoint endpoint(SelfSigned certificate) throws IOException {
        return new TlsEndpoint(Authority.context(certificate.keys()), "ok");
    }

    private static io.netty.handler.ssl.SslContext sslContext(SelfSigned certificate) {
        try {
            return SslContextBuilder.forServer(certificate.keys()[0]).build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Endpoint trusting(String url, Trust trust) {
        return Endpoint.parse(url).trusting(trust);
    }

    private static String name() {
        return "trust-" + NAMES.incrementAndGet();
    }

    private static String served(Endpoint... endpoints) {
        String name = name();
        serve(name, endpoints);
        return name;
    }

    /** Serves GETs at {@code /thing}, and WebSockets at {@code /ws}. */
    private static void serve(String name, Endpoint... endpoints) {
        EndpointGroup group = new EndpointGroup(
                name, List.of(endpoints), EndpointGroup.Type.FAILOVER, GatewayProcess.POLICY, Optional.empty());
        List<Operation> operations = Stream.of("/thing", "/ws")
                .map(path -> new Operation(
                        "GET",
                        PathTemplate.parse(path),
                        Optional.of(group),
                        Optional.empty(),
                        new Access.Open(),
                        false,
                        path.equals("/ws")))
                .toList();
        gateway.serve(new Api(name, "1", "/" + name, Set.of(), "Authorization", Optional.empty(), operations, false));
    }

    private static RawMessage get(String api) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET /" + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static RawMessage getUnchecked(String api) {
        try {
            return get(api);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String firstMessage(String api) throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://localhost:" + gateway.plainPort() + "/" + api + "/ws"),
                        new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onText(
                                    WebSocket socket, CharSequence data, boolean last) {
                                first.complete(data.toString());
                                return null;
                            }
                        })
                .join();
        return first.get(10, TimeUnit.SECONDS);
    }
}
