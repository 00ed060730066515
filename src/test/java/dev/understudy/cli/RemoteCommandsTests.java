package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.cli.Ran.Around;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

/** The commands that call a gateway, against a real one, over TLS. */
class RemoteCommandsTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String SHOP = """
            openapi: 3.0.3
            info: {title: Shop, version: 1.0.0}
            x-wso2-basePath: /shop
            x-wso2-production-endpoints: {urls: ['%s', '%s'], type: failover}
            x-wso2-disable-security: true
            paths:
              /items: {get: {responses: {'200': {description: OK}}}, post: {responses: {'200': {description: OK}}}}
            """;

    @TempDir
    private static Path home;

    private static RunningGateway gateway;
    private static Path certificate;
    private static RawEndpoint one;
    private static RawEndpoint two;

    @TempDir
    private Path work;

    @BeforeAll
    static void start() throws Exception {
        one = RawEndpoint.answering(200, "one");
        two = RawEndpoint.answering(200, "two");
        gateway = RunningGateway.serving(
                Map.of(
                        "menu.yaml",
                        SHOP.formatted(two.url(), two.url() + "/b")
                                .replace("/shop", "/menu")
                                .replace("Shop", "Menu")),
                "understudy.admin.users[0].username=admin",
                "understudy.admin.users[0].password={noop}CANARY-admin",
                "understudy.admin.users[1].username=vera",
                "understudy.admin.users[1].password={noop}CANARY-vera",
                "understudy.admin.users[1].roles=viewer",
                "understudy.admin.users[2].username=dora",
                "understudy.admin.users[2].password={noop}CANARY-dora",
                "understudy.admin.users[2].roles=deployer");
        certificate = Files.writeString(
                home.resolve("gateway.pem"), Authority.pem(TlsClient.certificate(gateway.adminPort())));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        one.close();
        two.close();
    }

    @BeforeEach
    void bothAnswer() {
        one.nowDoes((request, connection) -> connection.answer(200, "one"));
        two.nowDoes((request, connection) -> connection.answer(200, "two"));
    }

    @AfterEach
    void takeAllAway() {
        Ran all = run("list", "--format", "json");
        List<String> ids = JsonPath.read(all.out(), "$.apis[?(@.source=='deployed')].id");
        if (!ids.isEmpty()) {
            assertThat(run(Stream.concat(Stream.of("undeploy"), ids.stream()).toArray(String[]::new))
                            .code())
                    .isZero();
        }
    }

    @Test
    void anApiIsDeployedComparedChangedRestoredAndTakenAway() throws IOException {
        Path file = Files.writeString(work.resolve("shop.yaml"), SHOP.formatted(one.url(), two.url()));

        Ran dry = run("deploy", "--dry-run", file.toString());
        assertThat(dry.code()).as(dry.toString()).isZero();
        assertThat(dry.lines().get(0)).startsWith("+ shop: not deployed yet, would be revision ");
        assertThat(dry.out())
                .contains("    + GET /shop/items\n", "    + POST /shop/items\n", "    + endpoint " + one.url() + "\n");
        assertThat(run("list").out()).doesNotContain("shop");

        Ran before = run("diff", work.toString());
        assertThat(before.code()).as(before.toString()).isEqualTo(1);
        assertThat(before.lines().get(0)).startsWith("+ shop: not deployed yet");

        Ran deployed = run("deploy", file.toString());
        assertThat(deployed.code()).as(deployed.toString()).isZero();
        assertThat(deployed.lines().get(0)).matches("\\+ shop: created, now revision \\d+, from .*shop\\.yaml");
        assertThat(get("/shop/items").text()).isEqualTo("one");

        Ran listed = run("list");
        assertThat(listed.lines().get(0)).matches("ID +NAME +VERSION +BASE PATH +REV +SOURCE +STATE +SINCE");
        assertThat(listed.lines())
                .anyMatch(line -> line.matches("shop +Shop +1\\.0\\.0 +/shop +\\d+ +deployed +served +\\d+ s"))
                .anyMatch(line ->
                        line.matches("folder:menu\\.yaml +Menu +1\\.0\\.0 +/menu +- +folder +served +\\d+ [sm]"));

        Ran again = run("deploy", file.toString());
        assertThat(again.code()).isZero();
        assertThat(again.lines()).singleElement().asString().startsWith("= shop: unchanged, is revision ");
        Ran same = run("diff", work.toString());
        assertThat(same.code()).as(same.toString()).isZero();
        assertThat(same.lines()).singleElement().asString().startsWith("= shop: unchanged");

        Files.writeString(file, SHOP.formatted(two.url(), two.url() + "/b").replace("post:", "delete:"));
        Ran different = run("diff", work.toString());
        assertThat(different.code()).isEqualTo(1);
        assertThat(different.lines().get(0)).startsWith("~ shop: differs, would be revision ");
        assertThat(different.out())
                .contains(
                        "    + DELETE /shop/items\n",
                        "    ~ GET /shop/items  (endpoints)\n",
                        "    - POST /shop/items\n",
                        "    - endpoint " + one.url() + "\n");
        assertThat(get("/shop/items").text()).isEqualTo("one");

        assertThat(run("deploy", file.toString()).out()).startsWith("~ shop: replaced, now revision ");
        assertThat(get("/shop/items").text()).isEqualTo("two");

        Ran revisions = run("revisions", "shop");
        assertThat(revisions.lines().get(0)).matches("REV +VERSION +DEPLOYED +BY +SERVED AT +SHA-256");
        assertThat(revisions.out())
                .containsPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ \\(\\d+ s\\) +admin +localhost");

        Ran restored = run("restore", "shop");
        assertThat(restored.code()).as(restored.toString()).isZero();
        assertThat(restored.lines().get(0)).matches("~ shop: replaced, now revision \\d+, from revision \\d+");
        assertThat(get("/shop/items").text()).isEqualTo("one");

        Ran gone = run("undeploy", "shop");
        assertThat(gone.code()).isZero();
        assertThat(gone.out()).isEqualTo("- shop: undeployed; its revisions are kept\n");
        assertThat(get("/shop/items").status()).isEqualTo(404);

        assertThat(run("restore", "shop").code()).isZero();
        assertThat(get("/shop/items").text()).isEqualTo("one");
    }

    @Test
    void aProjectIsTheSameAsAFolderAndHasItsOwnId() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore(one.url()));
        files.computeIfPresent(
                "api.yaml", (name, text) -> text.replace("  name: PetStore", "  id: pets-1\n  name: PetStore"));
        Path folder = Files.createDirectory(work.resolve("petstore"));
        ApiProjects.write(folder, files);
        Files.write(work.resolve("petstore.zip"), ApiProjects.zip("top", files));

        Ran deployed = run("deploy", folder.toString());
        assertThat(deployed.code()).as(deployed.toString()).isZero();
        assertThat(deployed.out()).startsWith("+ pets-1: created");
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");

        Files.setLastModifiedTime(folder.resolve("api.yaml"), FileTime.fromMillis(0));
        assertThat(run("deploy", folder.toString()).out()).startsWith("= pets-1: unchanged");

        Ran packed = run("deploy", work.resolve("petstore.zip").toString());
        assertThat(packed.code()).as(packed.toString()).isZero();
        assertThat(packed.out())
                .startsWith("~ pets-1: replaced")
                .contains("nothing of what is served: only what was deployed, or where");

        Ran twice = run("deploy", work.toString());
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("would both be 'pets-1'");
    }

    @Test
    void aLinkThatLeadsOutOfAProjectIsNotFollowed() throws IOException {
        Path folder = Files.createDirectory(work.resolve("petstore"));
        ApiProjects.write(folder, ApiProjects.petStore(one.url()));
        Files.createSymbolicLink(folder.resolve("secret"), Files.writeString(work.resolve("outside"), "CANARY"));

        Ran refused = run("deploy", folder.toString());

        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("'secret' leads out of the project");
        assertThat(run("list").out()).doesNotContain("PetStore");
    }

    @Test
    void theStandardInputIsDeployedUnderTheIdThatIsGiven() {
        Around piped = admin().typing(SHOP.formatted(one.url(), two.url()));

        assertThat(run(piped, "deploy", "-").code()).isEqualTo(2);
        assertThat(run(piped, "deploy", "-").err()).contains("- without --id (expected: the id to deploy under)");
        Ran deployed = run(piped, "deploy", "--id", "piped", "-");

        assertThat(deployed.code()).as(deployed.toString()).isZero();
        assertThat(deployed.lines().get(0)).matches("\\+ piped: created, now revision \\d+");
        assertThat(run(piped, "deploy", "--id", "piped", "--only-new", "-").code())
                .isEqualTo(1);
    }

    @Test
    void aRefusedOneDoesNotHoldTheOthersBackAndAllFaultsAreTold() throws IOException {
        Files.writeString(
                work.resolve("bad.yaml"),
                SHOP.formatted("ftp://nowhere", two.url())
                        .replace("failover", "failovr")
                        .replace("/shop", "/bad"));
        Files.writeString(work.resolve("shop.yaml"), SHOP.formatted(one.url(), two.url()));
        Files.writeString(
                work.resolve("taken.yaml"),
                SHOP.formatted(one.url(), two.url()).replace("title: Shop", "title: Other"));

        Ran deployed = run("deploy", work.toString());

        assertThat(deployed.code()).isEqualTo(1);
        assertThat(deployed.lines().get(0)).matches("! bad: refused, from .*bad\\.yaml");
        assertThat(deployed.out())
                .contains(
                        "bad.yaml#/x-wso2-production-endpoints/urls/0 (line 4): 'ftp://nowhere' (expected: ",
                        "bad.yaml#/x-wso2-production-endpoints/type (line 4): 'failovr' (expected: failover or load_balance;"
                                + " did you mean 'failover'?)")
                .contains("\n+ shop: created", "\n! taken: refused");
        assertThat(deployed.lines().get(deployed.lines().size() - 1)).isEqualTo("1 created, 2 refused");
        assertThat(get("/shop/items").text()).isEqualTo("one");

        Ran json = run("diff", "--format", "json", work.toString());
        assertThat(json.code()).isEqualTo(1);
        assertThat(JsonPath.<List<String>>read(json.out(), "$.apis[*].result"))
                .containsExactly("refused", "unchanged", "refused");
        assertThat(JsonPath.<List<Integer>>read(json.out(), "$.apis[0].problem.errors[*].line"))
                .containsExactly(4, 4);
    }

    @Test
    void whatIsDeployedAndNotInTheDirectoryIsADifference() throws IOException {
        assertThat(run(admin().typing(SHOP.formatted(one.url(), two.url())), "deploy", "--id", "old", "-")
                        .code())
                .isZero();
        Files.writeString(
                work.resolve("new.json"),
                "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"New\", \"version\": \"1\"}, \"x-wso2-basePath\": \"/new\","
                        + " \"servers\": [{\"url\": \"" + one.url()
                        + "\"}], \"paths\": {\"/a\": {\"get\": {\"responses\": {\"200\": {\"description\": \"OK\"}}}}}}");
        Files.writeString(work.resolve("notes.txt"), "none");
        Files.writeString(work.resolve(".hidden.yaml"), "none");

        Ran diff = run("diff", work.toString());

        assertThat(diff.code()).as(diff.toString()).isEqualTo(1);
        assertThat(diff.lines().get(0)).startsWith("+ new: not deployed yet");
        assertThat(diff.out()).contains("\n- old: deployed, and not here\n").endsWith("1 created, 1 missing\n");
    }

    @Test
    void whatSomebodyElseDidMeanwhileIsNotOverwritten() throws IOException {
        Path file = Files.writeString(work.resolve("shop.yaml"), SHOP.formatted(one.url(), two.url()));
        run("deploy", file.toString());
        String etag = JsonPath.<List<String>>read(
                        run("list", "--format", "json").out(), "$.apis[?(@.id=='shop')].etag")
                .get(0);
        Files.writeString(file, SHOP.formatted(two.url(), one.url()));
        assertThat(run("deploy", "--if-match", etag.replace("\"", ""), file.toString())
                        .code())
                .isZero();

        for (String[] late : new String[][] {
            {"deploy", "--if-match", etag, file.toString()},
            {"undeploy", "--if-match", etag, "shop"},
            {"restore", "--if-match", etag, "shop", "1"}
        }) {
            Ran refused = run(late);
            assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.out() + refused.err())
                    .contains("is not what the request expects: it is deployed as revision")
                    .contains("by admin at");
        }
        assertThat(get("/shop/items").text()).isEqualTo("two");
    }

    @Test
    void whatIsNotThereIsSaidByName() {
        for (String[] about : new String[][] {{"undeploy", "none"}, {"revisions", "none"}, {"restore", "none"}}) {
            Ran refused = run(about);
            assertThat(refused.code()).as(refused.toString()).isEqualTo(1);
            assertThat(refused.err()).startsWith("understudy: none: No API with the id 'none' is deployed.");
        }
        assertThat(run("undeploy", "folder:menu.yaml").err()).contains("is served from the folder of documents");
        assertThat(run("deploy", work.resolve("none.yaml").toString()).err())
                .contains("none.yaml: not there (expected: ");
        assertThat(run("deploy", work.toString()).err()).contains("nothing in it that can be deployed");
        assertThat(run("endpoints", "hold", "http://nobody.example").code()).isEqualTo(1);
        assertThat(run("endpoints", "hold", "http://nobody.example").err())
                .contains("http://nobody.example: No endpoint has this id");
        assertThat(run("explain", "--request", "none").code()).isEqualTo(1);
    }

    @Test
    void somebodyAtATerminalIsAskedBeforeAnApiIsTakenAway() throws IOException {
        Path file = Files.writeString(work.resolve("shop.yaml"), SHOP.formatted(one.url(), two.url()));
        run("deploy", file.toString());

        assertThat(run(admin().answering("n"), "undeploy", "shop").code()).isEqualTo(1);
        assertThat(run(admin().answering(), "undeploy", "shop").err()).contains("Nothing was changed.");
        assertThat(get("/shop/items").status()).isEqualTo(200);
        assertThat(run(admin().answering("y"), "undeploy", "shop").code()).isZero();
        assertThat(get("/shop/items").status()).isEqualTo(404);
    }

    @Test
    void eachRoleDoesWhatItMayAndIsToldWhichOneItLacks() throws IOException {
        Path file = Files.writeString(work.resolve("shop.yaml"), SHOP.formatted(one.url(), two.url()));
        Around vera = Around.variables("UNDERSTUDY_USER", "vera", "UNDERSTUDY_PASSWORD", "CANARY-vera");
        Around dora = Around.variables("UNDERSTUDY_USER", "dora", "UNDERSTUDY_PASSWORD", "CANARY-dora");

        assertThat(run(vera, "list").code()).isZero();
        for (String[] forbidden :
                new String[][] {{"deploy", file.toString()}, {"diff", file.toString()}, {"undeploy", "shop"}}) {
            Ran refused = run(vera, forbidden);
            assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
            assertThat(refused.err()).contains("'vera' may not do this", "the role deployer or admin)");
        }
        assertThat(run(dora, "deploy", file.toString()).code()).isZero();
        Ran refused = run(dora, "endpoints", "hold", one.url());
        assertThat(refused.code()).isEqualTo(3);
        assertThat(refused.err()).contains("'dora' may not do this", "the role admin)");
        assertThat(get("/shop/items").text()).isEqualTo("one");
    }

    @Test
    void whoIsNotKnownIsToldSoAndWhereThePasswordCameFrom() throws IOException {
        byte[] large = new byte[19 << 20];
        new Random(1).nextBytes(large);
        Path file = Files.write(work.resolve("large.zip"), large);
        Around wrong = Around.variables("UNDERSTUDY_PASSWORD", "CANARY-wrong");
        for (String[] command : new String[][] {{"list"}, {"deploy", file.toString()}}) {
            Ran refused = run(wrong, command);
            assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
            assertThat(refused.err())
                    .contains("does not let 'admin' in (401): The name or the password is wrong.")
                    .contains("UNDERSTUDY_PASSWORD")
                    .doesNotContain("CANARY");
        }
        Path secret = Files.writeString(work.resolve("secret"), "CANARY-vera\n");
        assertThat(run(wrong, "list", "--user", "vera", "--password-file", secret.toString())
                        .code())
                .isZero();
        assertThat(run(Around.NOTHING.answering("CANARY-vera"), "list", "-u", "vera")
                        .code())
                .isZero();
        Ran nobody = run(Around.NOTHING, "list");
        assertThat(nobody.code()).isEqualTo(3);
        assertThat(nobody.err()).contains("UNDERSTUDY_PASSWORD", "--password-file", "UNDERSTUDY_TOKEN");
    }

    @Test
    void aTokenOfTheDeployApiIsTaken() throws Exception {
        String token = JsonPath.read(
                TlsClient.post(
                                gateway.adminPort(),
                                "/api/mgw/adapter/0.1/oauth2/token",
                                "{\"username\": \"dora\", \"password\": \"CANARY-dora\"}",
                                "Content-Type",
                                "application/json")
                        .body(),
                "$.accessToken");

        assertThat(run(Around.variables("UNDERSTUDY_TOKEN", token), "list").code())
                .isZero();
        Ran old = run(Around.variables("UNDERSTUDY_TOKEN", "CANARY.old"), "list");
        assertThat(old.code()).isEqualTo(3);
        assertThat(old.err()).contains("(401): The token is not valid").doesNotContain("CANARY");
    }

    @Test
    void anEndpointIsHeldUntilNothingIsThereAndReleased() throws Exception {
        run(admin().typing(SHOP.formatted(one.url(), two.url())), "deploy", "--id", "shop", "-");
        CountDownLatch there = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        one.nowDoes((request, connection) -> {
            there.countDown();
            assertThat(mayEnd.await(60, TimeUnit.SECONDS)).isTrue();
            connection.answer(200, "one, late");
        });
        CompletableFuture<RawMessage> slow = CompletableFuture.supplyAsync(() -> get("/shop/items"));
        assertThat(there.await(20, TimeUnit.SECONDS)).isTrue();

        Ran impatient = run("endpoints", "hold", one.url() + "/", "--for", "15m", "--wait", "--wait-at-most", "1ms");
        assertThat(impatient.code()).as(impatient.toString()).isEqualTo(1);
        assertThat(impatient.lines().get(0)).matches(one.url() + ": draining until .*Z, 1 in flight");
        assertThat(impatient.lines().get(1)).isEqualTo(one.url() + ": still 1 in flight");
        assertThat(get("/shop/items").text()).isEqualTo("two");

        CompletableFuture<Ran> waiting = CompletableFuture.supplyAsync(() ->
                run("endpoints", "--format", "json", "hold", one.url(), "--down", "--reason", "new disk", "--wait"));
        await().atMost(SOON).until(() -> run("endpoints", "--api", "Shop").out().contains("down"));
        assertThat(waiting).isNotDone();
        mayEnd.countDown();
        assertThat(waiting.get(60, TimeUnit.SECONDS).code())
                .as(waiting.join().toString())
                .isZero();
        assertThat(JsonPath.<Integer>read(waiting.join().out(), "$.endpoints[0].inFlight"))
                .isZero();
        assertThat(JsonPath.<String>read(waiting.join().out(), "$.endpoints[0].override.reason"))
                .isEqualTo("new disk");
        assertThat(slow.get(20, TimeUnit.SECONDS).text()).isEqualTo("one, late");

        assertThat(run("endpoints", "--api", "Nobody", "--format", "json").out())
                .isEqualToIgnoringWhitespace("{\"endpoints\": []}");
        Ran table = run("endpoints", "--api", "Shop 1.0.0");
        assertThat(table.lines().get(0)).matches("STATE +SINCE +URL +BUSY +FAILS +LAST ERROR +USED BY");
        assertThat(table.lines())
                .anyMatch(line -> line.matches(
                        "down +\\d+ s +" + one.url() + " +0 +0 +- +Shop 1\\.0\\.0 \\(production, failover 1\\)"));
        assertThat(table.out()).doesNotContain("Menu");

        assertThat(run("endpoints", "release", one.url()).out()).isEqualTo(one.url() + ": released\n");
        assertThat(run("endpoints", "release", one.url()).out()).isEqualTo(one.url() + ": was not held\n");
        await().atMost(SOON).until(() -> get("/shop/items").text().startsWith("one"));
    }

    @Test
    void theUrlOfACommandCountsForTheOneBelowIt() {
        Ran held = admin().run(
                        "endpoints",
                        "--url",
                        "https://localhost:" + RawEndpoint.deadPort(),
                        "hold",
                        "http://localhost:1");

        assertThat(held.code()).isEqualTo(3);
        assertThat(held.err()).contains("Nobody answers at https://localhost:");
    }

    @Test
    void whyARequestWentToAnotherEndpointIsSaidById() throws Exception {
        run(
                admin().typing(SHOP.formatted("http://localhost:" + RawEndpoint.deadPort(), two.url())),
                "deploy",
                "--id",
                "shop",
                "-");
        assertThat(get("/shop/items").text()).isEqualTo("two");
        await().atMost(SOON)
                .until(() -> run("requests", "--moved", "--limit", "1").lines().size() == 2);
        String id = JsonPath.<List<String>>read(
                        run("requests", "--moved", "--limit", "1", "--format", "json")
                                .out(),
                        "$.requests[*].id")
                .get(0);

        Ran told = run("explain", "--request", id);

        assertThat(told.code()).as(told.toString()).isZero();
        assertThat(told.lines().get(0)).matches("GET /shop/items at .*Z, answered with 200 after [\\d.]+ ms");
        assertThat(told.out())
                .contains("It was for GET /items of Shop 1.0.0.", "The endpoint's answer, 200, was passed on.")
                .containsPattern("\n1 +http://localhost:\\d+ +first_in_line +[\\d.]+ ms +connect +refused +not_sent\n")
                .containsPattern("\n2 +" + two.url() + " +not_sent +[\\d.]+ ms +head_received +answered 200 +answer\n");
        assertThat(JsonPath.<String>read(run("explain", "-r", id, "-f", "json").out(), "$.id"))
                .isEqualTo(id);
    }

    @Test
    void whereARequestWouldGoIsSaidWithoutSendingIt() {
        run(admin().typing(SHOP.formatted(one.url(), two.url())), "deploy", "--id", "shop", "-");
        int before = one.requests().size();

        Ran told = run("explain", "POST", "/shop/items", "--body", "200");

        assertThat(told.code()).as(told.toString()).isZero();
        assertThat(told.lines().get(0)).isEqualTo("forwarded");
        assertThat(told.out())
                .contains("No token is asked for.")
                .containsPattern("\nrefused +1, 2 +nobody_left +503 102503\n")
                .containsPattern("\nanswered 503 +1 +not_repeatable +503 of the endpoint\n")
                .containsPattern("\n1 +ready +" + one.url() + " +It stands where the list has it\\.")
                .containsPattern("\n2 +ready +" + two.url());
        assertThat(run("explain", "/none").lines().get(0)).isEqualTo("refused 404 404");
        assertThat(one.requests()).hasSize(before);
        assertThat(run("explain").code()).isEqualTo(2);
        assertThat(run("explain", "--request", "a", "--host", "b").code()).isEqualTo(2);
        assertThat(run("explain", "/shop/items", "--keytype", "x").err()).contains("keytype: 'x' (expected: ");
    }

    @Test
    void aPortThatIsNotOfTheAdminListenerIsSaidToBeNone() {
        for (String url : List.of(
                "https://localhost:" + gateway.plainPort(),
                "http://localhost:" + gateway.adminPort(),
                "http://localhost:" + gateway.plainPort())) {
            Ran lost = admin().run("list", "--url", url, "--ca", certificate.toString());
            assertThat(lost.code()).as(lost.toString()).isEqualTo(3);
            assertThat(lost.err())
                    .containsPattern("Is this an admin listener|Is --url that of an admin listener")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void coloursAreForTerminals() {
        String escape = "\u001b[";
        assertThat(admin().run(Ansi.ON, at("list")).out()).contains(escape);
        assertThat(run("list").out()).doesNotContain(escape);
    }

    private static Around admin() {
        return Around.variables("UNDERSTUDY_PASSWORD", "CANARY-admin");
    }

    private static Ran run(String... arguments) {
        return run(admin(), arguments);
    }

    private static Ran run(Around around, String... arguments) {
        Ran ran = around.run(at(arguments));
        assertThat(ran.out() + ran.err()).doesNotContain("CANARY", "\tat ");
        return ran;
    }

    private static String[] at(String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--url", "https://localhost:" + gateway.adminPort(), "--ca", certificate.toString()))
                .toArray(String[]::new);
    }

    private static RawMessage get(String path) {
        try {
            return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
