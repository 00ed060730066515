package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.understudy.testkit.Browser;
import dev.understudy.testkit.Browser.Window;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TestIssuer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page Try it in a real browser. */
class TryBrowserTests {

    private static final String PAGE = "/console/apis/folder%3Ashop.yaml/try";
    private static final RawEndpoint SECOND = RawEndpoint.doing((request, connection) -> {
        String menu = "{\"servedBy\":\"second\",\"pizzas\":[{\"name\":\"Margherita\",\"price\":8.50}]}";
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Kitchen: 2\r\nContent-Length: "
                + menu.length() + "\r\n\r\n" + menu);
    });

    @TempDir
    static Path folder;

    private static TestIssuer issuer;
    private static RunningGateway gateway;
    private static Browser browser;
    private static RawEndpoint first;

    @BeforeAll
    static void start() throws Exception {
        issuer = new TestIssuer(folder);
        first = RawEndpoint.answering(200, "first");
        gateway = RunningGateway.serving(
                Map.of("shop.yaml", document()),
                issuer.settings()[0],
                issuer.settings()[1],
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}CANARY-anna",
                "understudy.admin.users[1].username=vera",
                "understudy.admin.users[1].password={noop}CANARY-vera",
                "understudy.admin.users[1].roles=viewer");
        browser = Browser.on(gateway.adminPort());
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.close();
        }
        gateway.close();
        first.close();
        SECOND.close();
    }

    @Test
    void anOperationIsFoundAndSentByKeyboardAloneAndTheFailoverIsSeen() throws IOException {
        first.die();
        try (Window window = browser.window(1280, 800, ColorScheme.LIGHT).signedIn("anna", "CANARY-anna")) {
            Page page = window.open(PAGE).page();
            page.focus("#q");
            page.keyboard().type("item-3/");
            page.waitForSelector("#operations [role=status]:has-text('1 to 1 of 1')");
            page.focus("#operations a");
            page.keyboard().press("Enter");
            page.waitForSelector(".list-card h3:has-text('/shop/item-3/{id}')");
            page.focus("#path-0");
            page.keyboard().type("a/b");
            focusByTab(page, "token");
            page.keyboard().type(issuer.token());
            page.keyboard().press("Enter");
            page.waitForSelector("#answer:focus");
            assertThat(page.locator("section[aria-labelledby=answer]").innerText())
                    .contains("200 OK", "X-Kitchen", "\"price\" : 8.50", "Refused", "Answered 200", first.url());
            assertThat(page.inputValue("#path-0")).isEqualTo("a/b");
            assertThat(page.inputValue("#token")).isEmpty();
            assertThat(page.url()).contains("operation=").doesNotContain("token");
            assertThat(page.evaluate("window.scrollY > 0")).isEqualTo(true);
            assertThat(SECOND.requests().get(0).target()).isEqualTo("/item-3/a%2Fb");
            assertThat(window.complaints()).isEmpty();
            window.look("tried-1280-light");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            window.look("tried-1280-dark");
            page.setViewportSize(320, 800);
            window.look("tried-320-dark");

            page.fill("#headers", "Host: elsewhere");
            page.click("button:text-is('Send')");
            page.waitForSelector("#headers-fault");
            page.waitForSelector("#fault:focus");
            window.look("try-refused-320-dark");
        } finally {
            first.revive();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.understudy.testkit.Browser#looks")
    void thePageFitsAndIsAccessibleForThoseWhoMaySendAndThoseWhoMayNot(int width, ColorScheme scheme) {
        for (String user : new String[] {"anna", "vera"}) {
            try (Window window = browser.window(width, 800, scheme).signedIn(user, "CANARY-" + user)) {
                window.open(PAGE + "?operation=POST+/items")
                        .look("try-" + user + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT));
                assertThat(window.complaints()).isEmpty();
            }
        }
    }

    private static void focusByTab(Page page, String id) {
        for (int i = 0; i < 60; i++) {
            if (id.equals(page.evaluate("document.activeElement.id"))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        throw new AssertionError(id + " is not reached by Tab");
    }

    private static String document() {
        return """
                openapi: 3.0.3
                info: {title: Shop, version: '1'}
                x-wso2-basePath: /shop
                x-wso2-production-endpoints: {type: failover, urls: ['%s', '%s']}
                paths:
                  /items:
                    get: {responses: {'200': {description: OK}}}
                    post: {responses: {'200': {description: OK}}}
                """.formatted(first.url(), SECOND.url())
                + IntStream.range(0, 150)
                        .mapToObj(i -> "  /item-%d/{id}: {get: {responses: {'200': {description: OK}}}}\n".formatted(i))
                        .collect(Collectors.joining());
    }
}
