package dev.understudy.fleet;

import static dev.understudy.testkit.Deployed.admin;
import static dev.understudy.testkit.Deployed.document;
import static dev.understudy.testkit.Deployed.get;
import static dev.understudy.testkit.Deployed.idOf;
import static dev.understudy.testkit.Deployed.override;
import static dev.understudy.testkit.Deployed.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.AdminCaller;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.ConsoleCaller;
import dev.understudy.testkit.Ports;
import dev.understudy.testkit.Postgres;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that follow control planes, through the wire. */
class FleetTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Authority AUTHORITY = new Authority("fleet");
    private static final Authority.Pem SHOWN = AUTHORITY.issuePem("localhost");
    private static final String TRUST = "understudy.control-plane.ssl-bundle=fleet";
    private static final String TRUSTED = "spring.ssl.bundle.pem.fleet.truststore.certificate=" + AUTHORITY.pem();

    @TempDir
    private Path temp;

    private final RawEndpoint one = RawEndpoint.answering(200, "one");
    private final RawEndpoint two = RawEndpoint.answering(200, "two");
    private final List<RunningGateway> running = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        running.forEach(RunningGateway::close);
        one.close();
        two.close();
    }

    @Test
    void aGatewayServesWhatIsDeployedAtAControlPlaneWhichServesNobody() throws Exception {
        int port = Ports.free();
        String store = "understudy.store.directory=" + temp.resolve("plane");
        RunningGateway plane = plane(port, "plane", store);
        RunningGateway edge = edge("edge", plane);

        assertThat(plane.plainPort()).as("no traffic").isEqualTo(-1);
        assertThat(plane.tlsPort()).as("no traffic").isEqualTo(-1);
        assertThat(put(plane, "shop", document("shop", one)).status()).isEqualTo(201);
        awaitAnswer(edge, "/shop/thing", "one");
        assertThat(put(plane, "shop", document("shop", two)).status()).isEqualTo(200);
        awaitAnswer(edge, "/shop/thing", "two");
        assertThat(admin(plane).call("DELETE", "/api/v1/apis/shop", new byte[0]).status())
                .isEqualTo(204);
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(get(edge, "/shop/thing").status()).isEqualTo(404));
        await().atMost(SOON).untilAsserted(() -> assertThat(revision(edge)).isEqualTo(revision(plane)));
        String before = revision(edge);

        end(plane);
        RunningGateway again = plane(port, "plane", store);
        await().atMost(SOON).untilAsserted(() -> assertThat(revision(edge)).isEqualTo(revision(again)));
        assertThat(revision(edge)).as("of a directory they begin anew").isNotEqualTo(before);
    }

    /** Of which store it is, and which it is. */
    private static String revision(RunningGateway gateway) throws Exception {
        List<Scrape.Sample> samples =
                Scrape.of(gateway, TlsClient.basic("anna", "x")).named("understudy_store_revision");
        assertThat(samples).hasSize(1);
        assertThat(samples.get(0).value()).isNotNegative();
        return samples.get(0).line();
    }

    @Test
    void whoeverHasTheEditionBeforeGetsWhatIsNewWithItsProjectAndOthersTheWhole() throws Exception {
        RunningGateway plane = plane("understudy.store.directory=" + temp.resolve("plane"));
        assertThat(put(plane, "shop", document("shop", one)).status()).isEqualTo(201);
        await().atMost(SOON)
                .until(() -> JsonPath.<Map<String, String>>read(edition(plane, ""), "$.changed")
                                .size()
                        == 1);
        String before = JsonPath.read(edition(plane, ""), "$.checksum");
        String text = document("pets", two);
        assertThat(put(plane, "pets", text).status()).isEqualTo(201);
        await().atMost(SOON)
                .until(() ->
                        !JsonPath.read(edition(plane, before), "$.checksum").equals(before));

        String difference = edition(plane, before);
        assertThat(JsonPath.<String>read(difference, "$.base")).isEqualTo(before);
        assertThat(JsonPath.<Map<String, String>>read(difference, "$.changed")).hasSize(1);
        assertThat(JsonPath.<Map<String, String>>read(difference, "$.projects").values())
                .containsExactly(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
        String whole = edition(plane, "unknown");
        assertThat(JsonPath.<String>read(whole, "$.base")).isEmpty();
        assertThat(JsonPath.<Map<String, String>>read(whole, "$.changed")).hasSize(2);
        assertThat(JsonPath.<Map<String, String>>read(whole, "$.projects")).isEmpty();
    }

    private static String edition(RunningGateway plane, String base) throws IOException {
        return admin(plane)
                .get("/api/v1/fleet/editions?base=" + base, "Accept: application/json")
                .text();
    }

    @Test
    void aGatewayTakesNoChangesAndSaysWhereTheyAreMade() throws Exception {
        RunningGateway plane = plane("understudy.store.directory=" + temp.resolve("plane"));
        RunningGateway edge = edge("edge", plane);
        assertThat(put(plane, "shop", document("shop", one, two)).status()).isEqualTo(201);
        awaitAnswer(edge, "/shop/thing", "one");
        String instead = "https://localhost:" + plane.adminPort();
        String endpoint = idOf(one, edge);

        for (RawMessage refused : List.of(
                put(edge, "shop", document("shop", two)),
                admin(edge).call("DELETE", "/api/v1/apis/shop", new byte[0]),
                admin(edge).call("POST", "/api/v1/apis/shop/revisions/1/restore", new byte[0]),
                admin(edge).unchecked("POST", "/api/mgw/adapter/0.1/apis", new byte[0]),
                admin(edge).unchecked("DELETE", "/api/mgw/adapter/0.1/apis?apiName=shop&version=1", new byte[0]),
                override(edge, endpoint, "{\"state\": \"down\"}"))) {
            assertThat(refused.status()).as(refused.text()).isEqualTo(403);
            assertThat(refused.text()).contains("understudy.role: gateway", instead);
        }
        assertThat(get(edge, "/shop/thing").text()).isEqualTo("one");
        assertThat(admin(edge).get("/api/v1/apis/shop").status()).isEqualTo(200);
        assertThat(admin(edge)
                        .call(
                                "POST",
                                "/api/v1/endpoints/check",
                                "{\"urls\": [\"%s\"]}".formatted(one.url()).getBytes(StandardCharsets.UTF_8),
                                "Content-Type: application/json")
                        .status())
                .as("changes nothing")
                .isEqualTo(200);

        ConsoleCaller anna = ConsoleCaller.signedIn(edge.adminPort(), "anna", "x");
        assertThat(anna.get("/console").text())
                .contains("This gateway takes no changes", instead)
                .doesNotContain("/console/add", "takes the role");
        assertThat(anna.get("/console/add").status()).isEqualTo(403);
        assertThat(anna.get("/console/endpoints/" + endpoint).text()).doesNotContain("Take it out");
        RawMessage held = anna.post("/console/endpoints/" + endpoint + "/hold", Map.of("state", "down", "for", "1h"));
        assertThat(held.status()).isEqualTo(403);
        assertThat(held.text()).contains("This gateway takes no changes");
        assertThat(anna.get("/console/gateways").text()).contains("follows control planes", instead);

        ConsoleCaller there = ConsoleCaller.signedIn(plane.adminPort(), "anna", "x");
        assertThat(there.get("/console/apis/shop/try").text()).contains("This is a control plane");
        assertThat(there.post("/console/apis/shop/try?operation=GET%20/thing", Map.of())
                        .status())
                .isEqualTo(409);
    }

    @Test
    void whatIsHeldAtAControlPlaneIsHeldEverywhereAndByWhoeverWasAwayToo() throws Exception {
        RunningGateway plane = plane("understudy.store.directory=" + temp.resolve("plane"));
        RunningGateway edge = edge("edge", plane);
        assertThat(put(plane, "shop", document("shop", one, two)).status()).isEqualTo(201);
        awaitAnswer(edge, "/shop/thing", "one");
        running.remove(edge);
        edge.close();

        String endpoint = idOf(one, plane);
        assertThat(override(plane, endpoint, "{\"state\": \"down\", \"for\": \"1h\"}")
                        .status())
                .isEqualTo(200);
        RunningGateway again = edge("edge", plane);
        assertThat(get(again, "/shop/thing").text()).isEqualTo("two");
        assertThat(override(plane, endpoint, "{\"state\": \"auto\"}").status()).isEqualTo(200);
        awaitAnswer(again, "/shop/thing", "one");
        assertThat(override(plane, endpoint, "{\"state\": \"down\", \"for\": \"2s\"}")
                        .status())
                .isEqualTo(200);
        awaitAnswer(again, "/shop/thing", "two");
        awaitAnswer(again, "/shop/thing", "one");
    }

    @Test
    void oneControlPlaneAfterTheOtherGoesAndTheDatabaseTooAndAllIsServed() throws Exception {
        try (Postgres database = Postgres.own()) {
            String[] store = {
                "understudy.store.type=postgresql",
                "spring.datasource.url=" + database.database(),
                "spring.datasource.hikari.connection-timeout=500"
            };
            int[] ports = {Ports.free(), Ports.free()};
            RunningGateway first = plane(ports[0], "first", store);
            RunningGateway second = plane(ports[1], "second", store);
            RunningGateway edge = edge("edge", first, second);
            RunningGateway other = edge("other", first, second);
            assertThat(put(first, "shop", document("shop", one)).status()).isEqualTo(201);
            awaitAnswer(edge, "/shop/thing", "one");
            awaitAnswer(other, "/shop/thing", "one");

            end(first);
            assertThat(put(second, "shop", document("shop", two)).status()).isEqualTo(200);
            awaitAnswer(edge, "/shop/thing", "two");
            awaitAnswer(other, "/shop/thing", "two");

            database.stop();
            end(second);
            await().atMost(SOON)
                    .until(() -> Scrape.of(edge, TlsClient.basic("anna", "x")).value("understudy_store_away") == 1.0);
            assertThat(get(edge, "/shop/thing").text()).isEqualTo("two");
            assertThat(get(edge, "/ready").status()).isEqualTo(200);
            end(other);
            RunningGateway again = edge("other", List.of(ports[0], ports[1]));
            assertThat(get(again, "/shop/thing").text()).as("from its copy").isEqualTo("two");
            assertThatThrownBy(() -> edge("new", List.of(ports[0], ports[1])))
                    .hasStackTraceContaining("no control plane can be reached")
                    .hasStackTraceContaining("this gateway has no copy");

            database.startAgain();
            RunningGateway back = plane(ports[0], "first", store);
            assertThat(put(back, "shop", document("shop", one)).status()).isEqualTo(200);
            awaitAnswer(edge, "/shop/thing", "one");
            awaitAnswer(again, "/shop/thing", "one");
            await().atMost(SOON)
                    .until(() -> Scrape.of(edge, TlsClient.basic("anna", "x")).value("understudy_store_away") == 0.0);
        }
    }

    @Test
    void allGatewaysAndWhatEachServesAreSeenAtAnyControlPlaneUntilTheyEnd() throws Exception {
        String[] store = {
            "understudy.store.type=postgresql",
            "spring.datasource.url=" + Postgres.shared().database()
        };
        RunningGateway first = plane(0, "first", store);
        RunningGateway second = plane(0, "second", store);
        RunningGateway edge = edge("edge", first);
        RunningGateway direct = start(
                List.of(
                        "understudy.role=gateway",
                        "understudy.name=direct",
                        "understudy.store.directory=" + temp.resolve("direct")),
                store);
        direct.write("mine.yaml", document("shop", one));
        awaitAnswer(direct, "/shop/thing", "one");
        one.die();
        assertThat(put(first, "shop", document("shop", one, two)).status()).isEqualTo(201);
        awaitAnswer(edge, "/shop/thing", "two");

        await().atMost(SOON).untilAsserted(() -> {
            String all = admin(second).get("/api/v1/gateways").text();
            int revision = JsonPath.read(all, "$.revision");
            assertThat(JsonPath.<List<String>>read(all, "$.gateways[*].name"))
                    .containsExactly("direct", "edge", "first", "second");
            assertThat(JsonPath.<List<String>>read(all, "$.gateways[*].role"))
                    .containsExactly("gateway", "gateway", "control-plane", "control-plane");
            assertThat(JsonPath.<List<Integer>>read(all, "$.gateways[*].revision"))
                    .containsOnly(revision);
            assertThat(JsonPath.<List<String>>read(all, "$.gateways[?(@.name=='direct')].refused[*].why"))
                    .singleElement(STRING)
                    .contains("mine.yaml");
            assertThat(JsonPath.<List<String>>read(all, "$.gateways[?(@.name=='edge')].refused[*].why"))
                    .isEmpty();
            assertThat(JsonPath.<List<String>>read(all, "$.gateways[?(@.name=='edge')].notReady[*].url"))
                    .isEmpty();
        });
        for (int i = 0; i < 10; i++) {
            get(edge, "/shop/thing");
        }
        ConsoleCaller anna = ConsoleCaller.signedIn(second.adminPort(), "anna", "x");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(anna.get("/console/gateways").text())
                        .contains(
                                "Refuses 1", "mine.yaml", "Up to date", "not ready on 1 of 2", "Suspended", one.url()));
        assertThat(anna.get("/console/gateways?show=attention").text())
                .contains(">direct<")
                .doesNotContain(">edge<");

        end(edge);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(JsonPath.<List<String>>read(
                                admin(second).get("/api/v1/gateways").text(), "$.gateways[*].name"))
                        .containsExactly("direct", "first", "second"));
    }

    @Test
    void aGatewayThatIsNotLetInOrTrustsNobodyIsToldWhy() throws Exception {
        RunningGateway plane = plane("understudy.store.directory=" + temp.resolve("plane"));
        String url = "understudy.control-plane.urls=https://localhost:" + plane.adminPort();
        List<String> rest = List.of(
                "understudy.role=gateway",
                url,
                "understudy.store.directory=" + temp.resolve("nobody"),
                "server.port=0");

        assertThatThrownBy(() -> start(
                        rest,
                        "understudy.control-plane.username=edge",
                        "understudy.control-plane.password=wrong",
                        TRUST,
                        TRUSTED))
                .hasStackTraceContaining("does not let this gateway sign in");
        assertThatThrownBy(() -> start(
                        rest,
                        "understudy.control-plane.username=vera",
                        "understudy.control-plane.password=z",
                        TRUST,
                        TRUSTED))
                .hasStackTraceContaining("its user has not the role gateway");
        assertThatThrownBy(() ->
                        start(rest, "understudy.control-plane.username=edge", "understudy.control-plane.password=y"))
                .hasStackTraceContaining("no control plane can be reached");
        assertThatThrownBy(() -> start(
                        rest,
                        "understudy.control-plane.username=edge",
                        "understudy.control-plane.password=y",
                        "understudy.control-plane.ssl-bundle=none"))
                .hasStackTraceContaining("understudy.control-plane.ssl-bundle")
                .hasStackTraceContaining("no bundle has this name");
        // Whoever is let in for this is let in for nothing else, and nobody else for this.
        AdminCaller edge = admin(plane).as(TlsClient.basic("edge", "y"));
        assertThat(edge.get("/api/v1/apis").status()).isEqualTo(403);
        assertThat(edge.get("/api/v1/gateways").status()).isEqualTo(403);
        assertThat(edge.put("/api/v1/apis/shop", "application/yaml", document("shop", one))
                        .status())
                .isEqualTo(403);
        AdminCaller vera = admin(plane).as(TlsClient.basic("vera", "z"));
        assertThat(vera.get("/api/v1/fleet/editions").status()).isEqualTo(403);
        assertThat(vera.get("/api/v1/fleet/archives/x.zip").status()).isEqualTo(403);
        assertThat(edge.get("/api/v1/fleet/archives/x.zip").status()).isEqualTo(404);
        assertThat(edge.call(
                                "POST",
                                "/api/v1/fleet/reports",
                                "{\"name\": 1}".getBytes(StandardCharsets.UTF_8),
                                "Content-Type: application/json")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aControlPlaneWithoutAnAdminListenerDoesNotStart() {
        assertThatThrownBy(() -> start(List.of("understudy.role=control-plane"), "management.server.port=-1"))
                .hasStackTraceContaining("management.server.port")
                .hasStackTraceContaining("on a control plane, which has no other listener");
    }

    private RunningGateway plane(String... more) {
        return start(
                List.of(
                        "understudy.role=control-plane",
                        "understudy.admin.users[1].username=edge",
                        "understudy.admin.users[1].password={noop}y",
                        "understudy.admin.users[1].roles=gateway",
                        "understudy.admin.users[2].username=vera",
                        "understudy.admin.users[2].password={noop}z",
                        "understudy.admin.users[2].roles=viewer"),
                more);
    }

    private RunningGateway plane(int port, String name, String... store) {
        List<String> all = new ArrayList<>(List.of(store));
        all.add("management.server.port=" + port);
        all.add("understudy.name=" + name);
        all.add("understudy.store.directory=" + temp.resolve(name));
        return plane(all.toArray(String[]::new));
    }

    private RunningGateway edge(String name, RunningGateway... planes) {
        return edge(name, Stream.of(planes).map(RunningGateway::adminPort).toList());
    }

    private RunningGateway edge(String name, List<Integer> ports) {
        List<String> settings = new ArrayList<>(List.of(
                "understudy.role=gateway",
                "understudy.name=" + name,
                "understudy.store.directory=" + temp.resolve(name),
                "understudy.control-plane.username=edge",
                "understudy.control-plane.password=y",
                TRUST,
                TRUSTED));
        for (int i = 0; i < ports.size(); i++) {
            settings.add("understudy.control-plane.urls[" + i + "]=https://localhost:" + ports.get(i));
        }
        return start(settings);
    }

    private RunningGateway start(List<String> settings, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}x",
                "management.server.ssl.bundle=shown",
                "spring.ssl.bundle.pem.shown.keystore.certificate=" + SHOWN.certificate(),
                "spring.ssl.bundle.pem.shown.keystore.private-key=" + SHOWN.key()));
        all.addAll(settings);
        all.addAll(List.of(more));
        RunningGateway made = RunningGateway.with(all.toArray(String[]::new));
        running.add(made);
        return made;
    }

    private void end(RunningGateway gateway) {
        running.remove(gateway);
        gateway.close();
    }

    private static void awaitAnswer(RunningGateway gateway, String path, String text) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(get(gateway, path).text()).isEqualTo(text));
    }
}
