package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.understudy.testkit.Browser;
import dev.understudy.testkit.Browser.Window;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The console in a real browser. */
class ConsoleBrowserTests {

    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna",
        "understudy.admin.users[0].password={noop}CANARY-anna",
        "understudy.admin.users[1].username=vera",
        "understudy.admin.users[1].password={noop}CANARY-vera",
        "understudy.admin.users[1].roles=viewer"
    };

    private static final RawEndpoint UNDERSTUDY = RawEndpoint.answering(200, "understudy");

    private static RunningGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> documents = new LinkedHashMap<>();
        documents.put("orders.yaml", document("Orders", "/orders", closedPort(), UNDERSTUDY.url()));
        documents.put("catalogue.yaml", document("Catalogue", "/catalogue", UNDERSTUDY.url(), UNDERSTUDY.url() + "/b"));
        documents.put(
                "ledger.yaml",
                document("Ledger", "/ledger", UNDERSTUDY.url()).replace("type: failover", "type: failovr"));
        documents.put("wide.yaml", wide());
        gateway = RunningGateway.serving(documents, USERS);
        browser = Browser.on(gateway.adminPort());
        // The first endpoint of orders is away, and the gateway has to notice.
        for (int i = 0; i < 4; i++) {
            RawCaller.call(gateway.plainPort(), "GET /orders/items HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            add(window, document("Shop", "/shop", UNDERSTUDY.url()), "");
            add(window, document("Shop", "/shop", UNDERSTUDY.url() + "/b"), "shop");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        gateway.close();
        UNDERSTUDY.close();
    }

    @ParameterizedTest
    @MethodSource("dev.understudy.testkit.Browser#looks")
    void everyPageFitsIsAccessibleAndBreaksNoPolicy(int width, ColorScheme scheme) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("/console", "apis");
        pages.put("/console?show=attention", "apis-to-look-at");
        pages.put("/console?q=nothing-of-that-name", "apis-none-found");
        pages.put("/console/apis/shop", "api");
        pages.put("/console/apis/folder:orders.yaml", "api-on-an-understudy");
        pages.put("/console/apis/folder:ledger.yaml", "api-refused");
        pages.put("/console/apis/folder:wide.yaml", "api-500-operations");
        pages.put("/console/apis/shop/revisions", "revisions");
        pages.put("/console/apis/shop/revisions/2", "revision");
        pages.put("/console/apis/shop/revisions/1/restore", "restore");
        pages.put("/console/apis/shop/undeploy", "undeploy");
        pages.put("/console/add", "add");
        pages.put("/console/nothing", "not-found");
        String suffix = "-" + width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
        try (Window nobody = browser.window(width, 800, scheme)) {
            nobody.open("/console").look("sign-in" + suffix);
        }
        try (Window window = signedIn(width, scheme)) {
            pages.forEach((path, name) -> {
                window.open(path);
                if (name.equals("revisions")) {
                    window.page().waitForSelector("#changes-2 .changes");
                }
                window.look(name + suffix);
            });
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void aPageThatBreaksARuleIsNoticed() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            window.open("/console").page().evaluate("document.documentElement.removeAttribute('lang')");
            assertThatThrownBy(window::assertAccessible).hasMessageContaining("html-has-lang");
        }
    }

    @Test
    void anApiOnItsUnderstudyIsToldInWordsAndNotByColourAlone() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console").page();
            assertThat(page.locator("tr:has-text('Orders')").innerText())
                    .contains("Understudy 1", "the first endpoint is away");
            assertThat(page.locator("tr:has-text('Catalogue')").innerText()).contains("First endpoint");
            page.click("text=Orders");
            assertThat(page.locator(".ladder li").allInnerTexts())
                    .satisfiesExactly(
                            first -> assertThat(first).contains("First endpoint", "Suspended"),
                            second -> assertThat(second).contains("Understudy 1", "serves now", "Ready"));
        }
    }

    @Test
    void whatIsTypedIsFoundWithoutANewPageAndBackLeadsBack() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console").page();
            page.evaluate("window.same = true");
            page.locator("#q").pressSequentially("catal");
            page.waitForSelector("[role=status]:has-text('1 found')");
            assertThat(page.locator("table.list tbody tr").count()).isEqualTo(1);
            assertThat(page.evaluate("window.same")).isEqualTo(true);
            assertThat(page.url()).contains("q=catal");
            page.click("table.list thead a:has-text('Base path')");
            page.waitForSelector("th[aria-sort=ascending]:has-text('Base path')");
            page.click("text=Catalogue");
            page.waitForSelector("h1:has-text('Catalogue')");
            page.goBack();
            page.waitForSelector("h1:text-is('APIs')");
            assertThat(page.locator("table.list tbody tr").count()).isEqualTo(1);
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void anApiIsAddedByKeyboardAloneAndItsFaultsAreBesideTheField() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console/add").page();
            String good = document("Keys", "/keys", UNDERSTUDY.url());
            focusByTab(page, "text");
            page.keyboard().insertText(good.replace("type: failover", "type: failovr"));
            focusByTab(page, "id");
            page.keyboard().press("Enter");
            page.waitForSelector("#content-faults");
            page.waitForSelector("[role=alert]:focus");
            assertThat(page.getAttribute("#text", "aria-describedby")).isEqualTo("content-faults");
            assertThat(page.locator("#content-faults").innerText())
                    .contains("line", "'failovr'", "failover or load_balance");
            assertThat(page.inputValue("#text")).contains("failovr");
            window.assertAccessible();
            window.picture("add-refused-1280-light");
            page.fill("#text", good);
            focusByTab(page, "id");
            page.keyboard().press("Enter");
            page.waitForSelector("text=What would change");
            assertThat(page.title()).startsWith("Deploy keys");
            window.assertAccessible();
            window.picture("candidate-1280-light");
            page.locator("button:text-is('Deploy')").focus();
            page.keyboard().press("Enter");
            page.waitForSelector(".notice:has-text('Revision 1 is deployed')");
            assertThat(page.url()).endsWith("/console/apis/keys");
            window.assertAccessible();
            assertThat(window.complaints()).isEmpty();
        }
    }

    @Test
    void theFirstTabLeadsPastTheFrameAndFocusIsSeen() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console").page();
            page.keyboard().press("Tab");
            assertThat(page.evaluate("document.activeElement.className")).isEqualTo("skip");
            assertThat(page.evaluate("document.activeElement.getBoundingClientRect().top >= 0"))
                    .isEqualTo(true);
            page.keyboard().press("Enter");
            assertThat(page.evaluate("document.activeElement.id")).isEqualTo("main");
            List<Object> unseen = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                page.keyboard().press("Tab");
                unseen.add(
                        page.evaluate(
                                "(e => e === document.body || e.matches('main') || getComputedStyle(e).outlineStyle !== 'none' ? '' : e.outerHTML)(document.activeElement)"));
            }
            assertThat(unseen).containsOnly("");
        }
    }

    @Test
    void allOfItWorksWithoutScripts() {
        try (Window window = browser.withoutScripts(1280, 800)) {
            Page page = window.open("/console/apis/shop/revisions").page();
            signIn(page, "anna");
            page.waitForURL("**/console/apis/shop/revisions");
            page.locator("text=What it changed").first().click();
            assertThat(page.locator(".changes").innerText()).contains("1 endpoint added", "1 endpoint removed");
            page.navigate("/console");
            page.fill("#q", "catal");
            page.keyboard().press("Enter");
            page.waitForURL(url -> url.contains("q=catal"));
            assertThat(page.locator("table.list tbody tr").count()).isEqualTo(1);
        }
    }

    @Test
    void whoeverIsSignedOutElsewhereIsSentToTheSignInByTheNextThingHeDoes() {
        try (Window window = signedIn(1280, ColorScheme.LIGHT)) {
            Page page = window.open("/console").page();
            page.context().clearCookies();
            page.locator("#q").pressSequentially("x");
            page.waitForURL("**/console/sign-in**");
            assertThat(page.locator("header.bar").count()).isEqualTo(1);
        }
    }

    @Test
    void aViewerFindsNothingThatHeMayNotDo() {
        try (Window window = browser.window(1280, 800, ColorScheme.LIGHT)) {
            Page page = window.open("/console").page();
            signIn(page, "vera");
            page.waitForSelector("h1:text-is('APIs')");
            assertThat(page.locator("main").innerText()).contains("takes the role deployer");
            page.navigate("/console/apis/shop/revisions");
            assertThat(page.locator("a:has-text('Restore')").count()).isZero();
            window.assertAccessible();
        }
    }

    private static Window signedIn(int width, ColorScheme scheme) {
        return browser.window(width, 800, scheme).signedIn("anna", "CANARY-anna");
    }

    private static void signIn(Page page, String user) {
        page.fill("#username", user);
        page.fill("#password", "CANARY-" + user);
        page.keyboard().press("Enter");
    }

    private static void add(Window window, String document, String id) {
        Page page = window.open("/console/add").page();
        page.fill("#text", document);
        page.fill("#id", id);
        page.click("text=Look at it");
        page.click("button:text-is('Deploy')");
        page.waitForSelector(".notice");
    }

    private static void focusByTab(Page page, String id) {
        for (int i = 0; i < 40; i++) {
            if (id.equals(page.evaluate("document.activeElement.id"))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError("#" + id + " is not reached by Tab");
    }

    private static String closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return "http://localhost:" + socket.getLocalPort();
        }
    }

    private static String wide() {
        return document("Wide", "/wide", UNDERSTUDY.url())
                + IntStream.range(0, 500)
                        .mapToObj(i -> "  /thing-%03d: {get: {responses: {'200': {description: OK}}}}\n".formatted(i))
                        .collect(Collectors.joining());
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
