package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents and the configuration say of calls from other origins, on operations that ask for a token. */
class CorsOfDocumentsTests {

    private static final RawEndpoint ENDPOINT = RawEndpoint.answering(200, "ok");
    private static final String OWN = """
            x-wso2-cors:
              corsConfigurationEnabled: true
              accessControlAllowOrigins: ['https://own.example']
              accessControlAllowMethods: [GET, PUT]
              accessControlAllowHeaders: [Authorization, X-Own]
              accessControlExposeHeaders: [X-Seen]
              accessControlAllowCredentials: true
            """;
    private static final Map<String, String> DOCUMENTS = Map.of(
            "own.yaml", document("own", OWN),
            "off.yaml", document("off", OWN.replace("Enabled: true", "Enabled: false")),
            "none.yaml", document("none", ""));

    private static RunningGateway gateway;
    private static RunningGateway silent;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.serving(
                DOCUMENTS,
                "understudy.cors.enabled=true",
                "understudy.cors.allow-origins=https://global.example",
                "understudy.cors.allow-methods=GET",
                "understudy.cors.allow-headers=X-Global",
                "understudy.cors.expose-headers=X-Told");
        silent = RunningGateway.serving(DOCUMENTS);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        silent.close();
        ENDPOINT.close();
    }

    @Test
    void aDocumentsOwnWordsCountAndThePreflightNeedsNoToken() throws IOException {
        for (RunningGateway one : new RunningGateway[] {gateway, silent}) {
            RawMessage answer = preflight(one, "own", "https://own.example", "PUT", "authorization, x-own");

            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("https://own.example");
            assertThat(answer.all("Access-Control-Allow-Methods")).containsExactly("GET, PUT");
            assertThat(answer.all("Access-Control-Allow-Headers")).containsExactly("authorization, x-own");
            assertThat(answer.all("Access-Control-Allow-Credentials")).containsExactly("true");
            assertToldNothing(preflight(one, "own", "https://global.example", "GET", "X-Own"));
        }
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "none"})
    void whereADocumentSaysNothingOrIsSwitchedOffTheConfigurationCounts(String api) throws IOException {
        RawMessage answer = preflight(gateway, api, "https://global.example", "GET", "x-global");

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("https://global.example");
        assertThat(answer.all("Access-Control-Allow-Methods")).containsExactly("GET");
        assertThat(answer.all("Access-Control-Allow-Headers")).containsExactly("x-global");
        assertThat(answer.all("Access-Control-Allow-Credentials")).isEmpty();
        assertToldNothing(preflight(gateway, api, "https://own.example", "GET", "x-global"));
        assertToldNothing(preflight(gateway, api, "https://global.example", "PUT", "x-global"));
        assertToldNothing(preflight(gateway, api, "https://global.example", "GET", "x-own"));
        assertToldNothing(preflight(silent, api, "https://global.example", "GET", "x-global"));
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void aBrowserMayReadThatATokenIsMissing() throws IOException {
        RawMessage own = call(gateway, "GET", "own", "Origin: https://own.example");
        RawMessage global = call(gateway, "GET", "none", "Origin: https://global.example");

        assertThat(own.status()).isEqualTo(401);
        assertThat(own.all("Access-Control-Allow-Origin")).containsExactly("https://own.example");
        assertThat(own.all("Access-Control-Expose-Headers")).containsExactly("X-Seen");
        assertThat(global.status()).isEqualTo(401);
        assertThat(global.all("Access-Control-Allow-Origin")).containsExactly("https://global.example");
        assertThat(global.all("Access-Control-Expose-Headers")).containsExactly("X-Told");
        assertThat(call(silent, "GET", "none", "Origin: https://global.example").headers())
                .noneMatch(line -> line.startsWith("Access-Control"));
    }

    private static void assertToldNothing(RawMessage answer) {
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers()).noneMatch(line -> line.startsWith("Access-Control"));
    }

    private static RawMessage preflight(RunningGateway one, String api, String origin, String method, String headers)
            throws IOException {
        return call(
                one,
                "OPTIONS",
                api,
                "Origin: " + origin + "\r\nAccess-Control-Request-Method: " + method
                        + "\r\nAccess-Control-Request-Headers: " + headers);
    }

    private static RawMessage call(RunningGateway one, String method, String api, String headers) throws IOException {
        return RawCaller.call(
                one.plainPort(), method + " /" + api + "/thing HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n\r\n");
    }

    private static String document(String name, String cors) {
        return """
                openapi: 3.0.3
                info: {title: %1$s, version: '1'}
                x-wso2-basePath: /%1$s
                x-wso2-production-endpoints: {urls: ['%2$s']}
                %3$s
                paths:
                  /thing:
                    get: {responses: {'200': {description: OK}}}
                    put: {responses: {'200': {description: OK}}}
                """.formatted(name, ENDPOINT.url(), cors);
    }
}
