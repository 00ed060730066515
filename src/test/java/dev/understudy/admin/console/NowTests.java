package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.testkit.ConsoleCaller;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What is going on now, taking endpoints out, and explanations: over real sockets, as a browser without scripts sees it. */
class NowTests {

    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna",
        "understudy.admin.users[0].password={noop}CANARY-anna",
        "understudy.admin.users[1].username=vera",
        "understudy.admin.users[1].password={noop}CANARY-vera",
        "understudy.admin.users[1].roles=viewer",
        "understudy.admin.users[2].username=dora",
        "understudy.admin.users[2].password={noop}CANARY-dora",
        "understudy.admin.users[2].roles=deployer"
    };

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final RawEndpoint AWAY = RawEndpoint.answering(200, "away");
    private static final RawEndpoint FIRST = RawEndpoint.answering(200, "first");
    private static final RawEndpoint NEXT = RawEndpoint.answering(200, "next");

    private static RunningGateway gateway;
    private static ConsoleCaller anna;
    private static ConsoleCaller vera;
    private static ConsoleCaller dora;

    @BeforeAll
    static void start() throws IOException {
        Map<String, String> documents = new LinkedHashMap<>();
        documents.put("orders.yaml", document("Orders", "/orders", AWAY.url(), NEXT.url()));
        documents.put("menu.yaml", document("Menu", "/menu", FIRST.url(), NEXT.url() + "/b"));
        documents.put("evil.yaml", document(SCRIPT, "/evil", AWAY.url() + "/evil", NEXT.url()));
        gateway = RunningGateway.serving(documents, USERS);
        anna = ConsoleCaller.signedIn(gateway.adminPort(), "anna", "CANARY-anna");
        vera = ConsoleCaller.signedIn(gateway.adminPort(), "vera", "CANARY-vera");
        dora = ConsoleCaller.signedIn(gateway.adminPort(), "dora", "CANARY-dora");
        assertThat(anna.get("/console/now").text()).contains("All first endpoints are in use");
        AWAY.die();
        // Until the gateway has noticed.
        await().atMost(LONG).until(() -> {
            call("/orders/items", "why-orders");
            call("/evil/items", "why-evil");
            return anna.get("/console/now").text().contains("2 of 3 APIs are on an understudy.");
        });
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        AWAY.close();
        FIRST.close();
        NEXT.close();
    }

    @Test
    void theBoardNamesTheUnderstudyWhyAndSinceWhen() throws IOException {
        String page = vera.get("/console/now").text();
        String orders = page.substring(page.indexOf(">Orders</a>"), page.indexOf("What happened"));
        assertThat(orders)
                .contains("Understudy 1", "serves now", NEXT.url(), "First endpoint · Suspended", AWAY.url())
                .contains("last error: refused")
                .containsPattern("for\\s+<time datetime=\"20[^\"]+\">\\d+ (s|min)</time>");
        assertThat(page).doesNotContain(">Menu</a>");
        // The page of the one that is away tells of those beside it, too.
        assertThat(vera.get("/console/endpoints/" + Endpoint.id(AWAY.url())).text())
                .contains(NEXT.url(), "<dt>Last error</dt><dd><span>refused</span>")
                .containsPattern("Mean latency</dt><dd>[0-9.]+ ms</dd>")
                .containsPattern("p50, p99 of the latest</dt><dd>[0-9.]+ ms, [0-9.]+ ms</dd>")
                .doesNotContain(">Menu 1</h2>");
    }

    @Test
    void theTimelineHasKindsAndWhyAndCanBeNarrowed() throws IOException {
        String all = vera.get("/console/now").text();
        assertThat(all).contains("href=\"/console/requests/why-", ">Failover</span>", ">Suspended</span>", ">Served<");
        String deploys = timeline(vera.get("/console/now?kind=deploys&api=menu").text());
        assertThat(deploys).contains("menu.yaml").doesNotContain("orders.yaml", ">Failover</span>");
        // A suspension names an endpoint, and no API.
        String suspended =
                timeline(vera.get("/console/now?kind=suspensions&api=Orders").text());
        assertThat(suspended).contains(AWAY.url()).doesNotContain(">Failover</span>");
        assertThat(timeline(vera.get("/console/now?kind=suspensions&api=Menu").text()))
                .contains("Nothing of that kind is remembered.");
    }

    @Test
    void anAdminTakesAnEndpointOutAndReturnsItAndItIsWrittenDown() throws IOException {
        ListAppender<ILoggingEvent> lines = listen();
        String page = "/console/endpoints/" + Endpoint.id(FIRST.url());
        assertThat(anna.get(page).text()).contains("Take out for maintenance").doesNotContain("Return to service");
        assertThat(call("/menu/items", "a").text()).isEqualTo("first");

        RawMessage taken = anna.post(
                page + "/hold", Map.of("state", "draining", "for", "1h", "other", "", "reason", "new disk " + SCRIPT));
        assertThat(taken.status()).isEqualTo(303);
        assertThat(taken.header("Location")).hasValue(page);
        String after = vera.get(page).text();
        assertThat(after)
                .contains("Draining", "anna", "new disk &lt;script&gt;", "min from now", "takes the role admin")
                .doesNotContain("Return to service", SCRIPT);
        assertThat(call("/menu/items", "b").text()).isEqualTo("next");
        assertThat(anna.get(page).text()).contains(FIRST.url() + " is taken out for 60 min.", "Return to service");
        assertThat(vera.get("/console/endpoints?show=away&q=Menu").text())
                .contains("by anna: new disk", "until ")
                .doesNotContain(SCRIPT);
        assertThat(timeline(vera.get("/console/now?kind=overrides").text()))
                .contains(FIRST.url() + " is draining")
                .doesNotContain(SCRIPT);

        assertThat(anna.post(page + "/release", Map.of()).header("Location")).hasValue(page);
        assertThat(anna.get(page).text()).contains("is returned to service");
        await().atMost(LONG).until(() -> call("/menu/items", "c").text().equals("first"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.contains("action=\"console override\""))
                .satisfiesExactly(
                        held -> assertThat(held)
                                .contains("user=\"anna\"", "subject=\"" + FIRST.url(), "draining for 3600 s: new disk"),
                        auto -> assertThat(auto).contains("user=\"anna\"", "result=\"auto\""));
    }

    @Test
    void nobodyButAnAdminTakesOutAndReturns() throws IOException {
        String page = "/console/endpoints/" + Endpoint.id(NEXT.url());
        for (ConsoleCaller each : List.of(vera, dora)) {
            assertThat(each.post(page + "/hold", Map.of("state", "down", "for", "1h", "reason", ""))
                            .status())
                    .isEqualTo(403);
            assertThat(each.post(page + "/release", Map.of()).status()).isEqualTo(403);
        }
        ConsoleCaller forged = new ConsoleCaller(gateway.adminPort(), anna.cookie(), "");
        assertThat(forged.post(page + "/hold", Map.of("state", "down", "for", "1h", "_csrf", "x"))
                        .status())
                .isEqualTo(403);
        assertThat(anna.get(page).text()).doesNotContain("Return to service");
    }

    @Test
    void aTimeThatIsNoneIsSaidAboveTheFormAndNothingIsChanged() throws IOException {
        String page = "/console/endpoints/" + Endpoint.id(NEXT.url());
        for (Map<String, String> wrong : List.of(
                Map.of("state", "draining", "for", "other", "other", "soon " + SCRIPT, "reason", "my reason"),
                Map.of("state", "draining", "for", "other", "other", "", "reason", "my reason"),
                Map.of("state", "draining", "for", "other", "other", "31d", "reason", "my reason"))) {
            RawMessage refused = anna.post(page + "/hold", wrong);
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.text())
                    .contains("expected: a time from 1s to 30d", "Nothing was changed.", "value=\"my reason\"")
                    .doesNotContain(SCRIPT, "Return to service");
        }
        assertThat(anna.post("/console/endpoints/ep-none/hold", Map.of("state", "down", "for", "1h", "reason", ""))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aRequestThatCameIsExplainedAndOneThatIsStillToCome() throws IOException {
        call("/menu/items", "explain-me.1");
        assertThat(vera.get("/console/requests?api=Menu").text()).contains("href=\"/console/requests/explain-me.1\"");
        assertThat(vera.get("/console/requests/explain-me.1").text())
                .contains("It was for GET /items of Menu 1.", "No token was asked for.", FIRST.url(), "Answered 200")
                .contains("Left of the deadline");
        String moved = vera.get("/console/requests?moved=true").text();
        assertThat(moved).contains("2, after others").doesNotContain("explain-me.1");
        RawMessage gone = vera.get("/console/requests/nobody-sent-this");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.text()).contains("has this X-Request-Id");

        assertThat(vera.get("/console/explain").text()).doesNotContain("What would become of it");
        String forecast = vera.get("/console/explain?method=GET&path=%2Forders%2Fitems&host=&keytype=production&body=")
                .text();
        assertThat(forecast)
                .contains("It goes to an endpoint", "It is for GET /items of Orders 1.", "Endpoint 2 is asked first")
                .contains("It was suspended");
        assertThat(vera.get("/console/explain?path=%2Fnothing").text()).contains("The gateway answers 404");
        RawMessage wrong = vera.get("/console/explain?path=%2Fx&method=%3Cscript%3E");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("expected: that of a request, such as GET");
    }

    @Test
    void nothingThatOthersSaidIsMarkup() throws IOException {
        RawCaller.call(
                gateway.plainPort(),
                "GET /evil/%3Cscript%3E HTTP/1.1\r\nHost: x\r\nX-Request-Id: <script>\r\nUser-Agent: <script>\r\n\r\n");
        call("/evil/items?%3Cscript%3E", "evil-1");
        List<String> pages = new ArrayList<>();
        for (String path : List.of(
                "/console/now",
                "/console/now?kind=%3Cscript%3E&api=%3Cscript%3E",
                "/console/endpoints",
                "/console/endpoints?q=%3Cscript%3E",
                "/console/endpoints/" + Endpoint.id(AWAY.url() + "/evil"),
                "/console/requests",
                "/console/requests?api=%3Cscript%3E",
                "/console/requests/evil-1",
                "/console/requests/%3Cscript%3E",
                "/console/explain?path=%2Fevil%2Fitems",
                "/console/explain?path=%2Fevil%2F%3Cscript%3E&host=%3Cscript%3E")) {
            pages.add(vera.get(path).text());
        }
        assertThat(pages)
                .allSatisfy(page ->
                        assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("<script>", "alert(1)</script"));
        assertThat(pages.get(0)).contains("&lt;script&gt;alert(1)");
    }

    @Test
    void whoKeepsThePageOpenIsToldAndIsNotWhenTheSessionEnds() throws IOException {
        ConsoleCaller own = ConsoleCaller.signedIn(gateway.adminPort(), "vera", "CANARY-vera");
        try (RawCaller follower = follower(own, "?kind=overrides&api=")) {
            BufferedReader lines = lines(follower);
            assertThat(until(lines, "event:timeline"))
                    .contains("HTTP/1.1 200", "text/event-stream", "no-store", "event:board", "Understudy 1");
            own.post("/console/sign-out", Map.of());
            assertThat(until(lines, "event:end")).doesNotContain("HTTP/1.1");
        }
        assertThat(own.get("/console/now/stream", "Accept: text/event-stream").text())
                .isEqualTo("event:end\ndata:\n\n");
    }

    @Test
    void asManyAsMayFollowDoAndOneMoreIsSentAwayUntilSomebodyLeaves() throws IOException {
        List<RawCaller> followers = new ArrayList<>();
        try {
            for (int i = 0; i < LiveNow.FOLLOWERS_AT_MOST; i++) {
                RawCaller follower = follower(anna, "");
                followers.add(follower);
                until(lines(follower), "event:board");
            }
            RawMessage oneMore = anna.get("/console/now/stream", "Accept: text/event-stream");
            assertThat(oneMore.status()).isEqualTo(503);
            assertThat(oneMore.header("Retry-After")).isPresent();
            followers.remove(0).close();
            await().atMost(LONG).untilAsserted(() -> {
                try (RawCaller next = follower(anna, "")) {
                    assertThat(lines(next).readLine()).isEqualTo("HTTP/1.1 200 OK");
                }
            });
        } finally {
            for (RawCaller follower : followers) {
                follower.close();
            }
        }
    }

    private static RawCaller follower(ConsoleCaller caller, String query) throws IOException {
        RawCaller follower = RawCaller.overTls(gateway.adminPort());
        follower.socket().setSoTimeout((int) LONG.toMillis());
        return follower.send("GET /console/now/stream" + query + " HTTP/1.1\r\nHost: localhost:"
                + gateway.adminPort() + "\r\nAccept: text/event-stream\r\nCookie: " + caller.cookie()
                + "\r\n\r\n");
    }

    private static BufferedReader lines(RawCaller follower) {
        return new BufferedReader(new InputStreamReader(follower.in(), StandardCharsets.UTF_8));
    }

    private static String until(BufferedReader lines, String last) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            all.append(line).append('\n');
            if (line.equals(last)) {
                return all.toString();
            }
        }
        throw new IOException("The stream ended before " + last + ":\n" + all);
    }

    private static String timeline(String page) {
        return page.substring(page.indexOf("id=\"timeline\""));
    }

    private static RawMessage call(String path, String id) throws IOException {
        return RawCaller.call(
                gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + id + "\r\n\r\n");
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger("dev.understudy.audit")).addAppender(lines);
        return lines;
    }

    private static String document(String title, String basePath, String... urls) {
        return """
                openapi: 3.0.3
                info: {title: "%s", version: '1'}
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
