package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A gateway in which everything has happened that meters tell of: requests that went well, moved on, broke off and were turned
 * away, endpoints that are suspended and held, documents that are refused, an issuer that is away.
 */
final class EventfulGateway implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ADMIN = TlsClient.basic("anna", "x");
    private static final String VIEWER = TlsClient.basic("prometheus", "x");
    private static final String REQUEST = "moved-on";

    /** Requests in flight; one more is turned away. */
    private static final int MOST = 3;

    private static final List<List<String>> WANTED = List.of(
            List.of("understudy_requests_seconds_count", "code", "102503"),
            List.of("understudy_requests_seconds_count", "code", "102505"),
            List.of("understudy_requests_seconds_count", "code", "102510"),
            List.of("understudy_requests_seconds_count", "ending", "broken_off"),
            List.of("understudy_failovers_total", "reason", "503"),
            List.of("understudy_endpoint_state", "state", "suspended"),
            List.of("understudy_endpoint_state", "state", "draining"),
            List.of("understudy_definitions", "state", "outdated"),
            List.of("understudy_definitions", "state", "refused"));

    private static final String PATHS = """
            /thing:
              get: {responses: {'200': {description: OK}}}
              post: {responses: {'200': {description: OK}}}
            /socket:
              get: {x-understudy-websocket: true, responses: {'101': {description: OK}}}
            """;

    private final Path folder = Files.createTempDirectory("eventful");
    private final CountDownLatch held = new CountDownLatch(1);
    private final RawEndpoint first = RawEndpoint.answering(200, "first");
    private final RawEndpoint second = RawEndpoint.answering(200, "second");
    private final RunningGateway gateway;

    private EventfulGateway() throws Exception {
        Path certificate = folder.resolve("gateway.p12");
        SelfSigned.write("localhost", certificate);
        gateway = RunningGateway.serving(
                Map.of("a.yaml", document("/a"), "b.yaml", document("/b")),
                "understudy.access-log=json",
                "understudy.limits.max-in-flight=" + MOST,
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x",
                "understudy.admin.users[1].username=prometheus",
                "understudy.admin.users[1].password={noop}x",
                "understudy.admin.users[1].roles=viewer",
                "understudy.security.issuers[0].issuer=https://idp.example.com",
                "understudy.security.issuers[0].jwk-set-uri=http://127.0.0.1:" + RawEndpoint.deadPort() + "/jwks",
                "spring.ssl.bundle.jks.gateway.keystore.location=file:" + certificate,
                "spring.ssl.bundle.jks.gateway.keystore.password=" + SelfSigned.PASSWORD,
                "server.ssl.bundle=gateway");
    }

    /** One in which all of it has happened. */
    static EventfulGateway start() throws Exception {
        EventfulGateway eventful = new EventfulGateway();
        eventful.documentsAreRefused();
        eventful.callersComeAndGo();
        eventful.requestsAreTurnedAway();
        eventful.theFirstEndpointMisbehaves();
        eventful.theSecondEndpointIsHeld();
        eventful.theFirstEndpointFails();
        await().atMost(SOON).untilAsserted(() -> assertThat(eventful.untold()).isEmpty());
        return eventful;
    }

    /** What Prometheus gets now. */
    Scrape scrape() throws Exception {
        return Scrape.of(gateway, VIEWER);
    }

    int adminPort() {
        return gateway.adminPort();
    }

    /** The status of what somebody gets who may look, and no more. */
    int asViewer(String target) throws Exception {
        String[] headers = target.startsWith("/api/")
                ? new String[] {"Authorization", VIEWER, "Accept", "application/json"}
                : new String[] {"Authorization", VIEWER};
        return TlsClient.get(gateway.adminPort(), target, headers).statusCode();
    }

    /** The same target with a request and an endpoint that there are. */
    String filled(String target) throws Exception {
        return target.replace("$ID", REQUEST).replace("$ENDPOINT", endpoint(first.url()));
    }

    private String document(String path) {
        return Documents.failover("", PATHS, first.url(), second.url())
                .replace("/a\n", path + "\n")
                .replace("title: Test", "title: Test" + path.substring(1))
                // A loaded machine may take a while.
                .replace("500ms", "5s")
                .replace("800ms", "20s");
    }

    private void documentsAreRefused() {
        gateway.write("b.yaml", "openapi: 3.0.3\n");
        gateway.write("c.yaml", "openapi: 3.0.3\n");
    }

    private void callersComeAndGo() throws Exception {
        call("GET /a/thing", "");
        call("GET /nowhere", "");
        first.nowDoes((request, connection) -> connection.acceptWebSocket(request));
        call(
                "GET /a/socket",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        await().atMost(SOON).until(() -> told("understudy_requests_seconds_count", "status", "1xx"));
    }

    private void requestsAreTurnedAway() throws Exception {
        first.nowDoes((request, connection) -> {
            held.await();
            connection.answer(200, "late");
        });
        List<RawCaller> waiting = new ArrayList<>();
        int before = first.requests().size();
        for (int i = 0; i < MOST; i++) {
            waiting.add(new RawCaller(gateway.plainPort()).send(request("GET /a/thing", "")));
        }
        await().atMost(SOON).until(() -> first.requests().size() == before + MOST);
        call("GET /a/thing", "");
        held.countDown();
        for (RawCaller caller : waiting) {
            caller.read();
            caller.close();
        }
    }

    private void theFirstEndpointMisbehaves() throws IOException {
        first.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            connection.close();
        });
        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            caller.send(request("GET /a/thing", ""));
            assertThat(caller.read().complete()).isFalse();
        }
        first.nowDoes((request, connection) -> connection.answer(503, "busy"));
        call("GET /a/thing", "X-Request-Id: " + REQUEST + "\r\n");
        first.nowDoes((request, connection) -> connection.reset());
        call("POST /a/thing", "Content-Length: 0\r\n");
    }

    private void theSecondEndpointIsHeld() throws Exception {
        assertThat(TlsClient.put(
                                gateway.adminPort(),
                                "/api/v1/endpoints/" + endpoint(second.url()) + "/override",
                                "{\"state\": \"draining\"}",
                                "Authorization",
                                ADMIN,
                                "Content-Type",
                                "application/json")
                        .statusCode())
                .isEqualTo(200);
    }

    private void theFirstEndpointFails() throws IOException {
        first.die();
        for (int i = 0; i < 4; i++) {
            call("GET /a/thing", "");
        }
    }

    /** What has not come to the meters yet: meters, labels and values in turn. */
    private List<List<String>> untold() throws Exception {
        List<List<String>> untold = new ArrayList<>();
        for (List<String> wanted : WANTED) {
            if (!told(wanted.get(0), wanted.get(1), wanted.get(2))) {
                untold.add(wanted);
            }
        }
        return untold;
    }

    private boolean told(String meter, String label, String value) throws Exception {
        return scrape().named(meter, label, value).stream().anyMatch(sample -> sample.value() > 0);
    }

    private String endpoint(String url) throws Exception {
        String endpoints = TlsClient.get(gateway.adminPort(), "/api/v1/endpoints", "Authorization", VIEWER)
                .body();
        List<String> ids = JsonPath.read(endpoints, "$.endpoints[?(@.url == '" + url + "')].id");
        return ids.get(0);
    }

    private void call(String request, String headers) throws IOException {
        RawCaller.call(gateway.plainPort(), request(request, headers));
    }

    private static String request(String line, String headers) {
        return line + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        first.close();
        second.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
