package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jayway.jsonpath.JsonPath;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.DeployCaller;
import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The deploy API and what comes of it on the traffic port, over real sockets. */
class DeployApiTests {

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

    private static final RawEndpoint ONE = RawEndpoint.answering(200, "one");
    private static final RawEndpoint TWO = RawEndpoint.answering(200, "two");

    private static RunningGateway gateway;
    private static DeployCaller anna;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with(USERS);
        anna = caller(gateway, "anna");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ONE.close();
        TWO.close();
    }

    @AfterEach
    void takeAllAway() throws IOException {
        for (String name : List.of("PetStore", "Rival", "Soap")) {
            anna.undeploy("?apiName=" + name + "&version=1.0.0");
        }
        assertThat(gateway.bean(DeployedApis.class).all()).isEmpty();
    }

    @Test
    void anApiIsDeployedReplacedListedAndTakenAway() throws IOException {
        assertThat(pets("localhost").status()).isEqualTo(404);
        RawMessage deployed = deploy(ApiProjects.petStore(ONE.url()));
        assertThat(deployed.status()).isEqualTo(200);
        assertThat(pets("localhost").text()).isEqualTo("one");

        RawMessage again = deploy(ApiProjects.petStore(TWO.url()));
        assertProblem(
                again,
                409,
                "PetStore 1.0.0 is deployed already on localhost (to replace it: ?override=true, or apictl mg deploy api"
                        + " --override)");
        assertThat(pets("localhost").text()).isEqualTo("one");
        for (String no : List.of("?override=false", "?override=", "?override", "?override=FALSE")) {
            assertThat(anna.deploy(zip(ApiProjects.petStore(TWO.url())), no).status())
                    .as(no)
                    .isEqualTo(409);
        }

        RawMessage replaced = anna.deploy(zip(ApiProjects.petStore(TWO.url())), "?override=true");
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(info(replaced)).contains("revision " + (revision(deployed) + 1) + ",");
        assertThat(pets("localhost").text()).isEqualTo("two");
        assertThat(anna.list("").text()).contains("\"total\":1", "\"count\":1", "\"context\":\"/petstore/1.0.0\"");

        assertThat(anna.undeploy("?apiName=PetStore&version=1.0.0").status()).isEqualTo(200);
        assertThat(pets("localhost").status()).isEqualTo(404);
        assertProblem(anna.undeploy("?apiName=PetStore&version=1.0.0"), 404, "PetStore 1.0.0 is not deployed");
    }

    @Test
    void anApiHasOtherRevisionsOnOtherHosts() throws IOException {
        Map<String, String> first =
                ApiProjects.at(ApiProjects.petStore(ONE.url()), "us.example Default", "eu.example EU");
        assertThat(deploy(first).status()).isEqualTo(200);
        Map<String, String> second = ApiProjects.at(ApiProjects.petStore(TWO.url()), "EU.example EU");
        assertProblem(
                deploy(second),
                409,
                "PetStore 1.0.0 is deployed already on eu.example (to replace it: ?override=true, or apictl mg deploy"
                        + " api --override)");
        assertThat(anna.deploy(zip(second), "?override=true").status()).isEqualTo(200);

        assertThat(pets("us.example").text()).isEqualTo("one");
        assertThat(pets("eu.example").text()).isEqualTo("two");
        assertThat(pets("localhost").status()).isEqualTo(404);
        String list = anna.list("").text();
        assertThat(JsonPath.<List<String>>read(list, "$.list[*].vhost")).containsExactly("eu.example", "us.example");
        assertThat(JsonPath.<List<List<String>>>read(list, "$.list[*].gateway-envs"))
                .containsExactly(List.of("EU"), List.of("Default"));

        assertThat(anna.undeploy("?apiName=PetStore&version=1.0.0&vhost=EU.example")
                        .status())
                .isEqualTo(200);
        assertThat(pets("eu.example").status()).isEqualTo(404);
        assertThat(pets("us.example").text()).isEqualTo("one");
        assertThat(anna.undeploy("?apiName=PetStore&version=1.0.0&vhost=eu.example")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aHostServesAnApiUntilItsLastEnvironmentIsTaken() throws IOException {
        deploy(ApiProjects.at(ApiProjects.petStore(ONE.url()), "localhost Default", "localhost A and B"));
        assertThat(anna.undeploy("?apiName=PetStore&version=1.0.0&environments=A%20and%20B:Other")
                        .status())
                .isEqualTo(200);
        assertThat(pets("localhost").text()).isEqualTo("one");
        assertProblem(
                anna.undeploy("?apiName=PetStore&version=1.0.0&environments=Other"),
                404,
                "PetStore 1.0.0 is deployed, but not in Other: it is on localhost in Default");
        assertThat(anna.undeploy("?apiName=PetStore&version=1.0.0&environments=Default:")
                        .status())
                .isEqualTo(200);
        assertThat(pets("localhost").status()).isEqualTo(404);
    }

    @Test
    void whatIsInThePlaceOfAnApiIsNamed() throws IOException {
        deploy(ApiProjects.petStore(ONE.url()));
        Map<String, String> rival = ApiProjects.named("Rival", "1.0.0", TWO.url());
        rival.computeIfPresent("api.yaml", (file, text) -> text.replace("context: /rival", "context: /petstore"));
        RawMessage clash = anna.deploy(zip(rival), "?override=true");
        assertThat(clash.status()).isEqualTo(409);
        assertThat(detail(clash)).contains("PetStore");
        assertThat(pets("localhost").text()).isEqualTo("one");
        assertThat(anna.list("").text()).doesNotContain("Rival");
    }

    @Test
    void allFaultsOfAProjectAreToldWithTheirPlaces() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore("ftp://example.com"));
        files.computeIfPresent("api.yaml", (file, text) -> text.replace("type: HTTP", "type: GRAPHQL"));
        RawMessage refused = deploy(files);
        assertThat(refused.status()).isEqualTo(400);
        List<String> errors = JsonPath.read(refused.text(), "$.errors");
        assertThat(errors)
                .hasSize(2)
                .anySatisfy(error -> assertThat(error)
                        .startsWith("api.yaml#/data/type (line ")
                        .contains("GRAPHQL"))
                .anySatisfy(error -> assertThat(error)
                        .startsWith("api.yaml#/data/endpointConfig/production_endpoints/url (line ")
                        .contains("ftp://example.com"));
        assertProblem(refused, 400, errors.get(0) + " (and 1 more: see errors)");
        assertThat(anna.list("").text()).contains("\"total\":0");
    }

    @Test
    void theOnlyFaultIsTheWholeText() throws IOException {
        RawMessage refused = anna.deploy("no zip at all".getBytes(), "");
        List<String> errors = JsonPath.read(refused.text(), "$.errors");
        assertThat(errors).singleElement().asString().contains("no whole zip");
        assertProblem(refused, 400, errors.get(0));
    }

    @Test
    void whatHasNoEffectIsNamed() throws IOException {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore(ONE.url()));
        files.computeIfPresent("api.yaml", (file, text) -> text.replace("- oauth2", "- api_key"));
        RawMessage deployed = deploy(files);
        assertThat(deployed.status()).isEqualTo(200);
        assertThat(JsonPath.<Map<String, String>>read(deployed.text(), "$")).containsOnlyKeys("action", "info");
        assertThat(info(deployed).lines().skip(1))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("warning: "))
                .anySatisfy(line -> assertThat(line).contains("api.yaml#/data/securityScheme", "api_key"));
    }

    @Test
    void whatTheStoreCannotKeepIsNotServed() throws IOException {
        Path data = gateway.folder().resolveSibling("data");
        Path away = Files.move(data, data.resolveSibling("away"));
        Files.writeString(data, "in the way");
        try {
            RawMessage refused = deploy(ApiProjects.petStore(ONE.url()));
            assertThat(refused.status()).isEqualTo(507);
            assertThat(detail(refused)).contains("Nothing was changed").doesNotContain(data.toString());
            assertThat(pets("localhost").status()).isEqualTo(404);
        } finally {
            Files.delete(data);
            Files.move(away, data);
        }
        assertThat(deploy(ApiProjects.petStore(ONE.url())).status()).isEqualTo(200);
    }

    @Test
    void theListIsCutAtTheLimitAndSaysHowManyThereAre() throws IOException {
        deploy(ApiProjects.at(ApiProjects.petStore(ONE.url()), "a.example A", "b.example B"));
        Map<String, String> soap = new TreeMap<>(ApiProjects.named("Soap", "1.0.0", TWO.url()));
        soap.computeIfPresent("api.yaml", (file, text) -> text.replace("type: HTTP", "type: SOAP"));
        deploy(soap);

        assertCounts("?limit=2", 3, 2);
        assertCounts("?limit=1&query=", 3, 1);
        assertCounts("?limit=&query=type:http", 3, 2);
        assertCounts("?query=type:HTTP&limit=100000000", 3, 2);
        assertCounts("?query=type%3Asoap", 3, 1);
        assertCounts("?query=type:ws", 3, 0);
        assertCounts("?orgId=carbon.super", 3, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?limit=0 | limit: '0' (expected: a whole number from 1 to 100000000)",
                "?limit=-1 | limit: '-1' (expected: a whole number from 1 to 100000000)",
                "?limit=100000001 | limit: '100000001' (expected: a whole number from 1 to 100000000)",
                "?limit=99999999999 | limit: '99999999999' (expected: a whole number from 1 to 100000000)",
                "?limit=ten | limit: 'ten' (expected: a whole number from 1 to 100000000)",
                "?limit=1&limit=2 | limit: there 2 times (expected: once)",
                "?query=http | query: 'http' (expected: type:http, type:ws or type:soap)",
                "?query=name:PetStore | query: 'name:PetStore' (expected: type:http, type:ws or type:soap)",
                "?query=type:%0A%E2%80%AE | query: 'type:??' (expected: type:http, type:ws or type:soap)"
            })
    void whatAListCannotBeAskedIsNamed(String query, String detail) throws IOException {
        assertProblem(anna.list(query), 400, detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | apiName, version: not there (expected: the name and the version of an API)",
                "?apiName=&version= | apiName, version: not there (expected: the name and the version of an API)",
                "?apiName=PetStore | version: not there (expected: the name and the version of an API)",
                "?version=1.0.0&vhost=a | apiName: not there (expected: the name and the version of an API)",
                "?apiName=a&apiName=b&version=1 | apiName: there 2 times (expected: once)"
            })
    void whoTakesAnApiAwayMustNameIt(String query, String detail) throws IOException {
        assertProblem(anna.undeploy(query), 400, detail);
    }

    @Test
    void anOverrideIsTrueOrFalse() throws IOException {
        assertProblem(
                anna.deploy(zip(ApiProjects.petStore(ONE.url())), "?override=maybe"),
                400,
                "override: 'maybe' (expected: true or false)");
    }

    @Test
    void aViewerOnlyLists() throws IOException {
        DeployCaller vera = caller(gateway, "vera");
        assertThat(vera.deploy(zip(ApiProjects.petStore(ONE.url())), "").status())
                .isEqualTo(403);
        assertThat(caller(gateway, "dora")
                        .deploy(zip(ApiProjects.petStore(ONE.url())), "")
                        .status())
                .isEqualTo(200);
        assertThat(vera.list("").text()).contains("PetStore");
        assertThat(vera.undeploy("?apiName=PetStore&version=1.0.0").status()).isEqualTo(403);
        assertThat(pets("localhost").text()).isEqualTo("one");
        assertThat(new DeployCaller(gateway.adminPort(), "Basic x").list("").status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "OPTIONS"})
    void otherMethodsAreNotAllowed(String method) throws IOException {
        RawMessage refused = anna.call(method, "");
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.header("Allow").orElseThrow().split(", ?"))
                .containsExactlyInAnyOrder("GET", "POST", "DELETE");
    }

    @Test
    void eachChangeHasALineThatSaysWhoDidWhat() throws IOException {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger audit = (Logger) LoggerFactory.getLogger("dev.understudy.audit");
        lines.start();
        audit.addAppender(lines);
        try {
            DeployCaller dora = caller(gateway, "dora");
            byte[] zip = zip(ApiProjects.petStore(ONE.url()));
            dora.deploy(zip, "");
            anna.deploy(zip, "");
            anna.upload(new byte[0], "");
            anna.undeploy("?apiName=PetStore&version=1.0.0&vhost=%22%0Aelsewhere");
            dora.undeploy("?apiName=PetStore&version=1.0.0");
            String length = String.valueOf(zip.length);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("user=\"dora\" from=\"127.0.0.1\" action=\"deploy\"")
                                    .contains(length, "PetStore 1.0.0", "revision"),
                            line -> assertThat(line).startsWith("user=\"anna\"").contains("deploy", "refused with 409"),
                            line -> assertThat(line).startsWith("user=\"anna\"").contains("deploy", "refused with 400"),
                            line -> assertThat(line)
                                    .startsWith("user=\"anna\"")
                                    .contains("undeploy", "refused with 404")
                                    .doesNotContain("\n"),
                            line -> assertThat(line)
                                    .startsWith("user=\"dora\"")
                                    .contains("undeploy", "PetStore 1.0.0 is taken from localhost"));
        } finally {
            audit.detachAppender(lines);
        }
    }

    @Test
    void theNextStartServesWhatWasDeployed(@TempDir Path data) throws IOException {
        String store = "understudy.store.directory=" + data.resolve("store");
        String[] settings = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(USERS), java.util.stream.Stream.of(store))
                .toArray(String[]::new);
        try (RunningGateway first = RunningGateway.with(settings)) {
            caller(first, "anna").deploy(zip(ApiProjects.petStore(ONE.url())), "");
            caller(first, "anna").deploy(zip(ApiProjects.named("Rival", "1.0.0", TWO.url())), "");
            caller(first, "anna").undeploy("?apiName=Rival&version=1.0.0");
        }
        try (RunningGateway second = RunningGateway.with(settings)) {
            assertThat(get(second, "localhost", "/petstore/1.0.0/pets").text()).isEqualTo("one");
            assertThat(get(second, "localhost", "/rival/1.0.0/pets").status()).isEqualTo(404);
            assertThat(caller(second, "anna").list("").text())
                    .contains("PetStore")
                    .doesNotContain("Rival");
            assertThat(caller(second, "anna")
                            .deploy(zip(ApiProjects.petStore(TWO.url())), "")
                            .status())
                    .isEqualTo(409);
        }
    }

    @Test
    void theFolderIsNotListedAndKeepsItsPlace() throws IOException {
        try (RunningGateway other = RunningGateway.serving(Map.of("things.yaml", Documents.things(ONE.url())), USERS)) {
            DeployCaller caller = caller(other, "anna");
            assertThat(caller.list("").text()).contains("\"total\":0");
            Map<String, String> rival = new TreeMap<>(ApiProjects.named("Rival", "1.0.0", TWO.url()));
            rival.computeIfPresent(
                    "Definitions/swagger.yaml",
                    (file, text) -> text.replace("x-wso2-disable", "x-wso2-basePath: /a\nx-wso2-disable")
                            .replace("/pets:", "/thing:"));
            RawMessage clash = caller.deploy(zip(rival), "?override=true");
            assertThat(clash.status()).isEqualTo(409);
            assertThat(detail(clash)).contains("folder");
        }
    }

    private static RawMessage deploy(Map<String, String> files) throws IOException {
        return anna.deploy(zip(files), "");
    }

    private static byte[] zip(Map<String, String> files) {
        return ApiProjects.zip("project", files);
    }

    private static DeployCaller caller(RunningGateway gateway, String user) {
        return new DeployCaller(gateway.adminPort(), basic(user, "CANARY-" + user));
    }

    private static RawMessage pets(String host) throws IOException {
        return get(gateway, host, "/petstore/1.0.0/pets");
    }

    private static RawMessage get(RunningGateway gateway, String host, String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }

    private static String info(RawMessage answer) {
        return JsonPath.read(answer.text(), "$.info");
    }

    private static int revision(RawMessage answer) {
        return Integer.parseInt(info(answer).replaceAll("(?s).*revision (\\d+).*", "$1"));
    }

    private static String detail(RawMessage answer) {
        return JsonPath.read(answer.text(), "$.detail");
    }

    private static void assertCounts(String query, int total, int count) throws IOException {
        String list = anna.list(query).text();
        assertThat(list).as(query).startsWith("{\"total\":" + total + ",\"count\":" + count + ",");
        assertThat(JsonPath.<Integer>read(list, "$.list.length()")).isEqualTo(count);
    }

    /** In the form of RFC 9457, and in that of Choreo Connect. */
    private static void assertProblem(RawMessage answer, int status, String detail) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).hasValue("application/problem+json");
        Map<String, Object> body = JsonPath.read(answer.text(), "$");
        assertThat(body)
                .containsEntry("status", status)
                .containsEntry("detail", detail)
                .containsEntry("code", status)
                .containsEntry("message", detail)
                .containsEntry("description", detail);
    }
}
