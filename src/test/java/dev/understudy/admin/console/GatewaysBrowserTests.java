package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.testkit.AdminCaller;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.Browser;
import dev.understudy.testkit.Browser.Window;
import dev.understudy.testkit.CommandProcess;
import dev.understudy.testkit.Ports;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page of all gateways in a real browser: the console of a control plane, and a gateway in another process. */
class GatewaysBrowserTests {

    private static final Authority AUTHORITY = new Authority("fleet");
    private static final RawEndpoint FIRST = RawEndpoint.answering(200, "first");
    private static final RawEndpoint NEXT = RawEndpoint.answering(200, "next");
    private static final String AWAY = "https://orders.example:8443/v2";

    @TempDir
    private static Path home;

    private static RunningGateway plane;
    private static Browser browser;
    private static Process edge;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        Authority.Pem shown = AUTHORITY.issuePem("localhost");
        plane = RunningGateway.with(
                "understudy.role=control-plane",
                "understudy.name=plane-1",
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}CANARY-anna",
                "understudy.admin.users[1].username=edge",
                "understudy.admin.users[1].password={noop}CANARY-edge",
                "understudy.admin.users[1].roles=gateway",
                "management.server.ssl.bundle=shown",
                "spring.ssl.bundle.pem.shown.keystore.certificate=" + shown.certificate(),
                "spring.ssl.bundle.pem.shown.keystore.private-key=" + shown.key());
        deploy(1);
        port = Ports.free();
        edge = CommandProcess.in(home)
                .start(
                        home.resolve("edge.log"),
                        "--understudy.role=gateway",
                        "--understudy.name=edge-1",
                        "--understudy.http.port=" + port,
                        "--server.port=0",
                        "--management.server.port=0",
                        "--understudy.shutdown.delay=0s",
                        "--understudy.control-plane.urls=https://localhost:" + plane.adminPort(),
                        "--understudy.control-plane.username=edge",
                        "--understudy.control-plane.password=CANARY-edge",
                        "--understudy.control-plane.ssl-bundle=fleet",
                        "--spring.ssl.bundle.pem.fleet.truststore.certificate=" + AUTHORITY.pem());
        report("edge-2", 1, "", "");
        report(
                "edge-3",
                0,
                "{\"what\": \"Orders 1 on localhost\", \"why\": \"secret file:/run/secrets/orders is not there\"}",
                "{\"url\": \"" + AWAY + "\", \"state\": \"suspended\", \"since\": \"" + Instant.now() + "\"}");
        browser = Browser.on(plane.adminPort());
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> get("/orders/v1").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        if (edge != null) {
            edge.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        plane.close();
        FIRST.close();
        NEXT.close();
    }

    @ParameterizedTest
    @MethodSource("dev.understudy.testkit.Browser#looks")
    void everyPageFitsIsAccessibleAndBreaksNoPolicy(int width, ColorScheme scheme) throws IOException {
        report("edge-2", 1, "", "");
        report(
                "edge-3",
                0,
                "{\"what\": \"Orders 1 on localhost\", \"why\": \"secret file:/run/secrets/orders is not there\"}",
                "{\"url\": \"" + AWAY + "\", \"state\": \"suspended\", \"since\": \"" + Instant.now() + "\"}");
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("/console/gateways", "gateways");
        pages.put("/console/gateways?show=attention", "gateways-to-look-at");
        pages.put("/console/gateways?q=nobody", "gateways-none-found");
        try (Window window = signedIn(width, scheme)) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> window.open("/console/gateways")
                                    .page()
                                    .locator("tr:has-text('edge-3'):has-text('Refuses 1')")
                                    .count()
                            == 1);
            pages.forEach((path, name) -> window.open(path)
                    .look(name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT)));
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void theOpenPageShowsWhatAGatewayElsewhereServesAndHoldsAndThatItEnds() throws Exception {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console/gateways").page();
            page.evaluate("window.same = true");
            page.waitForSelector("#live:has-text('Live')");
            page.waitForSelector("tr:has-text('edge-1'):has-text('Up to date')");
            deploy(2);
            String revision = String.valueOf(revision());
            page.waitForSelector("tr:has-text('edge-1') td[data-label=Revision]:text-is('" + revision + "')");
            assertThat(get("/orders/v2").status()).isEqualTo(200);

            RawMessage held = anna().put(
                            "/api/v1/endpoints/" + Endpoint.id(FIRST.url()) + "/override",
                            "application/json",
                            "{\"state\": \"down\", \"for\": \"1h\", \"reason\": \"new disk\"}");
            assertThat(held.status()).isEqualTo(200);
            page.waitForSelector(".matrix tr:has-text('" + FIRST.url() + "') td:has-text('Held down')");
            assertThat(get("/orders/v2").text()).isEqualTo("next");
            window.assertAccessible();

            edge.destroy();
            page.waitForSelector(
                    "tr:has-text('edge-1')", new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED));
            assertThat(page.evaluate("window.same")).isEqualTo(true);
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static Window signedIn(int width, ColorScheme scheme) {
        return browser.window(width, 800, scheme).signedIn("anna", "CANARY-anna");
    }

    private static AdminCaller anna() throws IOException {
        return AdminCaller.of(plane.adminPort(), TlsClient.basic("anna", "CANARY-anna"));
    }

    private static long revision() throws IOException {
        return ((Number) JsonPath.read(anna().get("/api/v1/gateways").text(), "$.revision")).longValue();
    }

    private static void deploy(int version) throws IOException {
        String document = """
                openapi: 3.0.3
                info: {title: Orders, version: '1'}
                x-wso2-basePath: /orders
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {urls: ['%s', '%s'], type: failover}
                paths:
                  /v%d: {get: {responses: {'200': {description: OK}}}}
                """.formatted(FIRST.url(), NEXT.url(), version);
        assertThat(anna().put("/api/v1/apis/orders", "application/yaml", document)
                        .status())
                .isIn(200, 201);
    }

    /** As gateways do. @param behind by how many revisions */
    private static void report(String name, int behind, String refused, String state) throws IOException {
        String body = """
                {"instance": "%s", "name": "%s", "version": "0.1.0", "role": "gateway", "started": "%s", "leaving": false,
                 "revision": %d, "refused": [%s], "endpoints": 2, "states": [%s], "others": 0}
                """.formatted(
                        UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)),
                        name,
                        Instant.now().minusSeconds(7_200),
                        revision() - behind,
                        refused,
                        state);
        RawMessage answer = anna().as(TlsClient.basic("edge", "CANARY-edge"))
                .call(
                        "POST",
                        "/api/v1/fleet/reports",
                        body.getBytes(StandardCharsets.UTF_8),
                        "Content-Type: application/json");
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }

    private static RawMessage get(String path) throws IOException {
        return RawCaller.call(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
}
