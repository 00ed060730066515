package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Cors;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers are told of calls from other origins. */
class CorsTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();
    private static final RawEndpoint ENDPOINT = RawEndpoint.doing((request, connection) -> connection.send(
            "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: http://evil\r\nContent-Length: 2\r\n\r\nok"));
    private static final String ONE = serve(new Cors(
            List.of("https://a.example", "https://*.b.example"), List.of("GET"), List.of("X-A"), List.of("X-B"), true));
    private static final String ANY = serve(new Cors(List.of("*"), List.of("*"), List.of("*"), List.of(), false));

    private static String serve(Cors cors) {
        return GATEWAY.serve(
                Optional.of(cors),
                List.of(GatewayProcess.operation(
                        "GET /thing", GatewayProcess.failover(GatewayProcess.POLICY, ENDPOINT.url()))));
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
    @ValueSource(strings = {"https://a.example", "https://x.b.example"})
    void anOriginThatMayCallIsToldSo(String origin) throws IOException {
        RawMessage answer = call("GET", ONE + "/thing", "Origin: " + origin);

        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly(origin);
        assertThat(answer.all("Access-Control-Allow-Credentials")).containsExactly("true");
        assertThat(answer.all("Access-Control-Expose-Headers")).containsExactly("X-B");
        assertThat(answer.all("Vary")).containsExactly("Origin");
        assertThat(answer.text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://a.example",
                "https://a.example.evil",
                "https://xa.example",
                ""
            })
    void anotherOriginIsToldNothing(String origin) throws IOException {
        RawMessage answer = call("GET", ONE + "/thing", "Origin: " + origin);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).noneMatch(line -> line.startsWith("Access-Control"));
    }

    @Test
    void anyOriginIsToldAnAsterisk() throws IOException {
        assertThat(call("GET", ANY + "/thing", "Origin: null").all("Access-Control-Allow-Origin"))
                .containsExactly("*");
    }

    @Test
    void aPreflightIsAnsweredWithoutAskingTheEndpoint() throws IOException {
        RawMessage answer = preflight(ONE, "https://a.example", "GET", "x-a");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("https://a.example");
        assertThat(answer.all("Access-Control-Allow-Methods")).containsExactly("GET");
        assertThat(answer.all("Access-Control-Allow-Headers")).containsExactly("x-a");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void aPreflightForMoreThanIsAllowedIsToldNothing() throws IOException {
        assertRefused(preflight(ONE, "https://evil.example", "GET", "x-a"));
        assertRefused(preflight(ONE, "https://a.example", "DELETE", "x-a"));
        assertRefused(preflight(ONE, "https://a.example", "GET", "x-a, x-c"));
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void aBrowserMayReadWhyItsMethodIsNone() throws IOException {
        RawMessage answer = call("DELETE", ONE + "/thing", "Origin: https://a.example");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("https://a.example");
    }

    private static void assertRefused(RawMessage answer) {
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers()).noneMatch(line -> line.startsWith("Access-Control"));
    }

    private static RawMessage preflight(String api, String origin, String method, String headers) throws IOException {
        return call(
                "OPTIONS",
                api + "/thing",
                "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method
                        + "\r\nAccess-Control-Request-Headers: " + headers);
    }

    private static RawMessage call(String method, String path, String headers) throws IOException {
        return RawCaller.call(GATEWAY.port(), method + " " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n\r\n");
    }
}
