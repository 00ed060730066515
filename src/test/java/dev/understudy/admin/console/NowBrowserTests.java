package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.testkit.Browser;
import dev.understudy.testkit.Browser.Window;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page Now, endpoints and explanations in a real browser. */
class NowBrowserTests {

    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}CANARY-anna"
    };

    private static final RawEndpoint AWAY = RawEndpoint.answering(200, "away");
    private static final RawEndpoint FIRST = RawEndpoint.answering(200, "first");
    private static final RawEndpoint NEXT = RawEndpoint.answering(200, "next");

    private static RunningGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> documents = new LinkedHashMap<>();
        documents.put("orders.yaml", document("Orders", "/orders", AWAY.url(), NEXT.url()));
        documents.put("menu.yaml", document("Menu", "/menu", FIRST.url(), NEXT.url() + "/b"));
        documents.put("payments.yaml", document("Payments", "/payments", FIRST.url() + "/pay", NEXT.url() + "/pay"));
        gateway = RunningGateway.serving(documents, USERS);
        browser = Browser.on(gateway.adminPort());
        AWAY.die();
        for (int i = 0; i < 4; i++) {
            call("/orders/items", "order-" + i);
        }
        call("/menu/items", "menu-1");
        call("/menu/nothing", "menu-2");
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        gateway.close();
        AWAY.close();
        FIRST.close();
        NEXT.close();
    }

    @ParameterizedTest
    @MethodSource("dev.understudy.testkit.Browser#looks")
    void everyPageFitsIsAccessibleAndBreaksNoPolicy(int width, ColorScheme scheme) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("/console/now", "now");
        pages.put("/console/now?kind=recoveries&api=nobody", "now-nothing-found");
        pages.put("/console/endpoints", "ladders");
        pages.put("/console/endpoints/" + Endpoint.id(AWAY.url()), "endpoint");
        pages.put("/console/requests", "requests");
        pages.put("/console/requests?api=nobody", "requests-none-found");
        pages.put("/console/requests/order-0", "request");
        pages.put("/console/explain", "explain");
        pages.put("/console/explain?path=/orders/items", "explained");
        pages.put("/console/explain?path=/x&body=many", "explain-refused");
        try (Window window = signedIn(width, scheme)) {
            pages.forEach((path, name) -> {
                window.open(path).look(name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT));
            });
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void theOpenBoardShowsTheUnderstudyByItself() throws IOException {
        RawEndpoint dying = RawEndpoint.answering(200, "dying");
        gateway.write("live.yaml", document("Live", "/live", dying.url(), NEXT.url()));
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console/now").page();
            page.evaluate("window.same = true");
            page.waitForSelector("#live:has-text('Live')");
            page.waitForSelector("#timeline >> text=live.yaml");
            assertThat(page.locator("#board").innerText()).doesNotContain("/live");
            page.locator("#board a:text-is('Orders')").focus();
            long killed = System.nanoTime();
            dying.die();
            for (int i = 0; i < 4; i++) {
                call("/live/items", "live-" + i);
            }
            page.waitForSelector("#board li:has-text('Live'):has-text('Understudy 1')");
            Duration took = Duration.ofNanos(System.nanoTime() - killed);
            assertThat(took).isLessThan(Duration.ofSeconds(5));
            assertThat(page.locator("#summary").innerText()).contains("2 of 4 APIs are on an understudy.");
            page.waitForSelector("#timeline li:has-text('Failover'):has-text('Live 1')");
            // Whoever is somewhere on the board stays there.
            assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("Orders");
            assertThat(page.evaluate("window.same")).isEqualTo(true);
            window.assertAccessible();
            assertThat(window.complaints()).isEmpty();

            // As when the gateway was started anew while nobody looked: the page asks again, and is led away.
            page.context().clearCookies();
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
            page.waitForURL("**/console/sign-in**");
        } finally {
            gateway.write("live.yaml", document("Live", "/live", NEXT.url()));
            dying.close();
        }
    }

    @Test
    void anEndpointIsTakenOutAndReturnedByKeyboardAlone() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console/endpoints/" + Endpoint.id(FIRST.url() + "/pay"))
                    .page();
            focusByTab(page, "document.activeElement.value === 'draining'");
            page.keyboard().press("ArrowDown");
            focusByTab(page, "document.activeElement.name === 'for'");
            page.keyboard().press("ArrowDown");
            focusByTab(page, "document.activeElement.id === 'reason'");
            page.keyboard().insertText("new disk");
            page.keyboard().press("Enter");
            page.waitForSelector(".notice:has-text('is taken out for 60 min')");
            assertThat(page.locator(".held-box").innerText()).contains("Held down by anna", "new disk", "until");
            window.assertAccessible();
            window.picture("endpoint-held-1280-light");
            page.setViewportSize(320, 800);
            window.assertFits();
            focusByTab(page, "document.activeElement.textContent === 'Return to service'");
            page.keyboard().press("Enter");
            page.waitForSelector(".notice:has-text('is returned to service')");
            assertThat(page.locator(".held-box").count()).isZero();
            assertThat(window.complaints()).isEmpty();
        }
    }

    private static void focusByTab(Page page, String found) {
        for (int i = 0; i < 60; i++) {
            if (Boolean.TRUE.equals(page.evaluate(found))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError(found + " is not reached by Tab");
    }

    private static Window signedIn(int width, ColorScheme scheme) {
        return browser.window(width, 800, scheme).signedIn("anna", "CANARY-anna");
    }

    private static void call(String path, String id) throws IOException {
        RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + id + "\r\n\r\n");
    }

    private static String document(String title, String basePath, String... urls) {
        return """
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                x-wso2-disable-security: true
                x-wso2-production-endpoints:
                  type: failover
                  urls: [%s]
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                """.formatted(title, basePath, String.join(", ", urls));
    }
}
