package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.understudy.definitions.Condition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Put;
import dev.understudy.store.Format;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.ConsoleCaller;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The page of the endpoints over real sockets, as a browser without scripts sees it. */
class EndpointsPageTests {

    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna",
        "understudy.admin.users[0].password={noop}CANARY-anna",
        "understudy.admin.users[0].roles=deployer",
        "understudy.admin.users[1].username=bert",
        "understudy.admin.users[1].password={noop}CANARY-bert",
        "understudy.admin.users[1].roles=deployer",
        "understudy.admin.users[2].username=vera",
        "understudy.admin.users[2].password={noop}CANARY-vera",
        "understudy.admin.users[2].roles=viewer"
    };

    private static final Pattern INPUT =
            Pattern.compile("<input[^>]*? name=\"([^\"]+)\"(?:[^>]*? value=\"([^\"]*)\")?[^>]*>");
    private static final RawEndpoint ONE = RawEndpoint.answering(200, "one");
    private static final RawEndpoint TWO = RawEndpoint.answering(200, "two");

    private static RunningGateway gateway;
    private static ConsoleCaller anna;
    private static ConsoleCaller bert;
    private static ConsoleCaller vera;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.serving(Map.of("folder.yaml", document("Folder", "/folder", "")), USERS);
        anna = ConsoleCaller.signedIn(gateway.adminPort(), "anna", "CANARY-anna");
        bert = ConsoleCaller.signedIn(gateway.adminPort(), "bert", "CANARY-bert");
        vera = ConsoleCaller.signedIn(gateway.adminPort(), "vera", "CANARY-vera");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ONE.close();
        TWO.close();
    }

    @Test
    void anEndpointIsAddedPutFirstSavedLookedAtAndDeployed() throws IOException {
        ListAppender<ILoggingEvent> lines = listen();
        put("flow", document("Flow", "/flow", ""));
        assertThat(called("/flow/items")).isEqualTo("one");
        Form form = Form.of(anna, "/console/apis/flow/endpoints");
        assertThat(form.html)
                .contains("Develop", "API Configurations", "Load balance and Failover Configurations", "Endpoint Type");

        Form added = form.with("new", TWO.url()).step(anna, "add");
        assertThat(added.values("url")).containsExactly(ONE.url(), TWO.url());
        Form moved = added.step(anna, "up:1");
        assertThat(moved.values("url")).containsExactly(TWO.url(), ONE.url());
        assertThat(called("/flow/items")).isEqualTo("one");

        RawMessage saved = moved.send(anna, "save");
        assertThat(saved.status()).isEqualTo(303);
        String draft = anna.get("/console/apis/flow/endpoints").text();
        assertThat(draft).contains("Saved as a draft.", "Draft by", "It is not deployed.", "· draft");
        assertThat(called("/flow/items")).isEqualTo("one");

        RawMessage next = Form.of(draft).send(anna, "deploy");
        assertThat(next.header("Location")).hasValue("/console/apis/flow/endpoints/deploy");
        Form review = Form.of(anna, "/console/apis/flow/endpoints/deploy");
        assertThat(review.html).contains("1 operation changed", "1 endpoint added", TWO.url(), ">Deploy<");
        RawMessage done = anna.post("/console/apis/flow/endpoints/deploy", review.fields);
        assertThat(done.header("Location")).as(done.text()).hasValue("/console/apis/flow/endpoints/deployed");
        assertThat(anna.get("/console/apis/flow/endpoints/deployed").text())
                .contains("is live.", "/console/apis/flow/revisions/1/restore", "Restore revision 1");
        assertThat(called("/flow/items")).isEqualTo("two");
        assertThat(anna.get("/console/apis/flow/endpoints").text()).doesNotContain("Draft by");
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                .anySatisfy(line -> assertThat(line).contains("action=\"console draft\"", "result=\"kept\""))
                .anySatisfy(line -> assertThat(line)
                        .contains("action=\"console put endpoints\"", "user=\"anna\"", "replaced: revision 2"));
    }

    @Test
    void anOperationGetsAListOfItsOwnThatBeginsWithThatOfTheApiAndGivesItUpAgain() throws IOException {
        put("own", document("Own", "/own", ""));
        String at = "/console/apis/own/endpoints?kind=production&path=/items&method=get";
        Form form = Form.of(anna, at);
        assertThat(form.html).contains("of <strong>GET /items</strong>", "As the API");
        Form own = form.step(anna, "own");
        assertThat(own.values("url")).containsExactly(ONE.url());
        deploy(anna, own.step(anna, "remove:0").with("new", TWO.url()), "own");
        assertThat(called("/own/items")).isEqualTo("two");
        assertThat(anna.get("/console/apis/own/endpoints").text()).contains("own list");

        deploy(anna, Form.of(anna, at).step(anna, "above"), "own");
        assertThat(called("/own/items")).isEqualTo("one");
        assertThat(content("own")).isEqualTo(document("Own", "/own", ""));
    }

    @Test
    void goingElsewhereKeepsWhatWasTypedAsADraft() throws IOException {
        put("go", document("Go", "/go", ""));
        Form form = Form.of(anna, "/console/apis/go/endpoints").with("new", TWO.url());
        List<Map.Entry<String, String>> fields = new ArrayList<>(form.fields);
        fields.add(Map.entry("go", "sandbox get /items"));
        RawMessage gone = anna.post("/console/apis/go/endpoints", fields);
        assertThat(gone.header("Location").orElseThrow())
                .startsWith("/console/apis/go/endpoints?kind=sandbox&path=%2Fitems&method=get");
        assertThat(Form.of(anna, "/console/apis/go/endpoints").values("url")).containsExactly(ONE.url(), TWO.url());
        assertThat(anna.get(gone.header("Location").orElseThrow()).status()).isEqualTo(200);
    }

    @Test
    void whatCannotBeDeployedIsSaidBesideItsFieldAndNothingIsChanged() throws IOException {
        put("bad", document("Bad", "/bad", ""));
        Form form = Form.of(anna, "/console/apis/bad/endpoints")
                .with("new", "ftp://x.example")
                .with("limit.failover.deadline", "soon");
        RawMessage refused = form.send(anna, "deploy");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text())
                .contains("Nothing was changed: what is marked below has to go first.")
                .containsPattern("id=\"about-url-1\"[^§]{0,400}expected: one of the schemes http, https, ws and wss")
                .containsPattern("id=\"about-limit-failover-deadline\"[^§]{0,400}soon");
        assertThat(anna.get("/console/apis/bad/endpoints").text()).doesNotContain("Draft by");

        String warned = form.with("new", ONE.url())
                .with("limit.failover.deadline", "2s")
                .send(anna, "warn", "HX-Request: true", "HX-Target: told")
                .text();
        assertThat(warned)
                .containsPattern("about-url-new\"[^§]{0,300}stands more than once")
                .contains("2s is over before the response timeout of 30s, which holds here,")
                .doesNotContain("<html");
    }

    @Test
    void aSingleEndpointIsOne() throws IOException {
        put("single", document("Single", "/single", ""));
        Form two = Form.of(anna, "/console/apis/single/endpoints").with("new", TWO.url());
        RawMessage refused = two.with("type", "SINGLE").send(anna, "deploy");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("A single endpoint is one");
        deploy(anna, two.step(anna, "remove:0").with("type", "SINGLE"), "single");
        assertThat(called("/single/items")).isEqualTo("two");
        assertThat(content("single")).contains("http");
    }

    @Test
    void theSecondOfTwoPeopleIsToldWhatTheFirstChangedAndNothingIsOverwritten() throws IOException {
        put("two", document("Two", "/two", ""));
        Form annas = Form.of(anna, "/console/apis/two/endpoints").with("new", TWO.url() + "/a");
        Form berts = Form.of(bert, "/console/apis/two/endpoints").with("new", TWO.url() + "/b");
        assertThat(annas.send(anna, "save").status()).isEqualTo(303);

        RawMessage slower = berts.send(bert, "save");
        assertThat(slower.status()).isEqualTo(409);
        assertThat(slower.text())
                .contains(
                        "Nothing was changed.", "<strong>anna</strong> saved a draft", "Take theirs", "Put mine on top")
                .contains(TWO.url() + "/a", TWO.url() + "/b");
        assertThat(Form.of(bert, "/console/apis/two/endpoints").values("url"))
                .containsExactly(ONE.url(), TWO.url() + "/a");

        RawMessage onTop = Form.of(slower.text()).send(bert, "save");
        assertThat(onTop.status()).as(onTop.text()).isEqualTo(303);
        assertThat(Form.of(bert, "/console/apis/two/endpoints").values("url"))
                .containsExactly(ONE.url(), TWO.url() + "/b");
    }

    @Test
    void aDeployInBetweenIsToldWithWhoAndWhatAndADraftIsNotDeployedOverIt() throws IOException {
        put("between", document("Between", "/between", ""));
        Form annas = Form.of(anna, "/console/apis/between/endpoints").with("new", TWO.url() + "/a");
        annas.send(anna, "save");
        Form review = Form.of(anna, "/console/apis/between/endpoints/deploy");
        put("between", document("Between", "/between", "").replace(ONE.url(), TWO.url() + "/c"));

        RawMessage late = anna.post("/console/apis/between/endpoints/deploy", review.fields);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text()).contains("<strong>carl</strong> deployed revision", TWO.url() + "/c");
        assertThat(content("between")).contains("/c").doesNotContain("/a");
        String page = anna.get("/console/apis/between/endpoints").text();
        assertThat(page).contains("deployed something else here after this draft was begun", "Take theirs");
        Form theirs = Form.of(page).step(anna, "theirs");
        assertThat(theirs.values("url")).containsExactly(TWO.url() + "/c");
        theirs.send(anna, "save");
        assertThat(anna.get("/console/apis/between/endpoints").text()).doesNotContain("Draft by");
    }

    @Test
    void aDraftIsDiscarded() throws IOException {
        put("discard", document("Discard", "/discard", ""));
        Form.of(anna, "/console/apis/discard/endpoints").with("new", TWO.url()).send(anna, "save");
        String page = anna.get("/console/apis/discard/endpoints").text();
        Matcher tag = Pattern.compile("name=\"draft\" value=\"([^\"]+)\"").matcher(page);
        assertThat(tag.find()).isTrue();
        Map<String, String> stale = Map.of("revision", "1", "draft", "0000");
        assertThat(bert.post("/console/apis/discard/endpoints/discard", stale).status())
                .isEqualTo(409);
        Map<String, String> seen = Map.of("revision", "1", "draft", tag.group(1));
        assertThat(bert.post("/console/apis/discard/endpoints/discard", seen).status())
                .isEqualTo(303);
        assertThat(anna.get("/console/apis/discard/endpoints").text()).doesNotContain("Draft by");
    }

    @Test
    void everyEndpointIsAskedFromTheGateway() throws IOException {
        put("check", document("Check", "/check", ""));
        String checked = Form.of(anna, "/console/apis/check/endpoints")
                .with("new", "http://localhost:" + RawEndpoint.deadPort())
                .send(anna, "check")
                .text();
        assertThat(checked)
                .contains("What the gateway found", "Answers", "status 200", "Not reachable", "TCP: It refused");
    }

    @Test
    void aListThatIsTooLongForAFormIsReadHereAndLosesNothing() throws IOException {
        String urls = IntStream.range(0, ListForm.MOST_URLS + 1)
                .mapToObj(i -> "'http://e" + i + ".example'")
                .collect(Collectors.joining(", "));
        put("long", document("Long", "/long", "").replace("'" + ONE.url() + "'", urls));
        assertThat(anna.get("/console/apis/long/endpoints").text())
                .contains("http://e" + ListForm.MOST_URLS + ".example", "more endpoints than can be changed here")
                .doesNotContain("name=\"url\"", "Save");

        put("short", document("Short", "/short", ""));
        Form form = Form.of(anna, "/console/apis/short/endpoints");
        List<Map.Entry<String, String>> fields = new ArrayList<>(form.fields());
        for (int i = 0; i < ListForm.MOST_URLS; i++) {
            fields.add(Map.entry("url", "http://e" + i + ".example"));
        }
        fields.add(Map.entry("do", "save"));
        RawMessage refused = anna.post("/console/apis/short/endpoints", fields);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("201 endpoints (expected: 200 at most)");
        assertThat(anna.get("/console/apis/short/endpoints").text()).doesNotContain("Draft by");
    }

    @Test
    void aViewerReadsAndChangesNothing() throws IOException {
        put("seen", document("Seen", "/seen", ""));
        RawMessage page = vera.get("/console/apis/seen/endpoints");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains(ONE.url(), "takes the role deployer")
                .doesNotContain("Save", "name=\"url\"", "name=\"do\"");
        Form form = Form.of(anna, "/console/apis/seen/endpoints").with("new", TWO.url());
        assertThat(form.send(vera, "save").status()).isEqualTo(403);
        assertThat(form.send(vera, "check").status()).isEqualTo(403);
        assertThat(vera.get("/console/apis/seen/endpoints/deploy").status()).isEqualTo(403);
        assertThat(vera.post("/console/apis/seen/endpoints/discard", Map.of()).status())
                .isEqualTo(403);
        ConsoleCaller forged = new ConsoleCaller(gateway.adminPort(), anna.cookie(), vera.token());
        assertThat(form.send(forged, "save").status()).isEqualTo(403);
        assertThat(anna.get("/console/apis/seen/endpoints").text()).doesNotContain("Draft by");
    }

    @Test
    void anApiOfTheFolderIsReadAndSaysWhereItIsChanged() throws IOException {
        RawMessage page = anna.get("/console/apis/folder:folder.yaml/endpoints");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text())
                .contains("change the file <code>folder.yaml</code>", ONE.url())
                .doesNotContain("Save");
        assertThat(anna.post("/console/apis/folder:folder.yaml/endpoints", Map.of("do", "save", "new", TWO.url()))
                        .status())
                .isBetween(404, 409);
    }

    @Test
    void nothingThatIsTypedIsMarkup() throws IOException {
        put("xss", document("Xss", "/xss", ""));
        String evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";
        Form form = Form.of(anna, "/console/apis/xss/endpoints")
                .with("new", evil)
                .with("limit.failover.deadline", evil)
                .with("limit.failover.probe.always", evil);
        Form saved = form;
        assertThat(saved.send(anna, "save").status()).isEqualTo(303);
        List<String> pages = List.of(
                form.send(anna, "add").text(),
                form.send(anna, "deploy").text(),
                form.send(anna, "check").text(),
                form.send(anna, "save").text(),
                form.send(anna, "warn", "HX-Request: true", "HX-Target: told").text(),
                anna.get("/console/apis/xss/endpoints").text(),
                vera.get("/console/apis/xss/endpoints").text(),
                anna.get("/console/apis/xss/endpoints/deploy").text(),
                anna.get("/console/apis/xss/endpoints?q=%22%3E%3Cscript%3E").text(),
                anna.get("/console/apis/xss/endpoints?path=%3Cscript%3E&kind=%3Cimg")
                        .text());
        assertThat(pages).allSatisfy(page -> assertThat(page).doesNotContain("<script>", "<img"));
        assertThat(pages.get(5)).contains("&lt;script&gt;alert(1)");
    }

    @Test
    void fiveHundredOperationsAreFoundByTheGatewayAndSentAHundredAtATime() throws IOException {
        put("wide", document("Wide", "/wide", wide()));
        anna.get("/console/apis/wide/endpoints");
        long begin = System.nanoTime();
        RawMessage page = anna.get("/console/apis/wide/endpoints");
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        assertThat(page.text()).contains("1 to 100 of 1003");
        assertThat(page.body().length).isLessThan(150_000);
        assertThat(took).isLessThan(5_000);
        assertThat(anna.get("/console/apis/wide/endpoints?q=thing-477").text())
                .contains("1 to 2 of 2", "/thing-477")
                .doesNotContain("/thing-476");
    }

    @Test
    void aDeployThatIsSentTwiceIsMadeOnce() throws IOException {
        put("twice", document("Twice", "/twice", ""));
        Form.of(anna, "/console/apis/twice/endpoints").with("new", TWO.url()).send(anna, "save");
        Form review = Form.of(anna, "/console/apis/twice/endpoints/deploy");
        assertThat(anna.post("/console/apis/twice/endpoints/deploy", review.fields)
                        .status())
                .isEqualTo(303);
        RawMessage again = anna.post("/console/apis/twice/endpoints/deploy", review.fields);
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text()).contains("Nothing was changed.");
        assertThat(anna.get("/console/apis/twice/endpoints/deployed").text())
                .contains("Revision <span>2</span> is live.");
    }

    @Test
    void aListOfItsOwnKeepsTheCredentialsAtTheSameHostsAndNoPageShowsThem() throws IOException {
        String signedIn = document("Credentials", "/credentials", "")
                .replace("']}", "'], securityConfig: {type: BASIC, username: cook, password: CANARY-password}}");
        put("credentials", signedIn);
        String at = "/console/apis/credentials/endpoints?kind=production&path=/items&method=get";
        Form own = Form.of(anna, at).step(anna, "own");
        assertThat(own.html).contains("its credentials are copied").doesNotContain("CANARY-password");
        Form elsewhere = own.with("new", "http://other.example").step(anna, "add");
        assertThat(elsewhere.html)
                .contains("This list does not get these credentials")
                .doesNotContain("CANARY-password");
        Form same = own.with("new", ONE.url() + "/second").step(anna, "add");
        deploy(anna, same, "credentials");
        assertThat(content("credentials")).contains("password: CANARY-password", "/second");
        assertThat(count(content("credentials"), "CANARY-password")).isEqualTo(2);
        assertThat(anna.get("/console/apis/credentials/endpoints/deployed").text())
                .doesNotContain("CANARY-password");
    }

    @Test
    void aListBehindAnAliasBecomesOneOfItsOwnWhereItIsChanged() throws IOException {
        String aliased = aliased("Alias", "/alias");
        put("alias", aliased);
        Form form = Form.of(anna, "/console/apis/alias/endpoints?path=/other");
        assertThat(form.values("url")).containsExactly(ONE.url());
        deploy(anna, form.step(anna, "remove:0").with("new", TWO.url()), "alias");
        assertThat(withoutOther("alias")).isEqualTo(aliased.replaceAll("(?s)  /other:.*?    get:", "    get:"));
        assertThat(called("/alias/other")).isEqualTo("two");
        assertThat(called("/alias/items")).isEqualTo("one");
    }

    @Test
    void aListThatOthersAreAliasesOfIsRefusedAndNothingIsChanged() throws IOException {
        String aliased = aliased("Anchor", "/anchor");
        put("anchor", aliased);
        RawMessage refused = Form.of(anna, "/console/apis/anchor/endpoints")
                .with("new", TWO.url())
                .send(anna, "deploy");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("cannot be changed here", "change the file itself, and upload it");
        assertThat(content("anchor")).isEqualTo(aliased);
        assertThat(anna.get("/console/apis/anchor/endpoints").text()).doesNotContain("Draft by");
    }

    private static String aliased(String title, String basePath) {
        return """
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                x-wso2-disable-security: true
                x-wso2-production-endpoints: &all {type: failover, urls: ['%s']}   # for all
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                  /other:
                    x-wso2-production-endpoints: *all
                    get: {responses: {'200': {description: OK}}}
                """.formatted(title, basePath, ONE.url());
    }

    /** What is deployed, without the list of the path {@code /other}, which is the last thing before its {@code get}. */
    private static String withoutOther(String id) {
        return content(id).replaceAll("(?s)  /other:.*?    get:", "    get:");
    }

    @Test
    void aListThatIsReferredToBecomesOneOfItsOwnWhereItIsChanged() throws IOException {
        String referred = """
                openapi: 3.0.3
                info: {title: Refer, version: '1'}
                x-wso2-basePath: /refer
                x-wso2-disable-security: true
                x-wso2-production-endpoints: "#/x-wso2-endpoints/mine"   # as all others
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                  /other:
                    x-wso2-production-endpoints: "#/x-wso2-endpoints/mine"
                    get: {responses: {'200': {description: OK}}}
                x-wso2-endpoints:
                  - mine: {type: failover, urls: ['%s']}
                """.formatted(ONE.url());
        put("refer", referred);
        Form form = Form.of(anna, "/console/apis/refer/endpoints?path=/other");
        assertThat(form.html).contains("#/x-wso2-endpoints/mine");
        assertThat(form.values("url")).containsExactly(ONE.url());
        deploy(anna, form.step(anna, "remove:0").with("new", TWO.url()), "refer");
        assertThat(called("/refer/other")).isEqualTo("two");
        assertThat(called("/refer/items")).isEqualTo("one");
        assertThat(withoutOther("refer")).isEqualTo(referred.replaceAll("(?s)  /other:.*?    get:", "    get:"));
    }

    @Test
    void endpointsOfServersAreShownAndLeftWhereTheyAreUntilTheyAreChanged() throws IOException {
        String servers = """
                openapi: 3.0.3
                info: {title: Servers, version: '1'}
                x-wso2-basePath: /servers
                x-wso2-disable-security: true
                servers:
                  - url: %s
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                """.formatted(ONE.url());
        put("servers", servers);
        Form form = Form.of(anna, "/console/apis/servers/endpoints");
        assertThat(form.values("url")).containsExactly(ONE.url());
        assertThat(form.send(anna, "save").status()).isEqualTo(303);
        assertThat(anna.get("/console/apis/servers/endpoints").text())
                .contains("There was nothing to save.")
                .doesNotContain("Draft by");

        deploy(
                anna,
                form.with("type", "FAILOVER")
                        .with("new", TWO.url())
                        .step(anna, "add")
                        .step(anna, "up:1"),
                "servers");
        assertThat(withoutListOfApi(content("servers"))).isEqualTo(servers);
        assertThat(called("/servers/items")).isEqualTo("two");
    }

    @Test
    void endpointsOfApiYamlAreShownAndOnlyTheDefinitionIsChanged() throws IOException {
        Map<String, String> project = ApiProjects.named("Pets", "1.0.0", ONE.url());
        put("pets", Format.ZIP, ApiProjects.zip("project", project));
        Form form = Form.of(anna, "/console/apis/pets/endpoints");
        assertThat(form.values("url")).containsExactly(ONE.url());
        deploy(anna, form.step(anna, "remove:0").with("type", "SINGLE").with("new", TWO.url()), "pets");
        assertThat(Form.of(anna, "/console/apis/pets/endpoints").values("url")).containsExactly(TWO.url());
        assertThat(called("/pets/1.0.0/pets")).isEqualTo("two");
        Map<String, String> after = ApiProjects.files(bytes("pets"));
        after.computeIfPresent("Definitions/swagger.yaml", (name, document) -> withoutListOfApi(document));
        assertThat(after).isEqualTo(project);
    }

    @Test
    void aDocumentOfSwagger2KeepsItsHostAndGetsAList() throws IOException {
        String swagger = """
                swagger: '2.0'
                info: {title: Old, version: '1'}
                host: localhost:%s
                schemes: [http]
                basePath: /old
                x-wso2-disable-security: true
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                """.formatted(ONE.url().substring(ONE.url().lastIndexOf(':') + 1));
        put("old", swagger);
        Form form = Form.of(anna, "/console/apis/old/endpoints");
        assertThat(form.values("url")).hasSize(1);
        deploy(anna, form.step(anna, "remove:0").with("type", "SINGLE").with("new", TWO.url()), "old");
        assertThat(withoutListOfApi(content("old"))).isEqualTo(swagger);
        assertThat(called("/old/items")).isEqualTo("two");
    }

    @Test
    void aDocumentInJsonStaysJsonAndTheRestOfItStaysToTheLetter() throws IOException {
        String json = """
                {"openapi": "3.0.3",
                  "info": {"title": "Json", "version": "1"},
                  "x-wso2-basePath": "/json", "x-wso2-disable-security": true,
                  "x-wso2-production-endpoints": {"type": "failover", "urls": ["%s"]},
                  "paths": {"/items": {"get": {"responses": {"200": {"description": "OK"}}}}}}
                """.formatted(ONE.url());
        put("json", Format.JSON, json.getBytes(StandardCharsets.UTF_8));
        deploy(anna, Form.of(anna, "/console/apis/json/endpoints").with("new", TWO.url()), "json");
        assertThat(content("json"))
                .isEqualTo(json.replace("\"" + ONE.url() + "\"", "\"" + ONE.url() + "\", \"" + TWO.url() + "\""));
    }

    private static String withoutListOfApi(String document) {
        assertThat(document).contains("x-wso2-production-endpoints:\n");
        return document.replaceAll("(?m)^x-wso2-production-endpoints:\n( .*\n)+", "");
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static void deploy(ConsoleCaller caller, Form form, String id) throws IOException {
        RawMessage next = form.send(caller, "deploy");
        assertThat(next.header("Location")).as(next.text()).hasValue("/console/apis/" + id + "/endpoints/deploy");
        Form review = Form.of(caller, "/console/apis/" + id + "/endpoints/deploy");
        RawMessage done = caller.post("/console/apis/" + id + "/endpoints/deploy", review.fields);
        assertThat(done.status()).as(done.text()).isEqualTo(303);
    }

    private static void put(String id, String document) {
        put(id, Format.YAML, document.getBytes(StandardCharsets.UTF_8));
    }

    private static void put(String id, Format format, byte[] document) {
        Put put = new Put(id, format, document, Condition.NONE, false, "carl");
        assertThat(gateway.bean(DeployedApis.class)
                        .put(put)
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join())
                .isInstanceOf(Outcome.Applied.class);
    }

    private static String content(String id) {
        return new String(bytes(id), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String id) {
        Outcome content = gateway.bean(DeployedApis.class)
                .content(id, Optional.empty())
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
        return ((Outcome.Content) content).bytes();
    }

    private static String called(String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                .text();
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        ((Logger) LoggerFactory.getLogger("dev.understudy.audit")).addAppender(lines);
        return lines;
    }

    private static String wide() {
        return IntStream.range(0, 500)
                .mapToObj(i -> "  /thing-%03d: {get: {responses: {'200': {description: OK}}}}\n".formatted(i))
                .collect(Collectors.joining());
    }

    private static String document(String title, String basePath, String more) {
        return """
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {type: failover, urls: ['%s']}
                paths:
                  /items: {get: {responses: {'200': {description: OK}}}}
                %s""".formatted(title, basePath, ONE.url(), more);
    }

    /** The form of a page, as somebody fills it in. */
    private record Form(String html, String target, List<Map.Entry<String, String>> fields) {

        static Form of(ConsoleCaller caller, String path) throws IOException {
            RawMessage page = caller.get(path);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            return of(page.text());
        }

        static Form of(String html) {
            int from = html.indexOf("<form id=\"lists\"");
            String form = from < 0 ? html.substring(html.indexOf("<main")) : html.substring(from);
            form = from < 0 ? form : form.substring(0, form.indexOf("</form>"));
            Matcher action = Pattern.compile("action=\"([^\"]+)\"").matcher(form);
            List<Map.Entry<String, String>> fields = new ArrayList<>();
            Matcher inputs = INPUT.matcher(form);
            while (inputs.find()) {
                String value = Optional.ofNullable(inputs.group(2)).orElse("");
                if (!inputs.group(1).equals("_csrf")) {
                    fields.add(Map.entry(inputs.group(1), value.replace("&amp;", "&")));
                }
            }
            Matcher type =
                    Pattern.compile("<option value=\"([A-Z_]+)\" selected").matcher(form);
            if (type.find()) {
                fields.add(Map.entry("type", type.group(1)));
            }
            return new Form(html, action.find() ? action.group(1) : "", fields);
        }

        Form with(String name, String value) {
            List<Map.Entry<String, String>> others = new ArrayList<>(fields);
            others.removeIf(field -> field.getKey().equals(name));
            others.add(Map.entry(name, value));
            return new Form(html, target, others);
        }

        List<String> values(String name) {
            return fields.stream()
                    .filter(field -> field.getKey().equals(name))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        RawMessage send(ConsoleCaller caller, String step, String... headers) throws IOException {
            return caller.post(target, with("do", step).fields, headers);
        }

        Form step(ConsoleCaller caller, String step) throws IOException {
            RawMessage page = send(caller, step);
            assertThat(page.status()).as(page.text()).isEqualTo(200);
            return of(page.text());
        }
    }
}
