package dev.understudy.admin.console;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.ConsoleCaller;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The console over real sockets, as a browser without scripts sees it. */
class ConsoleTests {

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

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final String SCRIPT = "<script>alert(1)</script>";
    private static final String BREAKOUT = "\"><img onerror=alert(2) src=x>'";
    private static final RawEndpoint ONE = RawEndpoint.answering(200, "one");

    private static RunningGateway gateway;
    private static ConsoleCaller anna;
    private static ConsoleCaller vera;
    private static ConsoleCaller dora;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.serving(
                Map.of("ledger.yaml", "openapi: 3.0.3\ninfo: {title: Ledger, version: '1'}\npaths: {}\nservers: 7\n"),
                USERS);
        anna = ConsoleCaller.signedIn(gateway.adminPort(), "anna", "CANARY-anna");
        vera = ConsoleCaller.signedIn(gateway.adminPort(), "vera", "CANARY-vera");
        dora = ConsoleCaller.signedIn(gateway.adminPort(), "dora", "CANARY-dora");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ONE.close();
    }

    @Test
    void whoeverHasNotSignedInGoesToTheSignInAndThenToWhatWasAskedFor() throws IOException {
        ConsoleCaller nobody = ConsoleCaller.nobody(gateway.adminPort());
        RawMessage sent = nobody.get("/console?q=pizza&sort=path");
        assertThat(sent.status()).isEqualTo(303);
        String signIn = sent.header("Location").orElseThrow();
        assertThat(signIn).isEqualTo("/console/sign-in?next=%2Fconsole%3Fq%3Dpizza%26sort%3Dpath");
        RawMessage page = nobody.get(signIn);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("name=\"next\" value=\"/console?q=pizza&amp;sort=path\"");
        RawMessage done = nobody.post(
                "/console/sign-in",
                Map.of("username", "anna", "password", "CANARY-anna", "next", "/console?q=pizza&sort=path"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(done.header("Location")).hasValue("/console?q=pizza&sort=path");
    }

    @Test
    void theCookieIsForThisHostAloneAndNoScriptHasIt() throws IOException {
        RawMessage done = signIn("anna", "CANARY-anna");
        assertThat(done.header("Set-Cookie").orElseThrow())
                .matches("(?i)__Host-understudy=[A-Za-z0-9_-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict");
    }

    @Test
    void aSignInEndsTheSessionThatWasThereAndASignOutTheOneThatIs() throws IOException {
        ConsoleCaller first = ConsoleCaller.signedIn(gateway.adminPort(), "anna", "CANARY-anna");
        RawMessage again = first.post("/console/sign-in", Map.of("username", "anna", "password", "CANARY-anna"));
        assertThat(first.get("/console").status()).isEqualTo(303);
        ConsoleCaller second = new ConsoleCaller(gateway.adminPort(), ConsoleCaller.cookieOf(again), "");
        assertThat(second.cookie()).isNotEqualTo(first.cookie());
        assertThat(second.get("/console").status()).isEqualTo(200);

        ConsoleCaller third = ConsoleCaller.signedIn(gateway.adminPort(), "anna", "CANARY-anna");
        RawMessage out = third.post("/console/sign-out", Map.of());
        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Location")).hasValue("/console/sign-in?left");
        assertThat(out.header("Set-Cookie").orElseThrow())
                .startsWith("__Host-understudy=;")
                .contains("Max-Age=0");
        assertThat(third.get("/console").status()).isEqualTo(303);
        assertThat(second.get("/console").status()).isEqualTo(200);
    }

    @Test
    void aWrongNameAndAWrongPasswordAreAnsweredInTheSameWords() throws IOException {
        RawMessage wrongPassword = signIn("anna", "wrong");
        RawMessage wrongName = signIn("anno", "wrong");
        assertThat(wrongPassword.status()).isEqualTo(422);
        assertThat(wrongPassword.text())
                .contains("The name or the password is wrong.")
                .doesNotContain(">wrong<");
        assertThat(wrongName.text().replace("anno", "anna")).isEqualTo(wrongPassword.text());
        assertThat(wrongPassword.header("Set-Cookie")).isEmpty();
    }

    @Test
    void whoGuessesIsSlowedDownInTheFormToo() throws Exception {
        try (RunningGateway other = RunningGateway.with(USERS)) {
            ConsoleCaller guesser = ConsoleCaller.nobody(other.adminPort());
            RawMessage last = guesser.post("/console/sign-in", Map.of("username", "anna", "password", "guess"));
            for (int i = 0; i < 40 && last.status() == 422; i++) {
                last = guesser.post("/console/sign-in", Map.of("username", "anna", "password", "guess" + i));
            }
            assertThat(last.status()).isEqualTo(429);
            assertThat(last.header("Retry-After")).isPresent();
            assertThat(last.text()).contains("Too many sign-ins were wrong.", "<form");
        }
    }

    @Test
    void theCookieOpensNothingElseAndNothingElseOpensTheConsole() throws IOException {
        assertThat(anna.get("/api/v1/apis").status()).isEqualTo(401);
        assertThat(anna.get("/actuator/info").status()).isEqualTo(401);
        ConsoleCaller nobody = ConsoleCaller.nobody(gateway.adminPort());
        assertThat(nobody.get("/console", "Authorization: " + basic("anna", "CANARY-anna"))
                        .status())
                .isEqualTo(303);
        assertThat(new ConsoleCaller(gateway.adminPort(), "__Host-understudy=" + "A".repeat(43), "")
                        .get("/console")
                        .status())
                .isEqualTo(303);
    }

    @Test
    void whatHtmxAsksForAfterTheEndOfASessionSendsTheWholePageToTheSignIn() throws IOException {
        RawMessage answer = ConsoleCaller.nobody(gateway.adminPort())
                .get(
                        "/console?q=x",
                        "HX-Request: true",
                        "HX-Current-URL: https://localhost:" + gateway.adminPort() + "/console/apis/shop");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("HX-Redirect")).hasValue("/console/sign-in?next=%2Fconsole%2Fapis%2Fshop");
        assertThat(answer.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/console", "/console/add", "/console/sign-in", "/console/nothing"})
    void pagesHaveTheHeadersOfThePolicy(String path) throws IOException {
        ConsoleCaller caller = path.endsWith("sign-in") ? ConsoleCaller.nobody(gateway.adminPort()) : anna;
        RawMessage page = caller.get(path);
        assertThat(page.all("Content-Security-Policy")).containsExactly(POLICY);
        assertThat(page.all("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(page.all("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(page.all("Cross-Origin-Opener-Policy")).containsExactly("same-origin");
        assertThat(page.all("Cross-Origin-Resource-Policy")).containsExactly("same-origin");
        assertThat(page.header("Cache-Control").orElseThrow()).contains("no-store");
        assertThat(page.header("Content-Type")).hasValue("text/html;charset=UTF-8");
        assertThat(page.text()).doesNotContainPattern("<script(?![^>]* src=)").doesNotContainPattern("<style|style=\"");
    }

    @Test
    void assetsMayBeKeptForEver() throws IOException {
        String page = ConsoleCaller.nobody(gateway.adminPort())
                .get("/console/sign-in")
                .text();
        Matcher urls = Pattern.compile("\"(/console/assets/[^\"]+)\"").matcher(page);
        int found = 0;
        while (urls.find()) {
            RawMessage asset = ConsoleCaller.nobody(gateway.adminPort()).get(urls.group(1));
            assertThat(asset.status()).isEqualTo(200);
            assertThat(asset.header("Cache-Control").orElseThrow()).contains("max-age=31536000", "immutable");
            found++;
        }
        assertThat(found).isEqualTo(4);
        assertThat(ConsoleCaller.nobody(gateway.adminPort())
                        .get("/console/assets/0123456789abcdef/console.css")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aFormThatIsNotOfTheSessionChangesNothing() throws IOException {
        deploy("csrf", "Csrf", "/csrf");
        ConsoleCaller forged = new ConsoleCaller(gateway.adminPort(), anna.cookie(), vera.token());
        ConsoleCaller without = new ConsoleCaller(gateway.adminPort(), anna.cookie(), "");
        for (ConsoleCaller caller : List.of(forged, without)) {
            assertThat(caller.post("/console/apis/csrf/undeploy", Map.of("confirm", "csrf", "tag", tag("csrf")))
                            .status())
                    .isEqualTo(403);
            assertThat(caller.upload("/console/add", new byte[0], Map.of("text", document("No", "/no")))
                            .status())
                    .isEqualTo(403);
            assertThat(caller.post("/console/sign-out", Map.of()).status()).isEqualTo(403);
        }
        RawMessage crossSite = anna.post(
                "/console/apis/csrf/undeploy",
                Map.of("confirm", "csrf", "tag", tag("csrf")),
                "Sec-Fetch-Site: cross-site");
        assertThat(crossSite.status()).isEqualTo(403);
        assertThat(anna.get("/console/apis/csrf").status()).isEqualTo(200);
        // As htmx sends it.
        assertThat(without.post(
                                "/console/apis/csrf/undeploy",
                                Map.of("confirm", "csrf", "tag", tag("csrf")),
                                "X-CSRF-Token: " + anna.token())
                        .status())
                .isEqualTo(303);
    }

    @Test
    void aViewerSeesAndChangesNothing() throws IOException {
        deploy("seen", "Seen", "/seen");
        assertThat(vera.get("/console").text()).contains("Seen").doesNotContain("href=\"/console/add");
        assertThat(vera.get("/console/apis/seen").text())
                .contains("/seen/items")
                .doesNotContain("/undeploy");
        RawMessage revisions = vera.get("/console/apis/seen/revisions");
        assertThat(revisions.text()).contains("Revision 1").doesNotContain("/content", "/restore");
        assertThat(vera.get("/console/apis/seen/revisions/1").status()).isEqualTo(200);
        for (String path : List.of(
                "/console/add",
                "/console/apis/seen/undeploy",
                "/console/apis/seen/revisions/1/content",
                "/console/apis/seen/revisions/1/restore")) {
            RawMessage refused = vera.get(path);
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.text()).contains("None of your roles allows this.", "<h1>");
        }
        assertThat(vera.post("/console/apis/seen/undeploy", Map.of("confirm", "seen", "tag", tag("seen")))
                        .status())
                .isEqualTo(403);
        assertThat(vera.upload("/console/add", new byte[0], Map.of("text", document("No", "/no")))
                        .status())
                .isEqualTo(403);
        assertThat(dora.get("/console/apis/seen/undeploy").status()).isEqualTo(200);
    }

    @Test
    void aDocumentIsLookedAtThenDeployedThenReplacedThenRestoredThenUndeployed() throws IOException {
        ListAppender<ILoggingEvent> lines = listen();
        RawMessage looked = dora.upload("/console/add", new byte[0], Map.of("text", document("My Shop", "/myshop")));
        assertThat(looked.status()).as(looked.text()).isEqualTo(303);
        String candidate = looked.header("Location").orElseThrow();
        assertThat(dora.get(candidate).text())
                .contains("Deploy my-shop", "It is not deployed yet.", "1 operation added", "/myshop/items", ONE.url());
        assertThat(served("/myshop/items")).isEqualTo(404);
        assertThat(anna.get(candidate).status()).isEqualTo(404);

        RawMessage deployed = dora.post(candidate, Map.of());
        assertThat(deployed.status()).isEqualTo(303);
        assertThat(deployed.header("Location")).hasValue("/console/apis/my-shop");
        assertThat(served("/myshop/items")).isEqualTo(200);
        assertThat(dora.get("/console/apis/my-shop").text()).contains("Revision 1 is deployed");
        assertThat(dora.get("/console/apis/my-shop").text()).doesNotContain("Revision 1 is deployed");
        assertThat(dora.post(candidate, Map.of()).status()).isEqualTo(404);

        byte[] zip = ApiProjects.zip("project", ApiProjects.named("MyShop", "2", ONE.url()));
        RawMessage second = dora.upload("/console/add", zip, Map.of("id", "my-shop"));
        assertThat(dora.get(second.header("Location").orElseThrow()).text())
                .contains("It would take the place", "1 operation removed", "/myshop/2/pets");
        dora.post(second.header("Location").orElseThrow(), Map.of());
        assertThat(served("/myshop/items")).isEqualTo(404);
        assertThat(served("/myshop/2/pets")).isEqualTo(200);
        assertThat(dora.get("/console/apis/my-shop/revisions/2").text())
                .contains("Against revision 1", "1 operation removed", "1 operation added");

        RawMessage before = dora.get("/console/apis/my-shop/revisions/1/restore");
        assertThat(before.text()).contains("What would change", "/myshop/2/pets", "Restore revision 1");
        RawMessage restored = dora.post("/console/apis/my-shop/revisions/1/restore", Map.of("tag", tag("my-shop")));
        assertThat(restored.status()).as(restored.text()).isEqualTo(303);
        assertThat(dora.get("/console/apis/my-shop/revisions").text())
                .contains("Revision 1 is served again, as revision 3.", "Revision 3");
        assertThat(served("/myshop/items")).isEqualTo(200);
        RawMessage content = dora.get("/console/apis/my-shop/revisions/1/content");
        assertThat(content.text()).isEqualTo(document("My Shop", "/myshop"));
        assertThat(content.header("Content-Disposition")).hasValue("attachment; filename=\"revision-1.yaml\"");

        String tag = tag("my-shop");
        RawMessage mistyped = dora.post("/console/apis/my-shop/undeploy", Map.of("confirm", "myshop", "tag", tag));
        assertThat(mistyped.status()).isEqualTo(422);
        assertThat(mistyped.text()).contains("Type the id exactly as it stands above.");
        assertThat(dora.post("/console/apis/my-shop/undeploy", Map.of("confirm", "my-shop", "tag", tag))
                        .header("Location"))
                .hasValue("/console/apis/my-shop/revisions");
        assertThat(served("/myshop/items")).isEqualTo(404);
        assertThat(dora.get("/console/apis/my-shop").status()).isEqualTo(404);
        assertThat(dora.get("/console/apis/my-shop/revisions").text()).contains("It is not served any more.");
        assertThat(dora.get("/console?show=undeployed").text()).contains("/console/apis/my-shop/revisions");
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "user=\"dora\"",
                                "action=\"console put\"",
                                "subject=\"my-shop\"",
                                "created: revision 1"))
                .anySatisfy(line -> assertThat(line).contains("action=\"console restore\""))
                .anySatisfy(line -> assertThat(line).contains("action=\"console delete\""))
                .noneSatisfy(line -> assertThat(line).contains("CANARY"));
    }

    @Test
    void whatIsRefusedIsSaidBesideItAndWhatWasPastedIsKept() throws IOException {
        String text = "\n" + document("Bad", "/bad").replace("type: failover", "type: failovr") + "# <&\"'>\n";
        RawMessage refused = anna.upload("/console/add", new byte[0], Map.of("text", text, "id", "bad"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text())
                .contains(
                        "One fault has to go before it can be deployed.",
                        "/x-wso2-production-endpoints/type",
                        "&#39;failovr&#39;",
                        "name=\"id\"",
                        "value=\"bad\"",
                        "# &lt;&amp;&quot;&#39;&gt;");
        // The first line break after the tag is none of the text (HTML 13.1.2.5).
        assertThat(refused.text()).containsPattern("<textarea[^>]*>\n\nopenapi:");
        assertThat(anna.upload("/console/add", new byte[0], Map.of("text", text, "id", "not/one"))
                        .text())
                .contains("id=\"id-fault\"", "Not one that can be given.");
        assertThat(anna.upload("/console/add", new byte[0], Map.of()).text()).contains("There is nothing to look at.");
        assertThat(anna.upload("/console/add", new byte[] {1}, Map.of("text", "a: b"))
                        .text())
                .contains("There is a file and a text.");
    }

    @Test
    void aClashIsSaidAndWhoIsTooLateChangesNothing() throws IOException {
        deploy("clash", "Clash", "/clash");
        RawMessage clash = anna.upload("/console/add", new byte[0], Map.of("text", document("Other", "/clash")));
        assertThat(clash.status()).isEqualTo(409);
        assertThat(clash.text()).contains("Nothing was changed.", "/clash", "<textarea");

        String candidate = anna.upload(
                        "/console/add", new byte[0], Map.of("text", document("Late", "/late"), "id", "late"))
                .header("Location")
                .orElseThrow();
        deploy("late", "Late", "/earlier");
        RawMessage late = anna.post(candidate, Map.of());
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.text()).contains("It was not deployed.", "by anna");
        assertThat(served("/late/items")).isEqualTo(404);
        assertThat(anna.post("/console/apis/late/undeploy", Map.of("confirm", "late", "tag", "1-0000"))
                        .status())
                .isEqualTo(412);
    }

    @Test
    void aFormThatIsTooLongIsRefused() throws IOException {
        RawMessage refused;
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            refused = caller.send("POST /console/add HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nCookie: "
                            + anna.cookie() + "\r\nContent-Type: multipart/form-data; boundary=x\r\n"
                            + "Content-Length: 30000000\r\n\r\n")
                    .read();
        }
        assertThat(refused.status()).isEqualTo(413);
        assertThat(refused.text()).contains("That is too long", "<h1>");
    }

    @Test
    void nothingThatADocumentSaysIsMarkup() throws IOException {
        String title = SCRIPT + BREAKOUT;
        String document = document("X", "/xss")
                .replace("title: X", "title: \"" + title.replace("\"", "\\\"") + "\"")
                .replace("version: '1'", "version: \"" + BREAKOUT.replace("\"", "\\\"") + "\"");
        gateway.write(
                "<b>.yaml",
                "openapi: 3.0.3\ninfo: {title: a, version: '1'}\nx-wso2-production-endpoints: {type: '" + SCRIPT
                        + "'}\npaths: {}\n");
        RawMessage looked = anna.upload("/console/add", new byte[0], Map.of("text", document, "id", "xss"));
        String candidate = looked.header("Location").orElseThrow();
        String candidatePage = anna.get(candidate).text();
        anna.post(candidate, Map.of());
        deployAgain("xss", document.replace("/items", "/things"));
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> anna.get("/console").text().contains("&lt;b&gt;.yaml"));
        List<String> pages = List.of(
                candidatePage,
                anna.get("/console").text(),
                anna.get("/console?q=%3Cscript%3Ealert(1)%3C/script%3E").text(),
                anna.get("/console?q=%22%3E%3Cimg%20onerror=alert(2)%20src=x%3E")
                        .text(),
                anna.get("/console/apis/xss").text(),
                anna.get("/console/apis/xss/revisions").text(),
                anna.get("/console/apis/xss/revisions/1").text(),
                anna.get("/console/apis/xss/revisions/1/restore").text(),
                anna.get("/console/apis/xss/undeploy").text(),
                anna.get("/console/apis/folder:%3Cb%3E.yaml").text(),
                anna.get("/console/apis/%3Cscript%3Ealert(1)%3C%2Fscript%3E").text(),
                anna.upload("/console/add", new byte[0], Map.of("text", title, "id", BREAKOUT))
                        .text(),
                signIn(BREAKOUT, SCRIPT).text());
        assertThat(pages)
                .allSatisfy(page ->
                        assertThat(page).startsWith("<!DOCTYPE html>").doesNotContain("<script>", "<img", "<b>"));
        assertThat(pages.get(4)).contains("&lt;script&gt;alert(1)");
        anna.post("/console/apis/xss/undeploy", Map.of("confirm", "xss", "tag", tag("xss")));
    }

    @Test
    void whatGoesWrongIsAPageAndForProgramsAProblem() throws IOException {
        RawMessage page = anna.get("/console/apis/nothing");
        assertThat(page.status()).isEqualTo(404);
        assertThat(page.text()).contains("No API with the id &#39;nothing&#39; is deployed.", "There is nothing here");
        RawMessage method = anna.call("DELETE", "/console", new byte[0]);
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.header("Allow")).hasValue("GET,HEAD");
        RawMessage fragment = anna.get("/console/apis/nothing", "HX-Request: true");
        assertThat(fragment.text()).startsWith("<div").contains("There is nothing here");
        String request = "GET /console/apis/nothing HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nCookie: "
                + anna.cookie() + "\r\n\r\n";
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            RawMessage problem = caller.send(request).read();
            assertThat(problem.status()).isEqualTo(404);
            assertThat(problem.header("Content-Type")).hasValue("application/problem+json");
            assertThat(problem.text()).contains("No API with the id 'nothing' is deployed.");
        }
    }

    @Test
    void theListFindsSortsAndTellsFaults() throws IOException {
        deploy("list-a", "Alpha", "/z-alpha");
        deploy("list-z", "Zulu", "/a-zulu");
        String byName = anna.get("/console").text();
        assertThat(byName.indexOf("Alpha")).isLessThan(byName.indexOf("Zulu"));
        String byPath = anna.get("/console?sort=path").text();
        assertThat(byPath.indexOf("Alpha")).isGreaterThan(byPath.indexOf("Zulu"));
        assertThat(byPath).contains("aria-sort=\"ascending\"");
        RawMessage found = anna.get("/console?q=zulu", "HX-Request: true", "HX-Target: results");
        assertThat(found.text())
                .startsWith("<div id=\"results\"")
                .contains("Zulu")
                .doesNotContain("Alpha", "<header");
        assertThat(anna.get(
                                "/console?q=zulu",
                                "HX-Request: true",
                                "HX-Target: results",
                                "HX-History-Restore-Request: true")
                        .text())
                .startsWith("<!DOCTYPE html>");
        assertThat(anna.get("/console?show=attention").text())
                .contains("ledger.yaml", "Refused:", "/servers")
                .doesNotContain("Zulu");
        assertThat(anna.get("/console?sort=nonsense&page=99999&dir=up&show=what")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void theOverviewHasTheDescriptionAsPlainTextCutWhereItIsLongAndNoneIsNothing() throws IOException {
        String plain = document("Told", "/told");
        String lines =
                plain.replace("title: Told", "title: Told, description: \"Day <b>and</b> night &amp;\\n# fresh\"");
        deployAgain("told", lines);
        assertThat(anna.get("/console/apis/told").text())
                .contains("<p class=\"description\">Day &lt;b&gt;and&lt;/b&gt; night &amp;amp;\n# fresh</p>");
        deployAgain("told", plain.replace("title: Told", "title: Told, description: '" + "word ".repeat(5_000) + "'"));
        assertThat(anna.get("/console/apis/told").text())
                .containsPattern("<p class=\"description\">(word ){399}word…</p>");
        for (String none : List.of("description: '  '", "description:", "description: []")) {
            deployAgain("told", plain.replace("title: Told", "title: Told, " + none));
            assertThat(anna.get("/console/apis/told").text()).doesNotContain("class=\"description\"");
        }
    }

    @Test
    void theOverviewSaysWhichTokenAnOperationAsksFor() throws IOException {
        deployAgain(
                "tokens",
                document("Tokens", "/tokens")
                        .replace("x-wso2-disable-security: true", """
                        components: {securitySchemes: {idp: {type: http, scheme: bearer}, own: {type: oauth2, flows: {}}}}
                        security: [{idp: []}]""")
                        .replace("{get: {", """
                        {post: {security: [{own: [all]}, {idp: []}], responses: {'200': {description: OK}}},
                            put: {security: [{own: [all, menu]}], responses: {'200': {description: OK}}}, get: {"""));
        assertThat(anna.get("/console/apis/tokens").text())
                .containsPattern(token("GET", "any valid one"))
                .containsPattern(token("POST", "any valid one"))
                .containsPattern(token("PUT", "with scope (all and menu|menu and all)"));
    }

    private static String token(String method, String words) {
        return ">" + method + "</span></td>\\s*<td data-label=\"Path\">.*</td>\\s*<td data-label=\"Token\">" + words
                + "<";
    }

    @Test
    void onTheTrafficListenersItIsAPathLikeAnyOther() throws Exception {
        deploy("console-api", "ConsoleApi", "/console");
        try (RawCaller caller = RawCaller.overTls(gateway.tlsPort())) {
            RawMessage answer = caller.send(
                            "GET /console/items HTTP/1.1\r\nHost: x\r\nCookie: " + anna.cookie() + "\r\n\r\n")
                    .read();
            assertThat(answer.text()).isEqualTo("one");
            assertThat(answer.header("Content-Security-Policy")).isEmpty();
        }
        assertThat(served("/console/sign-in")).isEqualTo(404);
        assertThat(served("/console")).isEqualTo(404);
        assertThat(served("/console/items")).isEqualTo(200);
        assertThat(anna.get("/console/items").status()).isEqualTo(404);
    }

    private static RawMessage signIn(String name, String password) throws IOException {
        return ConsoleCaller.nobody(gateway.adminPort())
                .post("/console/sign-in", Map.of("username", name, "password", password));
    }

    private static void deploy(String id, String title, String basePath) throws IOException {
        deployAgain(id, document(title, basePath));
    }

    private static void deployAgain(String id, String document) throws IOException {
        RawMessage looked = anna.upload("/console/add", new byte[0], Map.of("text", document, "id", id));
        assertThat(looked.status()).as(looked.text()).isEqualTo(303);
        RawMessage done = anna.post(looked.header("Location").orElseThrow(), Map.of());
        assertThat(done.status()).as(done.text()).isEqualTo(303);
    }

    private static String tag(String id) {
        return gateway.bean(DeployedApis.class).kept(id).orElseThrow().tag();
    }

    private static int served(String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .status();
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger("dev.understudy.audit")).addAppender(lines);
        return lines;
    }

    private static String document(String title, String basePath) {
        return """
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {type: failover, urls: ['%s']}
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                """.formatted(title, basePath, ONE.url());
    }
}
