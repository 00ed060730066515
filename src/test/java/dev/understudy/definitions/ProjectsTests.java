package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projects in the folder of a running gateway, called over real sockets. */
class ProjectsTests {

    /** Longer than is promised, which other tests hold: the first document that a process reads takes its time. */
    private static final Duration LIVE_WITHIN = Duration.ofSeconds(10);

    private static final Duration ENOUGH = ApiFolder.REST.plus(ApiFolder.INTERVAL.multipliedBy(3));

    private final RawEndpoint one = RawEndpoint.answering(200, "one");
    private final RawEndpoint two = RawEndpoint.answering(200, "two");
    private final Map<String, String> files = ApiProjects.petStore(one.url() + "/v2", two.url());

    @TempDir
    private Path elsewhere;

    private RunningGateway gateway;

    @BeforeEach
    void start() {
        gateway = RunningGateway.with();
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        one.close();
        two.close();
    }

    @Test
    void aFolderIsServedWithItsFailovers() throws IOException {
        files.put("api_params.yaml", "environments: []\n");
        ApiProjects.write(folder("pets"), files);
        awaitAnswer("/petstore/1.0.0/pets", "one");
        assertThat(one.requests().get(0).target()).isEqualTo("/v2/pets");

        one.die();
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("two");
        assertThat(definition("pets").state()).isEqualTo(Definition.State.SERVED);
        assertThat(definition("pets").warnings()).contains("api_params.yaml#: not used");
    }

    @Test
    void aZipIsServedChangedAndTakenAway() throws IOException {
        put("pets.zip", ApiProjects.zip("petstore", files));
        awaitAnswer("/petstore/1.0.0/pets", "one");

        put("pets.zip", ApiProjects.zip("petstore", ApiProjects.petStore(two.url())));
        awaitAnswer("/petstore/1.0.0/pets", "two");

        Files.delete(folder("pets.zip"));
        awaitStatus("/petstore/1.0.0/pets", 404);
    }

    @Test
    void whatIsThereAtTheStartIsServedWhenItReturns() throws IOException {
        gateway.close();
        Path folder = Files.createDirectory(elsewhere.resolve("apis"));
        ApiProjects.write(folder.resolve("pets"), files);
        Files.write(folder.resolve("shop.zip"), ApiProjects.zip("", ApiProjects.named("Shop", "2", two.url())));
        gateway = RunningGateway.with("understudy.apis.directory=" + folder);

        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");
        assertThat(get("/shop/2/pets").text()).isEqualTo("two");
    }

    @Test
    void aFileOfAFolderThatIsChangedTakesEffectAndOneThatIsRefusedDoesNot() throws IOException {
        ApiProjects.write(folder("pets"), files);
        awaitAnswer("/petstore/1.0.0/pets", "one");

        Path definition = folder("pets/Definitions/swagger.yaml");
        Files.writeString(definition, text(files, "Definitions/swagger.yaml").replace("/pets:", "/cats:"));
        awaitAnswer("/petstore/1.0.0/cats", "one");
        assertThat(get("/petstore/1.0.0/pets").status()).isEqualTo(404);

        Files.writeString(folder("pets/api.yaml"), text(files, "api.yaml").substring(0, 200));
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(definition("pets").state()).isEqualTo(Definition.State.OUTDATED));
        assertThat(get("/petstore/1.0.0/cats").text()).isEqualTo("one");

