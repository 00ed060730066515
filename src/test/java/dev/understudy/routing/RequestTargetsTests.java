package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request lines and hosts, byte by byte, from the caller's socket to the endpoint's. */
class RequestTargetsTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final RawEndpoint ENDPOINT = RawEndpoint.answering(200, "ok");
    private static final String API = api();

    private static String api() {
        EndpointGroup group = GatewayProcess.failover(GatewayProcess.POLICY, ENDPOINT.url() + "/base/");
        return GATEWAY.serve(List.of(
                GatewayProcess.operation("GET /thing", group),
                GatewayProcess.operation("POST /thing", group),
                GatewayProcess.operation("GET /t/{id}/x", group),
                GatewayProcess.operation("GET /files/*", group)));
    }

    @BeforeEach
    void forget() {
        ENDPOINT.requests().clear();
    }

    @AfterAll
    static void close() throws IOException {
        ENDPOINT.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/thing",
                "/thing/",
                "/thing?",
                "/thing?a=b&a=c&a=&a&&=",
                "/thing?q=%2e%2e/%2f;a+b%20c?d",
                "/t/a%2Fb/x",
                "/t/a;b=c/x",
                "/t/a%20b/x?c%3Dd",
                "/t/%E4%B8%AD/x",
                "/t/a,b+c@d:e/x",
                "/%74hing",
                "/files/a//b/",
                "/files/a%2fb;c"
            })
    void pathAndQueryGoThroughAsTheyCame(String target) throws IOException {
        assertThat(get(target).status()).isEqualTo(200);
        assertThat(ENDPOINT.onlyRequest().firstLine()).isEqualTo("GET /base" + target + " HTTP/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "/thing?{x}|[y],/thing?%7Bx%7D%7C%5By%5D",
        "/thing?é,/thing?%E9",
        "'/thing?\"<>^`\\','/thing?%22%3C%3E%5E%60%5C'"
    })
    void whatAQueryMustNotHaveIsEscaped(String target, String sent) throws IOException {
        assertThat(get(target).status()).isEqualTo(200);
        assertThat(ENDPOINT.onlyRequest().target()).isEqualTo("/base" + sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/t/a|b/x",
                "/t/é/x",
                "/t/{id}/x",
                "/t/%zz/x",
                "/t/%2/x",
                "/t/%00/x",
                "/t/%0d%0a/x",
                "/t/%c0%ae/x",
                "/t/../thing",
                "/t/%2e%2e/x",
                "/t/..;a/x",
                "/t/a%2f..%2fb/x",
                "/t/a\\b/x",
                "/thing#x",
                "/thing?a\u0001b",
                "/thing?a\u007fb"
            })
    void aPathThatEndpointsReadInTwoWaysIsRefused(String target) throws IOException {
        assertProblem(get(target), 400, "400");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "api/thing",
                "?x",
                "\\thing",
                "http:/thing",
                "ftp://h/thing",
                "http://evil/thing",
                "http://u@h/thing",
                "h:80"
            })
    void aTargetThatIsNoPathIsRefused(String target) throws IOException {
        assertProblem(raw("GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"), 400, "400");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void anAbsoluteTargetOfTheSameHostIsServed() throws IOException {
        assertThat(raw("GET http://H:90" + API + "/thing?a HTTP/1.1\r\nHost: h:90\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(ENDPOINT.onlyRequest().target()).isEqualTo("/base/thing?a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: a\r\nHost: a\r\n",
                "Host: a@b\r\n",
                "Host: a/b\r\n",
                "Host: a?\r\n",
                "Host:\r\n",
                "Host: a b\r\n",
                "Host: a:99999\r\n",
                "Host: a:0x1\r\n",
                "Host: [::::]\r\n",
                "Host: [1.2.3]\r\n",
                "Host: a,b\r\n"
            })
    void aHostThatIsNoneIsRefused(String host) throws IOException {
        assertProblem(raw("GET " + API + "/thing HTTP/1.1\r\n" + host + "\r\n"), 400, "400");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"h", "H:1", "[::1]", "[::1]:80", "127.0.0.1:9090", "a_b.c", "1.2.3.4.5", "-", "a..b", "h:65535"})
    void aHostIsServed(String host) throws IOException {
        assertThat(raw("GET " + API + "/thing HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .status())
                .isEqualTo(200);
        assertThat(ENDPOINT.onlyRequest().header("Host")).contains("localhost:" + ENDPOINT.port());
        assertThat(ENDPOINT.onlyRequest().header("X-Forwarded-Host")).contains(host);
    }

    @Test
    void anHttp10CallerNeedsNoHost() throws IOException {
        RawMessage answer = raw("GET " + API + "/thing HTTP/1.0\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
        assertThat(ENDPOINT.onlyRequest().header("X-Forwarded-Host")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/3.0", "HTTP/2.0"})
    void anotherVersionIsRefused(String version) throws IOException {
        assertThat(raw("GET " + API + "/thing " + version + "\r\nHost: h\r\n\r\n")
                        .status())
                .isEqualTo(400);
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Length: 3\r\nContent-Length: 4",
                "Content-Length: -1",
                "Content-Length: +3"
            })
    void ambiguousFramingIsRefusedAndTheConnectionEnds(String framing) throws IOException {
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("POST " + API + "/thing HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n0\r\n\r\n");
            assertThat(caller.read().status()).isEqualTo(400);
            assertThat(caller.in().read()).isEqualTo(-1);
        }
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "TRACE", "FOO", "get", "PROPFIND", "HEAD", "CONNECT"})
    void anotherMethodIsToldWhichThereAre(String method) throws IOException {
        RawMessage answer = raw(method + " " + API + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET, OPTIONS, POST");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "FOO", "TRACE", "OPTIONS", "CONNECT"})
    void anUnknownPathIsNotFoundWhateverTheMethod(String method) throws IOException {
        assertProblem(raw(method + " /nowhere HTTP/1.1\r\nHost: h\r\n\r\n"), 404, "404");
    }

    @Test
    void anUndeclaredOptionsIsAnsweredByTheGateway() throws IOException {
        RawMessage answer = raw("OPTIONS " + API + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("Allow")).contains("GET, OPTIONS, POST");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void healthAndReadinessAreTold() throws IOException {
        assertThat(raw("GET /health HTTP/1.1\r\nHost: h\r\n\r\n").text()).isEqualTo("{\"status\":\"healthy\"}");
        assertThat(raw("GET /ready HTTP/1.1\r\nHost: h\r\n\r\n").text()).isEqualTo("{\"status\":\"ready\"}");
        RawMessage head = raw("HEAD /health HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).contains("20");
        assertProblem(raw("POST /health HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"), 404, "404");
    }

    @Test
    void aProblemHasTheMembersThatTheContractNames() throws IOException {
        RawMessage answer = raw("GET /nowhere/%41?q=1 HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(answer.text())
                .isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"The requested resource is not available\",\"instance\":\"/nowhere/%41\","
                        + "\"code\":\"404\",\"message\":\"Not Found\","
                        + "\"description\":\"The requested resource is not available\"}");
    }

    @Test
    void theAnswerToHeadHasNoBodyAndTheConnectionGoesOn() throws IOException {
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send("HEAD /nowhere HTTP/1.1\r\nHost: h\r\n\r\nGET " + API + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
            RawMessage head = RawMessage.read(caller.in(), true).orElseThrow();
            assertThat(head.status()).isEqualTo(404);
            assertThat(head.header("Content-Length")).isPresent();
            assertThat(caller.read().text()).isEqualTo("ok");
        }
    }

    @Test
    void noCallerCanSetTheGatewaysOwnMark() throws IOException {
        RawMessage answer = raw(
                "GET " + API + "/thing HTTP/1.1\r\nHost: h\r\n" + RequestTargetHandler.REFUSAL_HEADER + ": x\r\n\r\n");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(ENDPOINT.onlyRequest().header(RequestTargetHandler.REFUSAL_HEADER))
                .isEmpty();
    }

    private static RawMessage get(String target) throws IOException {
        return raw("GET " + API + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static RawMessage raw(String request) throws IOException {
        return RawCaller.call(GATEWAY.port(), request);
    }

    private static void assertProblem(RawMessage answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
    }
}
