package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers of a caller's an endpoint gets. */
class ForwardedHeadersTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final RawEndpoint ENDPOINT = RawEndpoint.answering(200, "ok");
    private static final String API = GATEWAY.things(ENDPOINT.url());

    @BeforeEach
    void forget() {
        ENDPOINT.requests().clear();
    }

    @AfterAll
    static void close() throws IOException {
        ENDPOINT.close();
    }

    @Test
    void headersGoAsTheyCameWithTheGatewaysOwn() throws IOException {
        RawMessage sent = sent("Accept: a/b\r\nX-Own: caf\u00e9\r\nX-Own: 2\r\nCookie: a=b\r\nAuthorization: Basic x");

        assertThat(sent.headers())
                .contains("Accept: a/b", "X-Own: caf\u00e9", "X-Own: 2", "Cookie: a=b", "Authorization: Basic x");
        assertThat(sent.all("Host")).containsExactly("localhost:" + ENDPOINT.port());
        assertThat(sent.all("X-Forwarded-Host")).containsExactly("h.example:8080");
        assertThat(sent.all("X-Forwarded-Port")).containsExactly("8080");
        assertThat(sent.all("X-Forwarded-Proto")).containsExactly("http");
        assertThat(sent.all("X-Forwarded-For")).hasSize(1);
        assertThat(sent.all("X-Request-Id")).hasSize(1);
        assertThat(sent.all("User-Agent")).isEmpty();
    }

    @Test
    void whatIsForTheCallersConnectionEndsThere() throws IOException {
        RawMessage sent = sent("Connection: X-Hop, keep-alive\r\nX-Hop: 1\r\nKeep-Alive: timeout=1\r\nTE: trailers\r\n"
                + "Trailer: X-T\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nProxy-Authorization: Basic CANARY\r\n"
                + "Proxy-Authenticate: Basic\r\nProxy-Connection: keep-alive\r\nExpect: 100-continue");

        assertThat(sent.headers())
                .extracting(line -> line.substring(0, line.indexOf(':')).toLowerCase(java.util.Locale.ROOT))
                .containsExactlyInAnyOrder(
                        "host",
                        "x-forwarded-for",
                        "x-forwarded-host",
                        "x-forwarded-proto",
                        "x-forwarded-port",
                        "x-request-id");
    }

    @Test
    void aCallerCannotTakeAwayWhatTheGatewaySets() throws IOException {
        RawMessage sent =
                sent("Connection: close, X-Forwarded-For, X-Request-Id, Host, Content-Length\r\nContent-Length: 0");

        assertThat(sent.header("X-Forwarded-For")).isPresent();
        assertThat(sent.header("X-Request-Id")).isPresent();
        assertThat(sent.header("Host")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For",
                "X-Forwarded-Host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Prefix",
                "X-Forwarded-Anything",
                "Forwarded",
                "X_Forwarded_For",
                "X_Forwarded-For",
                "X-Forwarded_Host",
                "X_Request_Id",
                "X-Request_Id",
                "x-forwarded-FOR"
            })
    void whatACallerSaysOfItselfIsDropped(String name) throws IOException {
        RawMessage sent = sent(name + ": FORGED\r\n" + name + ": FORGED");

        assertThat(sent.headers()).noneMatch(line -> line.contains("FORGED"));
    }

    @Test
    void aRequestIdThatIsOneIsKept() throws IOException {
        assertThat(sent("X-Request-Id: aB9._-").all("X-Request-Id")).containsExactly("aB9._-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "a/b"})
    void anotherRequestIdIsReplaced(String id) throws IOException {
        assertThat(sent("X-Request-Id: " + id).header("X-Request-Id").orElseThrow())
                .matches("[0-9a-f-]{36}");
    }

    @Test
    void aRequestIdOfMoreThan128CharactersIsReplaced() throws IOException {
        assertThat(sent("X-Request-Id: " + "a".repeat(129))
                        .header("X-Request-Id")
                        .orElseThrow())
                .hasSize(36);
    }

    @Test
    void anEndpointGetsTheCredentialsOfItsList() throws IOException {
        EndpointGroup group = GatewayProcess.failover(
                GatewayProcess.POLICY, Optional.of(new Credentials("user", "p\u00e4ss")), ENDPOINT.url());
        String api = GATEWAY.serve(List.of(GatewayProcess.operation("GET /thing", group)));

        RawCaller.call(GATEWAY.port(), "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x\r\n\r\n");

        assertThat(ENDPOINT.onlyRequest().all("Authorization")).containsExactly("Basic dXNlcjpww6Rzcw==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void aMethodThatUsuallyHasABodySaysThatItHasNone(String method) throws IOException {
        RawCaller.call(GATEWAY.port(), method + " " + API + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(ENDPOINT.onlyRequest().all("Content-Length")).containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "POST"})
    void anyMethodMayHaveABody(String method) throws IOException {
        RawCaller.call(
                GATEWAY.port(),
                method + " " + API
                        + "/thing HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-T: 1\r\n\r\n");
        assertThat(ENDPOINT.onlyRequest().text()).isEqualTo("abc");
        assertThat(ENDPOINT.onlyRequest().all("Content-Length")).isEmpty();
        ENDPOINT.requests().clear();

        RawCaller.call(
                GATEWAY.port(), method + " " + API + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(ENDPOINT.onlyRequest().text()).isEqualTo("abc");
        assertThat(ENDPOINT.onlyRequest().all("Transfer-Encoding")).isEmpty();
    }

    /** A caller that stands in {@code understudy.trusted-proxies}. */
    @Nested
    class Trusted {

        @Test
        void isBelievedAndAddedTo() throws IOException {
            try (GatewayProcess gateway =
                    new GatewayProcess(List.of(), "understudy.trusted-proxies=127.0.0.0/8,::1/128")) {
                String api = gateway.things(ENDPOINT.url());
                RawCaller.call(
                        gateway.port(),
                        "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.1.1.1\r\n"
                                + "X-Forwarded-For: 2.2.2.2\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: public\r\n"
                                + "Forwarded: for=1.1.1.1\r\nX_Forwarded_For: FORGED\r\n\r\n");
            }
            RawMessage sent = ENDPOINT.onlyRequest();
            assertThat(sent.all("X-Forwarded-For").toString())
                    .startsWith("[1.1.1.1, 2.2.2.2, ")
                    .endsWith("1]");
            assertThat(sent.all("X-Forwarded-Proto")).containsExactly("https");
            assertThat(sent.all("X-Forwarded-Host")).containsExactly("public");
            assertThat(sent.all("Forwarded")).containsExactly("for=1.1.1.1");
            assertThat(sent.headers()).noneMatch(line -> line.contains("FORGED"));
        }
    }

    private static RawMessage sent(String headers) throws IOException {
        RawCaller.call(
                GATEWAY.port(), "GET " + API + "/thing HTTP/1.1\r\nHost: h.example:8080\r\n" + headers + "\r\n\r\n");
        return ENDPOINT.onlyRequest();
    }
}
