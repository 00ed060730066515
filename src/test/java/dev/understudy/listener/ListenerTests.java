package dev.understudy.listener;

import static dev.understudy.testkit.TlsClient.basic;
import static dev.understudy.testkit.TlsClient.certificate;
import static dev.understudy.testkit.TlsClient.get;
import static dev.understudy.testkit.TlsClient.negotiated;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ListenerTests {

    private static final String NOT_SET = "No server.ssl is set";
    private static final String PASSWORD = "user admin signs in with password ";

    /** RFC 9113 §4.1: length, type, flags, stream. */
    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};

    @TempDir
    Path folder;

    @Test
    void withNothingSetAllThreeListenersServeAndTheLogSaysWhatToSet(CapturedOutput output) throws Exception {
        try (RunningGateway gateway = RunningGateway.with()) {
            for (String own : List.of("/health", "/ready")) {
                String status = own.equals("/ready") ? "ready" : "healthy";
                assertThat(get(gateway.tlsPort(), own).body()).isEqualTo("{\"status\":\"" + status + "\"}");
                RawMessage plain = call(gateway.plainPort(), "GET " + own);
                assertThat(plain.status()).isEqualTo(200);
                assertThat(plain.text()).isEqualTo("{\"status\":\"" + status + "\"}");
            }
            assertThat(call(gateway.plainPort(), "POST /testkey").status()).isEqualTo(404);
            X509Certificate shown = certificate(gateway.tlsPort());
            assertThat(shown.getSubjectX500Principal()).hasToString("CN=localhost");
            shown.checkValidity();
            assertThat(certificate(gateway.adminPort())).isEqualTo(shown);
            assertThat(output.getOut().lines().filter(line -> line.contains(NOT_SET)))
                    .hasSize(1);
            assertThat(output.getOut().lines().filter(line -> line.contains(PASSWORD)))
                    .hasSize(1);
            String password = output.getOut().split(PASSWORD)[1].split("\\s")[0];
            assertThat(get(gateway.adminPort(), "/actuator/info", "Authorization", basic("admin", password))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aConfiguredCertificateIsShownOnBothTlsListeners(CapturedOutput output) throws Exception {
        X509Certificate configured = certificateIn("server");
        try (RunningGateway gateway = RunningGateway.with(ssl("server", "server"))) {
            assertThat(certificate(gateway.tlsPort())).isEqualTo(configured);
            assertThat(certificate(gateway.adminPort())).isEqualTo(configured);
        }
        assertThat(output).doesNotContain(NOT_SET);
    }

    @Test
    void theAdminListenerShowsItsOwnCertificateWhereItHasOne() throws Exception {
        X509Certificate own = certificateIn("admin");
        try (RunningGateway gateway = RunningGateway.with(ssl("management.server", "admin"))) {
            assertThat(certificate(gateway.adminPort())).isEqualTo(own);
            assertThat(certificate(gateway.tlsPort())).isNotEqualTo(own);
        }
    }

    @Test
    void theAdminListenerCannotBeOneForTraffic() {
        assertThatThrownBy(() -> RunningGateway.with("server.port=19095", "management.server.port=19095"))
                .rootCause()
                .hasMessageContaining("management.server.port");
    }

    @Test
    void theAdminListenerSpeaksHttp2AndTheTimeForAHeadIsThatOfTheOtherVersionAlone() throws Exception {
        try (RunningGateway gateway = RunningGateway.with("understudy.limits.header-timeout=500ms");
                SSLSocket one = negotiated(gateway.adminPort(), "http/1.1");
                SSLSocket silent = negotiated(gateway.adminPort(), "http/1.1");
                SSLSocket two = negotiated(gateway.adminPort(), "h2")) {
            one.getOutputStream().write("GET / HTTP/1.1\r\nHost:".getBytes(US_ASCII));
            two.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
            two.getOutputStream().write(EMPTY_SETTINGS);

            assertThat(new String(one.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 408 Request Timeout");
            assertThat(silent.getInputStream().readAllBytes()).isEmpty();
            // Later than the others, so that it would have had its end by now.
            two.getOutputStream().write(PING);
            byte[] first = two.getInputStream().readNBytes(9);
            assertThat(first[3]).as("SETTINGS").isEqualTo((byte) 4);
            byte[] frame = first;
            while (frame[3] != 6) {
                two.getInputStream().readNBytes((frame[0] & 255) << 16 | (frame[1] & 255) << 8 | frame[2] & 255);
                frame = two.getInputStream().readNBytes(9);
            }
            assertThat(frame[4]).as("the answer to PING").isEqualTo((byte) 1);
        }
    }

    @Test
    void whileAHandshakeOfTheAdminListenerTakesLongRequestsAreServedAndItsThreadGoesLast() throws Exception {
        String[] held = {"management.server.ssl.bundle=" + HeldHandshakes.BUNDLE};
        try (RunningGateway gateway = RunningGateway.withBeans(List.of(HeldHandshakes.class), Map.of(), held)) {
            HeldHandshakes handshakes = gateway.bean(HeldHandshakes.class);
            CompletableFuture<X509Certificate> shown = CompletableFuture.supplyAsync(() -> {
                try {
                    return certificate(gateway.adminPort());
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
            Thread thread = handshakes.thread();
            assertThat(call(gateway.plainPort(), "GET /ready").status()).isEqualTo(200);
            assertThat(thread.getName()).startsWith("background-");
            assertThat(thread.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
            assertThat(shown).isNotDone();
            handshakes.letGo();
            assertThat(shown.get(10, TimeUnit.SECONDS)).isEqualTo(handshakes.certificate());
        }
    }

    @Test
    void thePlainListenerCanBeTurnedOff() throws Exception {
        try (RunningGateway gateway = RunningGateway.with("understudy.http.port=-1")) {
            assertThat(gateway.plainPort()).isEqualTo(-1);
            assertThat(get(gateway.tlsPort(), "/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void thePlainListenerHasTheSettingsOfTheTlsOne() throws Exception {
        try (RunningGateway gateway = RunningGateway.with("server.netty.max-keep-alive-requests=2")) {
            try (RawCaller plain = new RawCaller(gateway.plainPort());
                    RawCaller tls = RawCaller.overTls(gateway.tlsPort())) {
                for (RawCaller caller : List.of(plain, tls)) {
                    RawMessage first = caller.send(request("/health")).read();
                    assertThat(first.header("connection")).isEmpty();
                    RawMessage last = caller.send(request("/health")).read();
                    assertThat(last.header("connection")).hasValue("close");
                }
            }
        }
    }

    @Test
    void atTheEndRequestsGoOnForAWhileThenThoseInFlightEndAndNoNewOnesAreTaken() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
                    if (request.target().equals("/slow") && !release.await(30, TimeUnit.SECONDS)) {
                        throw new IOException("never released");
                    }
                    connection.answer(200, "whole");
                });
                RunningGateway gateway = RunningGateway.with("understudy.shutdown.delay=3s");
                RawCaller slow = new RawCaller(gateway.plainPort());
                RawCaller kept = new RawCaller(gateway.plainPort());
                RawCaller idle = new RawCaller(gateway.plainPort())) {
            gateway.serve(api(endpoint));
            int plain = gateway.plainPort();
            int tls = gateway.tlsPort();
            for (RawCaller caller : List.of(kept, idle)) {
                RawMessage before = caller.send(request("/a/quick")).read();
                assertThat(before.status()).isEqualTo(200);
                assertThat(before.header("connection")).isEmpty();
            }
            slow.send(request("/a/slow"));
            await().until(() ->
                    endpoint.requests().stream().anyMatch(r -> r.target().equals("/slow")));

            CompletableFuture<Void> closing = CompletableFuture.runAsync(gateway::close);

            await().pollInterval(Duration.ofMillis(20))
                    .until(() -> call(plain, "GET /ready").status() == 503);
            assertThat(call(plain, "GET /health").status()).isEqualTo(200);
            RawMessage during = call(plain, "GET /a/quick");
            assertThat(during.status()).isEqualTo(200);
            assertThat(during.all("connection")).containsExactly("close");
            assertThat(get(tls, "/a/quick").statusCode()).isEqualTo(200);
            RawMessage last = kept.send(request("/a/quick")).read();
            assertThat(last.status()).isEqualTo(200);
            assertThat(last.all("connection")).containsExactly("close");
            assertThat(kept.in().read()).isEqualTo(-1);
            assertThat(closing).isNotDone();

            await().atMost(Duration.ofSeconds(15)).until(() -> refuses(plain) && refuses(tls));
            assertThat(closing).isNotDone();
            release.countDown();
            RawMessage whole = slow.read();
            assertThat(whole.status()).isEqualTo(200);
            assertThat(whole.text()).isEqualTo("whole");
            assertThat(whole.all("connection")).containsExactly("close");
            closing.get(15, TimeUnit.SECONDS);
        }
    }

    private static boolean refuses(int port) throws IOException {
        try (RawCaller caller = new RawCaller(port)) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private static String request(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    private static RawMessage call(int port, String request) throws IOException {
        return RawCaller.call(port, request + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    private String[] ssl(String prefix, String name) {
        return new String[] {
            prefix + ".ssl.certificate=file:" + folder.resolve(name + ".crt"),
            prefix + ".ssl.certificate-private-key=file:" + folder.resolve(name + ".key")
        };
    }

    private X509Certificate certificateIn(String name) throws Exception {
        KeyStore store = SelfSignedCertificate.keyStore();
        X509Certificate certificate = (X509Certificate) store.getCertificate(SelfSignedCertificate.ALIAS);
        Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", certificate.getEncoded()));
        Files.writeString(
                folder.resolve(name + ".key"),
                pem(
                        "PRIVATE KEY",
                        store.getKey(SelfSignedCertificate.ALIAS, new char[0]).getEncoded()));
        return certificate;
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }

    private static Api api(RawEndpoint endpoint) {
        FailoverPolicy policy = Policies.policy()
                .connect(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(40))
                .idle(Duration.ofSeconds(5))
                .statuses(503)
                .build();
        EndpointGroup group = new EndpointGroup(
                "test", List.of(Endpoint.parse(endpoint.url())), EndpointGroup.Type.FAILOVER, policy, Optional.empty());
        Operation everything = new Operation(
                "GET", PathTemplate.parse("/*"), Optional.of(group), Optional.empty(), new Access.Open(), false, false);
        return new Api("a", "1", "/a", Set.of(), "Authorization", Optional.empty(), List.of(everything), false);
    }
}
