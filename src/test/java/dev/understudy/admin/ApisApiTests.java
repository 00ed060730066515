package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jayway.jsonpath.JsonPath;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.testkit.AdminCaller;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.DeployCaller;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** APIs by the admin API, over real sockets. Each answer is held to what the admin API says of itself. */
class ApisApiTests {

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

    private static final String YAML = "application/yaml";
    private static final String SHOP = "/api/v1/apis/shop";
    private static final RawEndpoint ONE = RawEndpoint.answering(200, "one");
    private static final RawEndpoint TWO = RawEndpoint.answering(200, "two");

    private static RunningGateway gateway;
    private static AdminCaller anna;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.with(USERS);
        anna = AdminCaller.of(gateway.adminPort(), basic("anna", "CANARY-anna"));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ONE.close();
        TWO.close();
    }

    @AfterEach
    void takeAllAway() throws IOException {
        List<String> ids = JsonPath.read(anna.get("/api/v1/apis").text(), "$.apis[?(@.source=='deployed')].id");
        for (String id : ids) {
            assertThat(anna.call("DELETE", "/api/v1/apis/" + id, new byte[0]).status())
                    .isEqualTo(204);
        }
        assertThat(gateway.bean(DeployedApis.class).all()).isEmpty();
    }

    @Test
    void aDocumentIsPutReplacedReadAndTakenAway() throws IOException {
        int before = latestRevision();
        RawMessage created = put(shop("/items", ONE));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.header("Location")).hasValue(SHOP);
        assertThat(JsonPath.<String>read(created.text(), "$.result")).isEqualTo("created");
        assertThat(served("/shop/items")).isEqualTo("one");

        RawMessage replaced = put(shop("/items", TWO));
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(JsonPath.<Integer>read(replaced.text(), "$.revision")).isEqualTo(before + 2);
        assertThat(replaced.header("ETag")).isPresent().isNotEqualTo(created.header("ETag"));
        assertThat(served("/shop/items")).isEqualTo("two");

        RawMessage read = anna.get(SHOP);
        assertThat(read.header("ETag")).isEqualTo(replaced.header("ETag"));
        assertThat(JsonPath.<String>read(read.text(), "$.etag"))
                .isEqualTo(read.header("ETag").orElseThrow());
        assertThat(JsonPath.<List<Map<String, Object>>>read(read.text(), "$.operations"))
                .containsExactly(Map.of("method", "GET", "path", "/shop/items", "production", 1, "sandbox", 0));
        assertThat(JsonPath.<List<String>>read(read.text(), "$.placements[*].virtualHost"))
                .containsExactly("localhost");

        assertThat(anna.call("DELETE", SHOP, new byte[0]).status()).isEqualTo(204);
        assertThat(status("/shop/items")).isEqualTo(404);
        RawMessage gone = anna.get(SHOP);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(detail(gone)).contains("It was undeployed; its revisions are kept.");
        assertThat(anna.call("DELETE", SHOP, new byte[0]).status()).isEqualTo(404);
    }

    @Test
    void theSameOnceMoreChangesNothing() throws IOException {
        RawMessage first = put(shop("/items", ONE));
        RawMessage second = put(shop("/items", ONE));
        assertThat(second.status()).isEqualTo(200);
        assertThat(JsonPath.<String>read(second.text(), "$.result")).isEqualTo("unchanged");
        assertThat(JsonPath.<Integer>read(second.text(), "$.revision"))
                .isEqualTo(JsonPath.<Integer>read(first.text(), "$.revision"));
        assertThat(second.header("ETag")).isEqualTo(first.header("ETag"));
    }

    @Test
    void whatWasPutIsGivenBackByteForByte() throws IOException {
        String yaml = shop("/items", ONE) + "# \u00fcber alles\r\n";
        put(yaml);
        String json =
                "{\"openapi\":\"3.0.3\",\"info\":{\"title\":\"Shop\",\"version\":\"2\"},\"x-wso2-basePath\":\"/shop\","
                        + "\"x-wso2-disable-security\":true,\"servers\":[{\"url\":\"" + TWO.url() + "\"}],"
                        + "\"paths\":{\"/items\":{\"get\":{\"responses\":{\"200\":{\"description\":\"OK\"}}}}}}";
        assertThat(anna.put(SHOP, "application/openapi+json", json).status()).isEqualTo(200);
        byte[] zip = ApiProjects.zip("project", ApiProjects.petStore(ONE.url()));
        assertThat(anna.call("PUT", SHOP, zip, "Content-Type: application/zip").status())
                .isEqualTo(200);
        assertThat(served("/petstore/1.0.0/pets")).isEqualTo("one");
        assertThat(status("/shop/items")).isEqualTo(404);

        List<Integer> numbers = JsonPath.read(anna.get(SHOP + "/revisions").text(), "$.revisions[*].number");
        int latest = numbers.get(numbers.size() - 1);
        assertContent(SHOP + "/content", "application/zip", zip);
        assertContent(revision(latest) + "/content", "application/zip", zip);
        assertContent(revision(latest - 1) + "/content", "application/json", json.getBytes(StandardCharsets.UTF_8));
        assertContent(revision(latest - 2) + "/content", YAML, yaml.getBytes(StandardCharsets.UTF_8));
        assertThat(anna.get(SHOP + "/content").header("ETag"))
                .isEqualTo(anna.get(SHOP).header("ETag"));
    }

    @Test
    void aDryRunSaysWhatWouldChangeAndChangesNothing() throws IOException {
        RawMessage nothingYet = anna.put(SHOP + "?dryRun=true", YAML, shop("/items", ONE));
        assertThat(nothingYet.status()).isEqualTo(200);
        assertThat(JsonPath.<String>read(nothingYet.text(), "$.result")).isEqualTo("created");
        assertThat(anna.get(SHOP).status()).isEqualTo(404);
        assertThat(status("/shop/items")).isEqualTo(404);

        RawMessage there = put(shop("/items", ONE) + "  /old: {delete: {responses: {'200': {description: OK}}}}\n");
        String next = shop("/items", TWO)
                .replace("/items: {get:", "/items: {post: {responses: {'200': {description: O}}}, get:");
        RawMessage dry = anna.put(SHOP + "?dryRun=true", YAML, next);
        assertThat(dry.status()).isEqualTo(200);
        assertThat(JsonPath.<Boolean>read(dry.text(), "$.dryRun")).isTrue();
        assertThat(JsonPath.<String>read(dry.text(), "$.result")).isEqualTo("replaced");
        assertThat(places(dry, "added")).containsExactly("localhost POST /shop/items");
        assertThat(places(dry, "removed")).containsExactly("localhost DELETE /shop/old");
        assertThat(places(dry, "changed")).containsExactly("localhost GET /shop/items");
        assertThat(JsonPath.<List<String>>read(dry.text(), "$.operations.changed[0].aspects"))
                .containsExactly("endpoints");
        assertThat(JsonPath.<List<String>>read(dry.text(), "$.endpoints.added")).containsExactly(TWO.url());
        assertThat(JsonPath.<List<String>>read(dry.text(), "$.endpoints.removed"))
                .containsExactly(ONE.url());

        RawMessage after = anna.get(SHOP);
        assertThat(after.header("ETag")).isEqualTo(there.header("ETag"));
        assertThat(served("/shop/items")).isEqualTo("one");
        assertThat(JsonPath.<List<String>>read(put(next).text(), "$.endpoints.added"))
                .containsExactly(TWO.url());
    }

    @Test
    void aDryRunNamesWhatOfAnOperationIsChanged() throws IOException {
        String both = shop("/items", ONE).replace("']", "', '" + TWO.url() + "']");
        put(both);
        assertThat(aspects(both.replace("type: failover", "type: load_balance")))
                .containsExactly("type");
        assertThat(aspects(both.replace(
                        "type: failover", "type: failover, advanceEndpointConfig: {timeoutInMillis: 700}")))
                .containsExactly("policy");
        assertThat(aspects(both.replace(
                        "type: failover",
                        "type: failover, securityConfig: {type: BASIC, username: u, password: CANARY-p}")))
                .containsExactly("credentials");
        assertThat(aspects(both.replace("security: true", "security: false"))).containsExactly("security");
        assertThat(aspects(both.replace("info:", "x-wso2-auth-header: X-Token\ninfo:")))
                .containsExactly("tokenHeader");
        assertThat(aspects(both.replace(
                        "info:",
                        "x-wso2-cors: {corsConfigurationEnabled: true, accessControlAllowOrigins: ['*']}\ninfo:")))
                .containsExactly("cors");
    }

    @Test
    void aSecretThatIsAnotherOneNowIsTakenOver(@TempDir Path secrets) throws IOException {
        Path password = Files.writeString(secrets.resolve("password"), "CANARY-1");
        try (RunningGateway other = RunningGateway.with(
                Stream.concat(Stream.of(USERS), Stream.of("understudy.secrets.directories=" + secrets))
                        .toArray(String[]::new))) {
            AdminCaller caller = AdminCaller.of(other.adminPort(), basic("anna", "CANARY-anna"));
            String document = shop("/items", ONE)
                    .replace(
                            "type: failover",
                            "type: failover, securityConfig: {type: BASIC, username: u, password: '${file:" + password
                                    + "}'}");
            assertThat(caller.put(SHOP, YAML, document).status()).isEqualTo(201);
            assertThat(caller.put(SHOP, YAML, document).text()).contains("\"unchanged\"");
            Files.writeString(password, "CANARY-2");
            assertThat(caller.put(SHOP, YAML, document).text())
                    .contains("\"replaced\"", "\"credentials\"")
                    .doesNotContain("CANARY");
        }
    }

    @Test
    void fewMayReadWhatWasDeployedAtOnce() throws Exception {
        byte[] large = new byte[19 << 20];
        new Random(1).nextBytes(large);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("Definitions/swagger.yaml"));
            out.write(shop("/items", ONE).getBytes(StandardCharsets.UTF_8));
            out.putNextEntry(new ZipEntry("Image/icon.png"));
            out.write(large);
        }
        assertThat(anna.call("PUT", SHOP, zip.toByteArray(), "Content-Type: application/zip")
                        .status())
                .isIn(200, 201);
        RawCaller[] slow = new RawCaller[Downloads.MOST_AT_ONCE];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = RawCaller.overTls(gateway.adminPort());
                slow[i].socket().setReceiveBufferSize(16 << 10);
                slow[i].send("GET " + SHOP + "/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                        + basic("anna", "CANARY-anna") + "\r\n\r\n");
                assertThat(slow[i].in().read()).isEqualTo('H');
            }
            assertThat(anna.get(SHOP + "/content").status()).isEqualTo(503);
        } finally {
            for (RawCaller caller : slow) {
                caller.close();
            }
        }
        await().until(() -> anna.get(SHOP + "/content").status() == 200);
        for (int i = 0; i <= Downloads.MOST_AT_ONCE; i++) {
            assertThat(TlsClient.call(
                                    "HEAD",
                                    gateway.adminPort(),
                                    SHOP + "/content",
                                    "Authorization",
                                    basic("anna", "CANARY-anna"))
                            .headers()
                            .firstValue("Content-Length"))
                    .hasValue(String.valueOf(zip.size()));
        }
        assertContent(SHOP + "/content", "application/zip", zip.toByteArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%2Fb", "..%2fetc", "a;b", "a%00", "a%25"})
    void whatIsNotThereIsNotThere(String id) throws IOException {
        RawMessage answer = anna.get("/api/v1/apis/" + id);
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.text()).doesNotContain("\u0000", "Exception");
    }

    @Test
    void aDryRunSaysAllThatWouldRefuseIt() throws IOException {
        put(shop("/items", ONE));
        String rival = "/api/v1/apis/rival?dryRun=true";
        RawMessage clash = anna.put(rival, YAML, shop("/items", TWO).replace("Shop", "Rival"));
        assertThat(clash.status()).isEqualTo(409);
        assertThat(detail(clash)).contains("Shop", "/shop/items");
        RawMessage sameName = anna.put(rival, YAML, shop("/items", TWO).replace("/shop", "/rival"));
        assertThat(sameName.status()).isEqualTo(409);
        assertThat(detail(sameName)).isEqualTo("Shop 1 is deployed already, with the id shop");
        assertThat(anna.put(rival, YAML, "openapi: 3.0.3").status()).isEqualTo(400);
        assertThat(anna.put(SHOP + "?dryRun=maybe", YAML, shop("/items", TWO)).status())
                .isEqualTo(400);
        assertThat(served("/shop/items")).isEqualTo("one");
    }

    @Test
    void ofTwoPeopleWhoEditOneApiTheSecondIsTold() throws IOException {
        String seen = put(shop("/items", ONE)).header("ETag").orElseThrow();
        AdminCaller dora = anna.as(basic("dora", "CANARY-dora"));
        RawMessage first = dora.put(SHOP, YAML, shop("/items", TWO), "If-Match: " + seen);
        assertThat(first.status()).isEqualTo(200);

        RawMessage second = anna.put(SHOP, YAML, shop("/other", ONE), "If-Match: " + seen);
        assertThat(second.status()).isEqualTo(412);
        assertThat(detail(second))
                .contains("by dora", first.header("ETag").orElseThrow(), "Nothing was changed", "read it again");
        assertThat(served("/shop/items")).isEqualTo("two");
        assertThat(anna.call("DELETE", SHOP, new byte[0], "If-Match: " + seen).status())
                .isEqualTo(412);
        assertThat(anna.call("POST", revision(latestRevision()) + "/restore", new byte[0], "If-Match: " + seen)
                        .status())
                .isEqualTo(412);

        String now = first.header("ETag").orElseThrow();
        assertThat(anna.put(SHOP, YAML, shop("/other", ONE), "If-Match: \"x\", " + now)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aConditionHoldsOrNothingIsChanged() throws IOException {
        assertThat(anna.put(SHOP, YAML, shop("/items", ONE), "If-Match: *").status())
                .isEqualTo(412);
        RawMessage created = anna.put(SHOP, YAML, shop("/items", ONE), "If-None-Match: *");
        assertThat(created.status()).isEqualTo(201);
        assertThat(anna.put(SHOP, YAML, shop("/items", TWO), "If-None-Match: *").status())
                .isEqualTo(412);
        String etag = created.header("ETag").orElseThrow();
        assertThat(anna.put(SHOP, YAML, shop("/items", TWO), "If-Match: W/" + etag)
                        .status())
                .isEqualTo(412);
        assertThat(anna.put(SHOP, YAML, shop("/items", TWO), "If-Match: " + etag.replace("\"", ""))
                        .status())
                .isEqualTo(400);
        assertThat(served("/shop/items")).isEqualTo("one");
        assertThat(anna.get(SHOP, "If-None-Match: " + etag).status()).isEqualTo(304);
        assertThat(anna.get(SHOP + "/revisions", "If-None-Match: " + etag).status())
                .isEqualTo(304);
    }

    @Test
    void aChangeByApictlIsAnotherETag() throws IOException {
        byte[] zip = ApiProjects.zip("project", ApiProjects.petStore(ONE.url()));
        String seen = anna.call("PUT", SHOP, zip, "Content-Type: application/zip")
                .header("ETag")
                .orElseThrow();
        DeployCaller apictl = new DeployCaller(gateway.adminPort(), basic("anna", "CANARY-anna"));
        byte[] other = ApiProjects.zip("project", ApiProjects.petStore(TWO.url()));
        assertThat(apictl.deploy(other, "?override=true").status()).isEqualTo(200);
        RawMessage now = anna.get(SHOP);
        assertThat(now.status()).as("the id stays").isEqualTo(200);
        assertThat(now.header("ETag")).isPresent().isNotEqualTo(java.util.Optional.of(seen));
        assertThat(anna.call("DELETE", SHOP, new byte[0], "If-Match: " + seen).status())
                .isEqualTo(412);
    }

    @Test
    void aRevisionIsRestoredAsANewOne() throws IOException {
        put(shop("/items", ONE));
        int first = latestRevision();
        put(shop("/items", TWO));
        assertThat(served("/shop/items")).isEqualTo("two");
        RawMessage restored = anna.call("POST", revision(first) + "/restore", new byte[0]);
        assertThat(restored.status()).as(restored.text()).isEqualTo(200);
        assertThat(JsonPath.<Integer>read(restored.text(), "$.revision")).isEqualTo(first + 2);
        assertThat(served("/shop/items")).isEqualTo("one");

        String revisions = anna.get(SHOP + "/revisions").text();
        assertThat(JsonPath.<List<List<String>>>read(revisions, "$.revisions[-3:].virtualHosts"))
                .containsExactly(List.of(), List.of(), List.of("localhost"));
        List<String> digests = JsonPath.read(revisions, "$.revisions[-3:].sha256");
        assertThat(digests.get(0)).isEqualTo(digests.get(2)).isNotEqualTo(digests.get(1));

        anna.call("DELETE", SHOP, new byte[0]);
        assertThat(anna.call("POST", revision(first + 1) + "/restore", new byte[0])
                        .status())
                .isEqualTo(200);
        assertThat(served("/shop/items")).isEqualTo("two");
        RawMessage unknown = anna.call("POST", revision(999) + "/restore", new byte[0]);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(detail(unknown)).contains("Revision 999 of 'shop' is not kept");
    }

    @Test
    void aProjectIsServedOnTheHostsThatItNamesAndOnNoOthers() throws IOException {
        Map<String, String> files = ApiProjects.petStore(ONE.url());
        assertThat(project(ApiProjects.at(files, "us.example Default", "eu.example EU"))
                        .status())
                .isEqualTo(201);
        RawMessage fewer = project(ApiProjects.at(files, "eu.example EU"));
        assertThat(JsonPath.<List<String>>read(fewer.text(), "$.virtualHosts")).containsExactly("eu.example");
        assertThat(places(fewer, "removed")).containsExactly("us.example GET /petstore/1.0.0/pets");
        assertThat(get("us.example", "/petstore/1.0.0/pets").status()).isEqualTo(404);
        assertThat(get("eu.example", "/petstore/1.0.0/pets").text()).isEqualTo("one");
    }

    @Test
    void allFaultsAreToldWithTheirPlaces() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore("ftp://example.com"));
        files.computeIfPresent("api.yaml", (file, text) -> text.replace("type: HTTP", "type: GRAPHQL"));
        RawMessage refused = project(files);
        assertThat(refused.status()).isEqualTo(400);
        Map<String, Object> type = JsonPath.<List<Map<String, Object>>>read(
                        refused.text(), "$.errors[?(@.pointer=='/data/type')]")
                .get(0);
        assertThat(type)
                .containsEntry("file", "api.yaml")
                .containsEntry("found", "'GRAPHQL'")
                .hasEntrySatisfying("line", line -> assertThat((int) line).isPositive())
                .hasEntrySatisfying(
                        "expected", text -> assertThat((String) text).startsWith("HTTP"));
        assertThat(JsonPath.<List<String>>read(refused.text(), "$.errors[*].file"))
                .hasSize(2);
        assertThat(detail(refused)).endsWith("(and 1 more: see errors)");

        RawMessage bare = put(shop("/items", ONE).replace("type: failover", "type: failovr"));
        assertThat(JsonPath.<List<String>>read(bare.text(), "$.errors[*].pointer"))
                .containsExactly("/x-wso2-production-endpoints/type");
        assertThat(anna.get(SHOP).status()).isEqualTo(404);
    }

    @Test
    void theIdOfAProjectIsTheOneInThePath() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore(ONE.url()));
        files.computeIfPresent("api.yaml", (file, text) -> text.replace("data:\n", "data:\n  id: its-own\n"));
        RawMessage refused = project(files);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(JsonPath.<String>read(refused.text(), "$.errors[0].pointer")).isEqualTo("/data/id");
        byte[] zip = ApiProjects.zip("project", files);
        assertThat(anna.call("PUT", "/api/v1/apis/its-own", zip, "Content-Type: application/zip")
                        .status())
                .isIn(200, 201);
    }

    @Test
    void whatHasNoEffectIsAWarning() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore(ONE.url()));
        files.put("Interceptors/own.jar", "nobody reads this");
        RawMessage created = project(files);
        assertThat(JsonPath.<List<String>>read(created.text(), "$.warnings[*].file"))
                .contains("Interceptors/own.jar");
    }

    @Test
    void theFolderIsListedAndStaysAsItIs() throws IOException {
        gateway.write(
                "folder api.yaml", shop("/items", ONE).replace("Shop", "Folder").replace("/shop", "/folder"));
        try {
            await().until(() -> anna.get("/api/v1/apis").text().contains("\"folder:folder api.yaml\""));
            String target = "/api/v1/apis/folder:folder%20api.yaml";
            String one = anna.get(target).text();
            assertThat(JsonPath.<String>read(one, "$.source")).isEqualTo("folder");
            assertThat(JsonPath.<String>read(one, "$.operations[0].path")).isEqualTo("/folder/items");
            RawMessage refused = anna.put(target, YAML, shop("/items", ONE));
            assertThat(refused.status()).isEqualTo(409);
            assertThat(detail(refused)).contains("change the file there");
            assertThat(anna.call("DELETE", target, new byte[0]).status()).isEqualTo(409);
            assertThat(anna.get("/api/v1/apis/folder:none.yaml").status()).isEqualTo(404);
        } finally {
            Files.delete(gateway.folder().resolve("folder api.yaml"));
            await().until(() -> !anna.get("/api/v1/apis").text().contains("folder:"));
        }
    }

    @Test
    void aViewerReadsAllButWhatWasDeployed() throws IOException {
        put(shop("/items", ONE));
        AdminCaller vera = anna.as(basic("vera", "CANARY-vera"));
        assertThat(vera.get("/api/v1/apis").text()).contains("\"shop\"");
        assertThat(vera.get(SHOP).status()).isEqualTo(200);
        assertThat(vera.get(SHOP + "/revisions").status()).isEqualTo(200);
        assertThat(vera.get(SHOP + "/content").status()).isEqualTo(403);
        assertThat(vera.get(revision(latestRevision()) + "/content").status()).isEqualTo(403);
        assertThat(vera.put(SHOP, YAML, shop("/items", TWO)).status()).isEqualTo(403);
        assertThat(vera.put(SHOP + "?dryRun=true", YAML, shop("/items", TWO)).status())
                .isEqualTo(403);
        assertThat(vera.call("DELETE", SHOP, new byte[0]).status()).isEqualTo(403);
        assertThat(vera.call("POST", revision(latestRevision()) + "/restore", new byte[0])
                        .status())
                .isEqualTo(403);
        assertThat(anna.as("Basic x").get(SHOP).status()).isEqualTo(401);
        assertThat(served("/shop/items")).isEqualTo("one");
    }

    @Test
    void eachChangeHasALineThatSaysWhoDidWhat() throws IOException {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger audit = (Logger) LoggerFactory.getLogger("dev.understudy.audit");
        lines.start();
        audit.addAppender(lines);
        try {
            AdminCaller dora = anna.as(basic("dora", "CANARY-dora"));
            dora.put(SHOP, YAML, shop("/items", ONE));
            int first = latestRevision();
            dora.put(SHOP + "?dryRun=true", YAML, shop("/items", TWO));
            dora.put(SHOP, YAML, "nonsense");
            dora.put(SHOP, "text/plain", "nonsense");
            dora.call("POST", revision(first) + "/restore", new byte[0]);
            dora.call("DELETE", SHOP, new byte[0]);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .isEqualTo("user=\"dora\" from=\"127.0.0.1\" action=\"put\" subject=\"shop\""
                                            + " result=\"created: revision " + first + "\""),
                            line -> assertThat(line).contains("put", "refused with 400"),
                            line -> assertThat(line).contains("put", "refused with 415"),
                            line -> assertThat(line).contains("restore", "shop revision " + first, "unchanged"),
                            line -> assertThat(line).contains("delete", "taken from localhost"));
        } finally {
            audit.detachAppender(lines);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-x", ".hidden", "%2e%2e%2e", "a%20b", "a%0ab", "folder:x", "%E2%80%AE", "a%22b", "a%3Cscript%3E"
            })
    void anIdThatIsNoneIsRefused(String id) throws IOException {
        RawMessage refused = anna.put("/api/v1/apis/" + id, YAML, shop("/items", ONE));
        assertThat(refused.status()).isIn(400, 409);
        assertThat(refused.text()).doesNotContain("\u202e", "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/octet-stream, 415",
        "multipart/form-data; boundary=x, 415",
        "a, 415",
        "application/zip, 400",
        "application/json, 400"
    })
    void aBodyOfAnotherTypeIsRefused(String type, int status) throws IOException {
        assertThat(anna.put(SHOP, type, shop("/items", ONE)).status()).isEqualTo(status);
    }

    @Test
    void aBodyThatIsNoneIsRefused() throws IOException {
        assertThat(put("").status()).isEqualTo(400);
        assertThat(anna.call("PUT", SHOP, new byte[0], "Content-Length: 0").status())
                .isEqualTo(415);
        assertThat(put("\u0000\u0001").status()).isEqualTo(400);
        assertThat(put("a: &a [*a, *a]").status()).isEqualTo(400);
        assertThat(anna.put(SHOP, YAML, shop("/items", ONE), "Content-Encoding: gzip")
                        .status())
                .isEqualTo(415);
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
                + Stream.iterate('b', c -> (char) (c + 1))
                        .limit(20)
                        .map(c -> c + ": &" + c + " [" + ("*" + (char) (c - 1) + ",").repeat(9) + "x]\n")
                        .reduce("", String::concat);
        assertThat(put(bomb).status()).isEqualTo(400);
    }

    @Test
    void aBodyThatIsTooLongIsRefusedHoweverItComes() throws IOException {
        RawMessage announced = anna.call(
                "PUT", SHOP, new byte[0], "Content-Type: " + YAML, "Content-Length: " + (Uploads.LARGEST_FILE + 1));
        assertThat(announced.status()).isEqualTo(413);
        byte[] longest = new byte[Uploads.LARGEST_FILE];
        assertThat(anna.call("PUT", SHOP, longest, "Content-Type: application/zip")
                        .status())
                .isEqualTo(400);
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            caller.send("PUT " + SHOP + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                    + basic("anna", "CANARY-anna")
                    + "\r\nContent-Type: application/yaml\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(Uploads.LARGEST_FILE + 1) + "\r\n");
            caller.send(new byte[Uploads.LARGEST_FILE + 1]).send("\r\n0\r\n\r\n");
            RawMessage longer = caller.read();
            assertThat(longer.status()).isEqualTo(413);
            anna.description().assertDescribes("PUT", SHOP, longer);
        }
        assertThat(put(shop("/items", ONE)).status()).isEqualTo(201);
    }

    @Test
    void uploadsOfBothWaysHaveThePlacesTogether() throws IOException {
        RawCaller[] slow = new RawCaller[Uploads.MOST_AT_ONCE];
        try {
            for (int i = 0; i < slow.length; i++) {
                slow[i] = RawCaller.overTls(gateway.adminPort());
                slow[i].send("PUT " + SHOP + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                        + basic("anna", "CANARY-anna")
                        + "\r\nContent-Type: application/yaml\r\nContent-Length: 10\r\n\r\nabc");
            }
            await().until(() -> gateway.bean(Uploads.class).free() == 0);
            RawMessage full = put(shop("/items", ONE));
            assertThat(full.status()).isEqualTo(503);
            assertThat(full.header("Retry-After")).isPresent();
            byte[] zip = ApiProjects.zip("project", ApiProjects.petStore(ONE.url()));
            assertThat(new DeployCaller(gateway.adminPort(), basic("anna", "CANARY-anna"))
                            .deploy(zip, "")
                            .status())
                    .isEqualTo(503);
        } finally {
            for (RawCaller caller : slow) {
                caller.close();
            }
        }
        await().until(() -> gateway.bean(Uploads.class).free() == Uploads.MOST_AT_ONCE);
    }

    @Test
    void secretsOfTheMachineAreNotForDocuments() throws IOException {
        RawMessage refused = put(shop("/items", ONE)
                .replace(
                        "type: failover",
                        "type: failover, securityConfig: {type: BASIC, username: u, password: '${env:PATH}'}"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).doesNotContain(System.getenv("PATH"));
    }

    @Test
    void theNextStartServesADocumentAndKnowsItsRevisions(@TempDir Path data) throws IOException {
        String[] settings = Stream.concat(
                        Stream.of(USERS), Stream.of("understudy.store.directory=" + data.resolve("store")))
                .toArray(String[]::new);
        RawMessage before;
        try (RunningGateway first = RunningGateway.with(settings)) {
            AdminCaller caller = AdminCaller.of(first.adminPort(), basic("anna", "CANARY-anna"));
            caller.put(SHOP, YAML, shop("/items", TWO));
            before = caller.put(SHOP, YAML, shop("/items", ONE));
        }
        try (RunningGateway second = RunningGateway.with(settings)) {
            AdminCaller caller = AdminCaller.of(second.adminPort(), basic("anna", "CANARY-anna"));
            assertThat(caller.get(SHOP).header("ETag")).isEqualTo(before.header("ETag"));
            assertThat(RawCaller.call(second.plainPort(), "GET /shop/items HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .text())
                    .isEqualTo("one");
            assertThat(caller.call("POST", revision(1) + "/restore", new byte[0])
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRevisionThatWasDamagedIsNotRestored() throws IOException {
        put(shop("/items", ONE));
        String digest = JsonPath.read(anna.get(SHOP + "/revisions").text(), "$.revisions[-1].sha256");
        int first = latestRevision();
        put(shop("/items", TWO));
        Files.writeString(gateway.folder().resolveSibling("data/archives/" + digest + ".yaml"), "damaged");
        RawMessage refused = anna.call("POST", revision(first) + "/restore", new byte[0]);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(detail(refused)).contains("Revision " + first + " cannot be used any more");
        assertThat(refused.text())
                .doesNotContain(gateway.folder().resolveSibling("data").toString());
        assertThat(served("/shop/items")).isEqualTo("two");
    }

    @Test
    void whatTheStoreCannotKeepIsNotServed() throws IOException {
        Path data = gateway.folder().resolveSibling("data");
        put(shop("/items", ONE));
        Path away = Files.move(data, data.resolveSibling("away"));
        Files.writeString(data, "in the way");
        try {
            RawMessage refused = put(shop("/items", TWO));
            assertThat(refused.status()).isEqualTo(507);
            assertThat(detail(refused)).contains("Nothing was changed").doesNotContain(data.toString());
            assertThat(served("/shop/items")).isEqualTo("one");
        } finally {
            Files.delete(data);
            Files.move(away, data);
        }
    }

    private static RawMessage put(String document) throws IOException {
        return anna.put(SHOP, YAML, document);
    }

    private static RawMessage project(Map<String, String> files) throws IOException {
        byte[] zip = ApiProjects.zip("project", files);
        return anna.call("PUT", SHOP, zip, "Content-Type: application/zip");
    }

    private static String shop(String path, RawEndpoint endpoint) {
        return """
                openapi: 3.0.3
                info: {title: Shop, version: '1'}
                x-wso2-basePath: /shop
                x-wso2-disable-security: true
                x-wso2-production-endpoints: {urls: ['%s'], type: failover}
                paths:
                  %s: {get: {responses: {'200': {description: OK}}}}
                """.formatted(endpoint.url(), path);
    }

    /** Of the one operation that there is. */
    private static List<String> aspects(String document) throws IOException {
        RawMessage dry = anna.put(SHOP + "?dryRun=true", YAML, document);
        assertThat(dry.status()).as(dry.text()).isEqualTo(200);
        assertThat(dry.text()).doesNotContain("CANARY");
        List<List<String>> aspects = JsonPath.read(dry.text(), "$.operations.changed[*].aspects");
        assertThat(aspects).as(dry.text()).hasSize(1);
        return aspects.get(0);
    }

    private static String revision(int number) {
        return SHOP + "/revisions/" + number;
    }

    /** 0: there is none. */
    private static int latestRevision() throws IOException {
        RawMessage revisions = anna.get(SHOP + "/revisions");
        if (revisions.status() == 404) {
            return 0;
        }
        List<Integer> numbers = JsonPath.read(revisions.text(), "$.revisions[*].number");
        return numbers.get(numbers.size() - 1);
    }

    private static List<String> places(RawMessage answer, String kind) {
        return JsonPath.<List<Map<String, Object>>>read(answer.text(), "$.operations." + kind).stream()
                .map(place -> place.get("virtualHost") + " " + place.get("method") + " " + place.get("path"))
                .toList();
    }

    private static void assertContent(String target, String type, byte[] content) throws IOException {
        RawMessage answer = anna.get(target);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).hasValue(type);
        assertThat(answer.body()).isEqualTo(content);
    }

    private static String served(String path) throws IOException {
        return get("localhost", path).text();
    }

    private static int status(String path) throws IOException {
        return get("localhost", path).status();
    }

    private static RawMessage get(String host, String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private static String detail(RawMessage answer) {
        return JsonPath.read(answer.text(), "$.detail");
    }
}