        Files.delete(definition);
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(definition("pets").faults().toString())
                        .contains("Definitions/swagger.yaml#: not there"));
        assertThat(get("/petstore/1.0.0/cats").text()).isEqualTo("one");
    }

    @Test
    void aFolderThatIsTakenAwayIsNotServedAnyMore() throws IOException {
        ApiProjects.write(folder("pets"), files);
        awaitAnswer("/petstore/1.0.0/pets", "one");
        try (Stream<Path> all = Files.walk(folder("pets"))) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }

        awaitStatus("/petstore/1.0.0/pets", 404);
        assertThat(gateway.bean(Definitions.class).all()).isEmpty();
    }

    @Test
    void aZipThatIsHalfCopiedLeavesWhatIsServed() throws IOException {
        put("pets.zip", ApiProjects.zip("petstore", files));
        awaitAnswer("/petstore/1.0.0/pets", "one");

        byte[] next = ApiProjects.zip("petstore", ApiProjects.petStore(two.url()));
        Files.write(folder("pets.zip"), Arrays.copyOf(next, next.length / 2));
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() ->
                        assertThat(definition("pets.zip").faults().toString()).contains("#: no whole zip"));
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");

        Files.write(
                folder("pets.zip"), Arrays.copyOfRange(next, next.length / 2, next.length), StandardOpenOption.APPEND);
        awaitAnswer("/petstore/1.0.0/pets", "two");
        assertThat(definition("pets.zip").state()).isEqualTo(Definition.State.SERVED);
    }

    @Test
    void aFolderWithoutAProjectIsPassedOver() throws IOException {
        Files.createDirectories(folder("notes/more"));
        Files.writeString(folder("notes/swagger.yaml"), "x");
        ApiProjects.write(folder("pets"), files);

        awaitAnswer("/petstore/1.0.0/pets", "one");
        assertThat(gateway.bean(Definitions.class).all()).hasSize(1);
    }

    @Test
    void aLinkWithinAProjectIsFollowedAndOneOutOfItIsRefused() throws IOException {
        ApiProjects.write(folder("pets/..data"), files);
        for (String name : new String[] {"api.yaml", "Definitions", "deployment_environments.yaml"}) {
            Files.createSymbolicLink(
                    folder("pets").resolve(name), Path.of("..data").resolve(name));
        }
        awaitAnswer("/petstore/1.0.0/pets", "one");

        Path secret = Files.writeString(elsewhere.resolve("secret.crt"), "x");
        Files.createSymbolicLink(folder("pets/leads-out.crt"), secret);
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(definition("pets").faults().toString())
                        .contains("'leads-out.crt' leads out of the project"));
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");

        Files.delete(folder("pets/leads-out.crt"));
        Files.createSymbolicLink(folder("pets/nowhere"), Path.of("..data/nowhere"));
        await().pollDelay(ENOUGH)
                .untilAsserted(() -> assertThat(definition("pets").faults().toString())
                        .contains("'nowhere' leads out of the project"));
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");
    }

    @Test
    void aFolderWithTooManyFilesIsRefusedAndWhatIsServedStays() throws IOException {
        ApiProjects.write(folder("pets"), files);
        awaitAnswer("/petstore/1.0.0/pets", "one");
        for (int i = 0; i < 500; i++) {
            Files.writeString(folder("pets/Docs/" + i), "x");
        }
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() ->
                        assertThat(definition("pets").faults().toString()).contains("more than 500 files and folders"));
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");
    }

    @Test
    void theSameApiOnTwoHostsIsChosenByTheHostOfTheRequest() throws IOException {
        deploy("eu", "eu.example.com", one);
        deploy("us", "us.example.com", two);
        await().atMost(LIVE_WITHIN).untilAsserted(() -> {
            assertThat(get("EU.example.com:9090", "/petstore/1.0.0/pets").text())
                    .isEqualTo("one");
            assertThat(get("us.example.com", "/petstore/1.0.0/pets").text()).isEqualTo("two");
        });
        assertThat(get("other.example.com", "/petstore/1.0.0/pets").status()).isEqualTo(404);
    }

    @Test
    void theDefaultVersionIsAlsoServedWithoutItAndASecondOneIsRefused() throws IOException {
        Map<String, String> first = asDefault(ApiProjects.named("PetStore", "1.0.0", one.url()));
        Map<String, String> second = asDefault(ApiProjects.named("PetStore", "2.0.0", two.url()));
        ApiProjects.write(folder("first"), first);
        awaitAnswer("/petstore/pets", "one");
        assertThat(one.requests().get(0).target()).isEqualTo("/pets");
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");

        ApiProjects.write(folder("second"), second);
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(definition("second").faults().toString())
                        .contains("'/petstore/pets' is served by PetStore 1.0.0 already"));
        assertThat(get("/petstore/2.0.0/pets").status()).isEqualTo(404);

        Files.writeString(
                folder("first/api.yaml"),
                text(first, "api.yaml").replace("isDefaultVersion: true", "isDefaultVersion: false"));
        awaitAnswer("/petstore/pets", "two");
        assertThat(get("/petstore/1.0.0/pets").text()).isEqualTo("one");
        assertThat(get("/petstore/2.0.0/pets").text()).isEqualTo("two");
    }

    private void deploy(String name, String host, RawEndpoint endpoint) throws IOException {
        Map<String, String> project = ApiProjects.petStore(endpoint.url());
        project.put("deployment_environments.yaml", "data: [{deploymentVhost: " + host + "}]");
        ApiProjects.write(folder(name), project);
    }

    private static Map<String, String> asDefault(Map<String, String> project) {
        project.computeIfPresent(
                "api.yaml", (name, text) -> text.replace("isDefaultVersion: false", "isDefaultVersion: true"));
        return project;
    }

    private static String text(Map<String, String> project, String file) {
        return Objects.requireNonNull(project.get(file));
    }

    private void awaitAnswer(String path, String text) {
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(get(path).text()).isEqualTo(text));
    }

    private void awaitStatus(String path, int status) {
        await().atMost(LIVE_WITHIN)
                .untilAsserted(() -> assertThat(get(path).status()).isEqualTo(status));
    }

    private Definition definition(String name) {
        return gateway.bean(Definitions.class).all().stream()
                .filter(definition -> definition.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no definition " + name));
    }

    private void put(String name, byte[] content) throws IOException {
        Path written = Files.write(folder("." + name), content);
        Files.move(written, folder(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path folder(String path) {
        return gateway.folder().resolve(path);
    }

    private RawMessage get(String path) throws IOException {
        return get("localhost", path);
    }

    private RawMessage get(String host, String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
}
