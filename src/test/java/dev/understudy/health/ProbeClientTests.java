package dev.understudy.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.Names;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsClient;
import dev.understudy.testkit.TlsEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.core.publisher.Mono;

class ProbeClientTests {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private ProbeClient client;

    @BeforeEach
    void start() {
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.afterPropertiesSet();
        client = new ProbeClient(resources);
    }

    @AfterEach
    void stop() {
        client.close();
        resources.destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "ws"})
    void aConnectionThatComesAboutIsEnoughAndIsClosedAtOnce(String scheme) throws Exception {
        try (ServerSocket server = listening()) {
            CompletableFuture<Integer> read = accepted(server).thenApply(ProbeClientTests::readOne);

            assertThat(fault(client.connect(at(scheme, server)), LIMIT)).isEmpty();

            assertThat(read.get(10, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @Test
    void aRefusedConnectionIsAFault() {
        Endpoint dead = Endpoint.parse("http://localhost:" + RawEndpoint.deadPort());

        assertThat(fault(client.connect(dead), LIMIT)).containsInstanceOf(IOException.class);
        assertThat(fault(client.get(dead, "/", Optional.empty()), LIMIT)).containsInstanceOf(IOException.class);
    }

    @Test
    void aNameThatIsNobodysIsAFault() {
        Endpoint nobody = Endpoint.parse("http://nobody.invalid");

        assertThat(fault(client.connect(nobody), LIMIT)).isPresent();
    }

    @Test
    void anAddressInBracketsIsConnectedTo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("::1"))) {
            CompletableFuture<Socket> accepted = accepted(server);

            assertThat(fault(client.connect(new Endpoint("http", "[::1]", server.getLocalPort(), "")), LIMIT))
                    .isEmpty();

            accepted.join().close();
        }
    }

    @Test
    void whoTakesTheConnectionButNotTheHandshakeIsNotWaitedForLongerThanTheLimit() throws Exception {
        try (ServerSocket server = listening()) {
            CompletableFuture<Socket> accepted = accepted(server);

            assertThat(fault(client.connect(at("https", server)), SHORT)).containsInstanceOf(TimeoutException.class);

            Socket socket = accepted.join();
            await().atMost(LIMIT).until(() -> closedByPeer(socket));
        }
    }

    @ParameterizedTest
    @CsvSource({"https, localhost, true", "wss, localhost, true", "https, other.example, false"})
    void theCertificateMustBeTrustedAndForTheName(String scheme, String name, boolean good) throws Exception {
        Authority authority = new Authority("probe tests");
        try (TlsEndpoint server = new TlsEndpoint(Authority.context(authority.issue(name)), "well")) {
            Endpoint target = new Endpoint(scheme, "localhost", server.port(), "");
            assertThat(TlsClient.certificate(server.port())
                            .getSubjectX500Principal()
                            .getName())
                    .isEqualTo("CN=" + name);
            assertThat(fault(client.connect(target), LIMIT)).as("not trusted").containsInstanceOf(SSLException.class);
            assertThat(fault(client.get(target, "/up", Optional.empty()), LIMIT))
                    .as("not trusted")
                    .containsInstanceOf(SSLException.class);

            ProbeClient trusting = authority.trusted(folder, () -> new ProbeClient(resources));

            for (Mono<Void> look : List.of(trusting.connect(target), trusting.get(target, "/up", Optional.empty()))) {
                if (good) {
                    assertThat(fault(look, LIMIT)).isEmpty();
                } else {
                    assertThat(fault(look, LIMIT)).containsInstanceOf(SSLException.class);
                }
            }
            assertThat(server.requests()).hasSize(good ? 1 : 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"https, localhost, true", "wss, localhost, true", "https, other.example, false"})
    void whatStandsBesideAnEndpointIsWhatItsCertificateIsJudgedBy(String scheme, String name, boolean good)
            throws Exception {
        SelfSigned own = SelfSigned.of(name);
        try (TlsEndpoint server = new TlsEndpoint(Authority.context(own.keys()), "well")) {
            Endpoint target = new Endpoint(scheme, "localhost", server.port(), "").trusting(own.trust());

            for (Mono<Void> look : List.of(client.connect(target), client.get(target, "/up", Optional.empty()))) {
                if (good) {
                    assertThat(fault(look, LIMIT)).isEmpty();
                } else {
                    assertThat(fault(look, LIMIT)).containsInstanceOf(SSLException.class);
                }
            }
            assertThat(server.requests()).hasSize(good ? 1 : 0);
        }
    }

    @Test
    void anotherTrustForTheSameUrlIsAnotherOne() throws Exception {
        SelfSigned own = SelfSigned.of("localhost");
        try (TlsEndpoint server = new TlsEndpoint(Authority.context(own.keys()), "well")) {
            Endpoint plain = Endpoint.parse(server.url());
            Endpoint trusted = plain.trusting(own.trust());
            Endpoint other = plain.trusting(SelfSigned.of("localhost").trust());

            assertThat(fault(client.connect(trusted), LIMIT)).isEmpty();
            for (Endpoint wrong : List.of(plain, other)) {
                assertThat(fault(client.connect(wrong), LIMIT)).containsInstanceOf(SSLException.class);
                assertThat(fault(client.get(wrong, "/up", Optional.empty()), LIMIT))
                        .containsInstanceOf(SSLException.class);
            }
            assertThat(fault(client.get(trusted, "/up", Optional.empty()), LIMIT))
                    .isEmpty();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aServerThatHasManyNamesIsToldWhichOneIsMeant() throws Exception {
        Authority authority = new Authority("probe tests");
        KeyManager[] keys = authority.issue("one.example");
        Names names = new Names();
        try (TlsEndpoint server = new TlsEndpoint(Authority.context(new AskedFor("one.example", keys)), "well")) {
            names.put("one.example", server.port());
            names.put("other.example", server.port());
            ProbeClient probing =
                    authority.trusted(folder, () -> new ProbeClient(resources, client -> client.resolver(names)));
            Endpoint one = Endpoint.parse("https://one.example");
            Endpoint other = Endpoint.parse("https://other.example");

            assertThat(fault(probing.connect(one), LIMIT)).isEmpty();
            assertThat(fault(probing.get(one, "/up", Optional.empty()), LIMIT)).isEmpty();
            assertThat(fault(probing.connect(other), LIMIT)).containsInstanceOf(SSLException.class);

            assertThat(server.names()).containsExactly("one.example", "one.example");
            assertThat(fault(probing.connect(one.trusting(authority.trust())), LIMIT))
                    .isEmpty();
            await().atMost(LIMIT).until(() -> server.names().size() == 3);
            assertThat(server.names()).containsOnly("one.example");
            assertThat(server.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request.all("host")).containsExactly("one.example"));
        }
    }

    @Test
    void aSilentAddressOfANameDoesNotHideThatAnotherOneIsWell() throws Exception {
        Names names = new Names();
        try (BlackHole silent = new BlackHole();
                RawEndpoint endpoint = RawEndpoint.answering(200, "")) {
            names.put("half.example", silent.port(), endpoint.port());
            ProbeClient probing = new ProbeClient(resources, client -> client.resolver(names));
            Endpoint half = Endpoint.parse("http://half.example");

            for (Mono<Void> look : List.of(probing.connect(half), probing.get(half, "/up", Optional.empty()))) {
                await().atMost(LIMIT).until(() -> fault(look, SHORT).isEmpty());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "204, true",
        "302, true",
        "399, true",
        "400, false",
        "404, false",
        "500, false",
        "503, false"
    })
    void statusesOf2xxAnd3xxAreGood(int status, boolean good) throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.doing(
                (request, connection) -> connection.send("HTTP/1.1 " + status + " Said\r\nLocation: http://localhost:"
                        + RawEndpoint.deadPort() + "/\r\nContent-Length: 0\r\n\r\n"))) {
            Mono<Void> look = client.get(Endpoint.parse(endpoint.url()), "/up", Optional.empty());

            assertThat(fault(look, LIMIT).isEmpty()).isEqualTo(good);
            assertThat(endpoint.requests()).as("no redirect is followed").hasSize(1);
        }
    }

    @Test
    void thePathStandsBelowTheBaseUrlAndTheHeadIsPlain() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "")) {
            Endpoint target = Endpoint.parse("ws://localhost:" + endpoint.port() + "/base/v1/");

            fault(client.get(target, "/up?deep=true", Optional.of(new Credentials("me", "s:cret"))), LIMIT);

            RawMessage request = endpoint.onlyRequest();
            assertThat(request.firstLine()).isEqualTo("GET /base/v1/up?deep=true HTTP/1.1");
            assertThat(request.all("host")).containsExactly("localhost:" + endpoint.port());
            assertThat(request.all("user-agent")).containsExactly("understudy-probe");
            assertThat(request.all("connection")).containsExactly("close");
            assertThat(request.all("authorization")).containsExactly(TlsClient.basic("me", "s:cret"));
        }
    }

    @Test
    void eachLookHasAConnectionOfItsOwn() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "well")) {
            for (int i = 0; i < 3; i++) {
                fault(client.get(Endpoint.parse(endpoint.url()), "/up", Optional.empty()), LIMIT);
            }

            assertThat(endpoint.connections()).isEqualTo(3);
            assertThat(endpoint.requests())
                    .allMatch(request -> request.header("authorization").isEmpty());
        }
    }

    @Test
    void anAnswerThatIsLateIsAFaultAndItsConnectionIsClosed() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) ->
                closed.complete(connection.socket().getInputStream().read() < 0))) {
            Mono<Void> look = client.get(Endpoint.parse(endpoint.url()), "/up", Optional.empty());

            assertThat(fault(look, SHORT)).containsInstanceOf(TimeoutException.class);

            assertThat(closed.get(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
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
            assertThat(fault(client.get(Endpoint.parse(endpoint.url()), "/up", Optional.empty()), LIMIT))
                    .isEmpty();

            assertThat(cut).succeedsWithin(LIMIT);
        }
    }

    @Test
    void anAnswerThatIsNoHttpAndOneThatIsCutOffAreFaults() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            connection.send(request.target().equals("/garbage") ? "SSH-2.0-OpenSSH\r\n\r\n" : "HTTP/1.1 20");
            connection.close();
        })) {
            Endpoint target = Endpoint.parse(endpoint.url());

            assertThat(fault(client.get(target, "/garbage", Optional.empty()), LIMIT))
                    .isPresent();
            assertThat(fault(client.get(target, "/cut", Optional.empty()), LIMIT))
                    .isPresent();
            assertThat(endpoint.requests()).as("nothing is asked twice").hasSize(2);
        }
    }

    private static Optional<Throwable> fault(Mono<Void> look, Duration limit) {
        return look.timeout(limit)
                .<Optional<Throwable>>thenReturn(Optional.empty())
                .onErrorResume(error -> Mono.just(Optional.of(error)))
                .blockOptional()
                .orElseThrow();
    }

    private static Endpoint at(String scheme, ServerSocket server) {
        return new Endpoint(scheme, "localhost", server.getLocalPort(), "");
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName("localhost"));
    }

    private static CompletableFuture<Socket> accepted(ServerSocket server) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return server.accept();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static int readOne(Socket socket) {
        try (socket) {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1;
        }
    }

    // After the greeting, which nobody answered.
    private static boolean closedByPeer(Socket socket) throws IOException {
        socket.setSoTimeout(100);
        try {
            return socket.getInputStream().read(new byte[4096]) < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Shows a certificate to those who ask for a name, and none to others. */
    private static final class AskedFor extends X509ExtendedKeyManager {

        private final String name;
        private final X509ExtendedKeyManager keys;

        AskedFor(String name, KeyManager... keys) {
            this.name = name;
            this.keys = (X509ExtendedKeyManager) keys[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) socket).getHandshakeSession();
            boolean asked = session.getRequestedServerNames().contains(new SNIHostName(name));
            return asked ? keys.chooseServerAlias(type, issuers, socket) : null;
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[0];
        }
    }
}
