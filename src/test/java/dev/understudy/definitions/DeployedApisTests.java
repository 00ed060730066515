package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.RequestPath;
import dev.understudy.catalog.Stages;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Reading;
import dev.understudy.openapi.Secrets;
import dev.understudy.store.ChangeThread;
import dev.understudy.store.DirectoryStore;
import dev.understudy.store.Placement;
import dev.understudy.testkit.ApiProjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Real projects and real files, without listeners. */
@ExtendWith(OutputCaptureExtension.class)
class DeployedApisTests {

    private static final String ONE = "http://one.example";
    private static final String TWO = "http://two.example";

    @TempDir
    private Path temp;

    private Stages stages;
    private ApiCatalog catalog;
    private Definitions definitions;
    private Deployer deployer;
    private DeployedApis apis;

    @BeforeEach
    void start() {
        prepare(new Stages());
        apis.start();
    }

    @AfterEach
    void stop() {
        apis.stop();
    }

    @Test
    void whatIsDeployedIsServedAndWillBeAfterTheNextStart() {
        Outcome outcome = deploy(project("Pets", "1.0.0", ONE), false);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Deployed.class, deployed -> {
            assertThat(deployed.revision().number()).isEqualTo(1);
            assertThat(deployed.revision().by()).isEqualTo("anna");
            assertThat(deployed.placements()).containsExactly(new Placement("localhost", List.of("Default"), 1));
            assertThat(deployed.operations()).isEqualTo(1);
        });
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);

        restart();

        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);
        assertThat(labels()).containsExactly("Pets 1.0.0 on localhost");
        assertThat(definitions.all()).singleElement().satisfies(definition -> {
            assertThat(definition.source()).isEqualTo("deployed");
            assertThat(definition.state()).isEqualTo(Definition.State.SERVED);
        });
    }

    @Test
    void anApiThatExistsIsReplacedOnlyWhenThatIsAskedFor() {
        deploy(project("Pets", "1.0.0", ONE), false);

        assertThat(deploy(project("Pets", "1.0.0", TWO), false))
                .isEqualTo(new Outcome.Exists("Pets", "1.0.0", List.of("localhost")));
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);

        assertThat(deploy(project("Pets", "1.0.0", TWO), true)).isInstanceOf(Outcome.Deployed.class);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(TWO);
        restart();
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(TWO);
    }

    @Test
    void overrideAlsoDeploysWhatDoesNotExist() {
        assertThat(deploy(project("Pets", "1.0.0", ONE), true)).isInstanceOf(Outcome.Deployed.class);
    }

    @Test
    void anApiMayHaveAnotherRevisionOnEachVirtualHost() {
        deploy(on(project("Pets", "1.0.0", ONE), "a.example", "A", "b.example", "B"), false);
        assertThat(deploy(on(project("Pets", "1.0.0", TWO), "c.example", "C"), false))
                .isInstanceOf(Outcome.Deployed.class);
        deploy(on(project("Pets", "1.0.0", TWO), "b.example", "B"), true);

        for (int start = 0; start < 2; start++) {
            assertThat(endpointAt("a.example", "/pets/1.0.0/pets")).isEqualTo(ONE);
            assertThat(endpointAt("b.example", "/pets/1.0.0/pets")).isEqualTo(TWO);
            assertThat(endpointAt("c.example", "/pets/1.0.0/pets")).isEqualTo(TWO);
            assertThat(endpointAt("d.example", "/pets/1.0.0/pets")).isEmpty();
            assertThat(apis.all())
                    .extracting(api -> api.label() + " r" + api.revision().number())
                    .containsExactly(
                            "Pets 1.0.0 on a.example r1", "Pets 1.0.0 on b.example r3", "Pets 1.0.0 on c.example r2");
            restart();
        }
    }

    @Test
    void anApiIsTakenAwayFromOneHostOrFromAll() {
        deploy(on(project("Pets", "1.0.0", ONE), "a.example", "A", "b.example", "B"), false);

        assertThat(undeploy("Pets", "1.0.0", "A.example"))
                .isEqualTo(new Outcome.Undeployed("Pets", "1.0.0", List.of("a.example")));
        assertThat(endpointAt("a.example", "/pets/1.0.0/pets")).isEmpty();
        assertThat(endpointAt("b.example", "/pets/1.0.0/pets")).isEqualTo(ONE);
        restart();
        assertThat(labels()).containsExactly("Pets 1.0.0 on b.example");

        assertThat(undeploy("Pets", "1.0.0", "")).isInstanceOf(Outcome.Undeployed.class);
        assertThat(endpointAt("b.example", "/pets/1.0.0/pets")).isEmpty();
        assertThat(definitions.all()).isEmpty();
        restart();
        assertThat(labels()).isEmpty();
    }

    @Test
    void anApiIsServedOnAHostAsLongAsAnEnvironmentIsLeftThere() {
        deploy(on(project("Pets", "1.0.0", ONE), "a.example", "Default", "a.example", "Europe"), false);

        assertThat(undeploy("Pets", "1.0.0", "", "Europe")).isInstanceOf(Outcome.Undeployed.class);
        assertThat(endpointAt("a.example", "/pets/1.0.0/pets")).isEqualTo(ONE);
        assertThat(apis.all().get(0).placement().environments()).containsExactly("Default");

        assertThat(undeploy("Pets", "1.0.0", "a.example", "Default", "Asia")).isInstanceOf(Outcome.Undeployed.class);
        assertThat(endpointAt("a.example", "/pets/1.0.0/pets")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNotFoundAndTheAnswerSaysWhatIs() {
        assertThat(undeploy("Pets", "1.0.0", "")).isEqualTo(new Outcome.NotFound("Pets 1.0.0 is not deployed"));

        deploy(project("Pets", "1.0.0", ONE), false);
        assertThat(undeploy("Pets", "2.0.0", "")).isInstanceOf(Outcome.NotFound.class);
        assertThat(undeploy("Pets", "1.0.0", "a.example", "Asia"))
                .isEqualTo(new Outcome.NotFound(
                        "Pets 1.0.0 is deployed, but not on a.example in Asia: it is on localhost in Default"));
        assertThat(undeploy("Pets", "1.0.0", "", "Asia")).isInstanceOf(Outcome.NotFound.class);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);

        undeploy("Pets", "1.0.0", "");
        assertThat(undeploy("Pets", "1.0.0", "")).isInstanceOf(Outcome.NotFound.class);
    }

    @Test
    void whatWasTakenAwayCanBeDeployedAnewAndItsRevisionsGoOn() {
        deploy(project("Pets", "1.0.0", ONE), false);
        undeploy("Pets", "1.0.0", "");

        assertThat(deploy(project("Pets", "1.0.0", TWO), false))
                .isInstanceOfSatisfying(
                        Outcome.Deployed.class,
                        deployed -> assertThat(deployed.revision().number()).isEqualTo(2));
    }

    @Test
    void whatWasTakenAwayIsKeptButNotOfAnyNumberOfApis() throws IOException {
        for (int i = 0; i < StoredApis.MOST_UNDEPLOYED + 3; i++) {
            deploy(project("Pets" + i, "1.0.0", ONE), false);
            undeploy("Pets" + i, "1.0.0", "");
        }

        try (Stream<Path> records = Files.list(temp.resolve("data/apis"))) {
            assertThat(records).hasSize(StoredApis.MOST_UNDEPLOYED);
        }
        deploy(project("Pets0", "1.0.0", ONE), false);
        deploy(project("Pets50", "1.0.0", ONE), false);
        assertThat(apis.all())
                .extracting(api -> api.revision().number())
                .as("the oldest was forgotten, the other one was not")
                .containsExactly(1, 2);
    }

    @Test
    void anApiOfTheFolderIsNotReplacedAndIsNamed() {
        deploy(project("Pets", "1.0.0", ONE), false);
        Api inFolder = read(project("Cats", "1.0.0", ONE)).api();
        catalog.publish("folder", Map.of("cats.yaml", inFolder), Set.of());

        assertThat(deploy(project("Cats", "1.0.0", TWO), true))
                .isEqualTo(
                        new Outcome.Clashes("'/cats/1.0.0/pets' is served by Cats 1.0.0 already (folder: cats.yaml)"));

        restart();
        assertThat(labels()).containsExactly("Pets 1.0.0 on localhost");
    }

    @Test
    void aProjectWithTheSameIdIsTheSameApiWhateverItsName() {
        deploy(withId(project("Pets", "1.0.0", ONE), "4711"), false);

        assertThat(deploy(withId(project("Animals", "1.0.0", TWO), "4711"), false))
                .isInstanceOf(Outcome.Exists.class);
        deploy(withId(project("Animals", "1.0.0", TWO), "4711"), true);

        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEmpty();
        assertThat(endpointAt("localhost", "/animals/1.0.0/pets")).isEqualTo(TWO);
        assertThat(labels()).containsExactly("Animals 1.0.0 on localhost");
        assertThat(definitions.all()).hasSize(1);
    }

    @Test
    void aProjectWithTheSameNameAndVersionIsTheSameApiWhateverItsId() {
        deploy(withId(project("Pets", "1.0.0", ONE), "4711"), false);

        deploy(withId(project("Pets", "1.0.0", TWO), "4712"), true);

        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(TWO);
        assertThat(apis.all()).singleElement().extracting(DeployedApi::id).isEqualTo("4712");
    }

    @Test
    void aProjectThatIsTwoApisAtOnceIsNeither() {
        deploy(withId(project("Pets", "1.0.0", ONE), "4711"), false);
        deploy(withId(project("Cats", "1.0.0", ONE), "4712"), false);

        assertThat(deploy(withId(project("Pets", "1.0.0", TWO), "4712"), true))
                .isEqualTo(new Outcome.Clashes("Pets 1.0.0 is deployed already, with another id than 4712"));
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);
        assertThat(endpointAt("localhost", "/cats/1.0.0/pets")).isEqualTo(ONE);
    }

    @Test
    void aFaultRefusesTheProjectAndWhatIsServedStays() {
        deploy(project("Pets", "1.0.0", ONE), false);

        assertThat(deploy(project("Pets", "1.0.0", "ftp://two.example"), true))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.faults())
                                .first()
                                .asString()
                                .startsWith("api.yaml#/data/endpointConfig/production_endpoints/url (line "));
        assertThat(join(apis.deploy(new byte[] {1, 2, 3}, true, "anna"))).isInstanceOf(Outcome.Refused.class);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);
    }

    @Test
    void whatTheStoreCannotKeepIsNotServedEither() throws IOException {
        deploy(project("Pets", "1.0.0", ONE), false);
        Path records = temp.resolve("data/apis");
        Files.move(records, temp.resolve("data/elsewhere"));
        Files.writeString(records, "in the way");
        int before = stages.live().size();

        assertThat(deploy(project("Pets", "1.0.0", TWO), true))
                .isInstanceOfSatisfying(
                        Outcome.NotKept.class, kept -> assertThat(kept.why()).doesNotContain(temp.toString()));
        assertThat(undeploy("Pets", "1.0.0", "")).isInstanceOf(Outcome.NotKept.class);

        assertThat(stages.live()).hasSize(before);
        assertThat(stages.dropped()).isEqualTo(2);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);
        Files.delete(records);
        Files.move(temp.resolve("data/elsewhere"), records);
        assertThat(deploy(project("Pets", "1.0.0", TWO), true)).isInstanceOf(Outcome.Deployed.class);
    }

    @Test
    void whatIsDamagedIsReportedAndTheRestIsServed(CapturedOutput output) throws IOException {
        deploy(project("Pets", "1.0.0", ONE), false);
        deploy(project("Cats", "1.0.0", ONE), false);
        String digest = apis.all().get(1).revision().archive();
        apis.stop();
        Files.write(temp.resolve("data/archives/" + digest + ".zip"), new byte[] {1, 2, 3});
        start(new Stages());

        assertThat(endpointAt("localhost", "/cats/1.0.0/pets")).isEqualTo(ONE);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEmpty();
        assertThat(labels()).as("both are deployed").hasSize(2);
        assertThat(definitions.all())
                .filteredOn(definition -> definition.state() == Definition.State.REFUSED)
                .singleElement()
                .satisfies(definition -> {
                    assertThat(definition.name()).isEqualTo("Pets 1.0.0 on localhost");
                    assertThat(definition.faults()).singleElement().asString().contains("deploy it anew");
                });
        assertThat(output).contains("its project is damaged").contains("Pets 1.0.0 on localhost was deployed, but");

        deploy(project("Pets", "1.0.0", TWO), true);
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(TWO);
    }

    @Test
    void whatCannotBeServedAtTheStartIsServedAsSoonAsItCanBe(CapturedOutput output) {
        deploy(project("Pets", "1.0.0", ONE), false);
        apis.stop();
        Api inFolder = read(project("Pets", "1.0.0", TWO)).api();
        prepare(new Stages());
        catalog.publish("folder", Map.of("pets.yaml", inFolder), Set.of());
        apis.start();

        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(TWO);
        deployer.retry();
        assertThat(output.getOut().lines().filter(line -> line.contains("cannot be served")))
                .as("told once")
                .hasSize(1);

        catalog.publish("folder", Map.of(), Set.of("pets.yaml"));
        deployer.retry();
        assertThat(endpointAt("localhost", "/pets/1.0.0/pets")).isEqualTo(ONE);
        assertThat(output).contains("Pets 1.0.0 on localhost is served now");
        assertThat(definitions.all())
                .singleElement()
                .extracting(Definition::state)
                .isEqualTo(Definition.State.SERVED);
    }

    @Test
    void onlySoManyChangesWait() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        apis.stop();
        start(new Stages(next -> {
            if (!next.apis().isEmpty()) {
                begun.countDown();
                await().until(() -> held.getCount() == 0);
            }
        }));
        List<CompletableFuture<Outcome>> changes = new ArrayList<>();
        changes.add(apis.deploy(zip(project("Pets", "1.0.0", ONE)), false, "anna"));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i < ChangeThread.MOST_CHANGES; i++) {
            changes.add(apis.undeploy(new Undeploy("Cats", "1", Optional.empty(), Set.of())));
        }

        assertThat(join(apis.undeploy(new Undeploy("Cats", "1", Optional.empty(), Set.of()))))
                .isInstanceOf(Outcome.Busy.class);

        held.countDown();
        assertThat(changes.stream().map(DeployedApisTests::join)).first().isInstanceOf(Outcome.Deployed.class);
        assertThat(join(apis.undeploy(new Undeploy("Cats", "1", Optional.empty(), Set.of()))))
                .isInstanceOf(Outcome.NotFound.class);
    }

    @Test
    void twoGatewaysDoNotShareADirectory() {
        deploy(project("Pets", "1.0.0", ONE), false);
        DeployedApis other = new DeployedApis(
                new DirectoryStore(temp.resolve("data")),
                new Deployer(
                        new DirectoryStore(temp.resolve("data")),
                        sources(),
                        new ServedApis(new ApiCatalog(new Stages()), new Definitions())));

        assertThatThrownBy(other::start).hasStackTraceContaining("in use by another gateway");
    }

    private void restart() {
        apis.stop();
        start(new Stages());
    }

    private void start(Stages with) {
        prepare(with);
        apis.start();
    }

    private void prepare(Stages with) {
        stages = with;
        catalog = new ApiCatalog(with);
        definitions = new Definitions();
        DirectoryStore store = new DirectoryStore(temp.resolve("data"));
        deployer = new Deployer(store, sources(), new ServedApis(catalog, definitions));
        apis = new DeployedApis(store, deployer);
    }

    private static ProjectSources sources() {
        return new ProjectSources(new ProjectReader(Defaulted.DEFAULTS.with(Secrets.none())));
    }

    private Outcome deploy(Map<String, String> project, boolean override) {
        return join(apis.deploy(zip(project), override, "anna"));
    }

    private Outcome undeploy(String name, String version, String host, String... environments) {
        return join(apis.undeploy(
                new Undeploy(name, version, Optional.of(host).filter(each -> !each.isEmpty()), Set.of(environments))));
    }

    private List<String> labels() {
        return apis.all().stream().map(DeployedApi::label).toList();
    }

    /** Where a GET goes first; empty: nowhere. */
    private String endpointAt(String host, String path) {
        Match match = stages.live().get(stages.live().size() - 1).find(host, "GET", RequestPath.parse(path));
        return match instanceof Match.Found found
                ? found.operation()
                        .production()
                        .orElseThrow()
                        .endpoints()
                        .get(0)
                        .toString()
                : "";
    }

    private static Outcome join(CompletableFuture<Outcome> outcome) {
        return outcome.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Map<String, String> project(String name, String version, String url) {
        return ApiProjects.named(name, version, url);
    }

    private static Map<String, String> withId(Map<String, String> project, String id) {
        project.computeIfPresent("api.yaml", (file, text) -> text.replace("data:\n", "data:\n  id: \"" + id + "\"\n"));
        return project;
    }

    /** @param deployments host, environment, host, environment, … */
    private static Map<String, String> on(Map<String, String> project, String... deployments) {
        StringBuilder text = new StringBuilder("type: deployment_environments\nversion: v4.2.0\ndata:\n");
        for (int i = 0; i < deployments.length; i += 2) {
            text.append("  - {deploymentVhost: %s, deploymentEnvironment: %s}\n"
                    .formatted(deployments[i], deployments[i + 1]));
        }
        project.put("deployment_environments.yaml", text.toString());
        return project;
    }

    private static byte[] zip(Map<String, String> project) {
        return ApiProjects.zip("project", project);
    }

    private static Reading.Accepted read(Map<String, String> project) {
        return ((Reading.Accepted) sources().readArchive(zip(project))).on("localhost");
    }
}
