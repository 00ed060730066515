package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.Stages;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.Documents;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CheckTests {

    private static final Defaults DEFAULTS = Defaulted.DEFAULTS.with(Secrets.any());
    private static final Pattern DOCUMENT = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
    private static final int CUT_DOCUMENTS = 60;

    @TempDir
    private Path root;

    @Test
    void saysOfWhateverIsInAFolderWhatTheFolderOfAGatewaySays() throws IOException {
        long seed = System.nanoTime();
        System.out.println("CheckTests: seed " + seed);
        Path folder = Files.createDirectory(root.resolve("apis"));
        fill(folder, new Random(seed));
        makeOld(folder);

        Map<String, Definition> served = servedBy(folder);
        Map<String, Checked> checked = byName(folder);

        assertThat(checked.keySet()).isEqualTo(served.keySet()).hasSizeGreaterThan(CUT_DOCUMENTS + 25);
        assertThat(checked.values())
                .extracting(Checked::state)
                .as("the folder has something of each")
                .contains(Checked.State.values());
        served.forEach((name, definition) -> {
            Checked same = Objects.requireNonNull(checked.get(name));
            assertThat(same.state() == Checked.State.GOOD)
                    .as(name)
                    .isEqualTo(definition.state() == Definition.State.SERVED);
            assertThat(texts(same)).as(name).isEqualTo(definition.faults());
            assertThat(same.warnings().stream().map(Finding::toString))
                    .as(name)
                    .containsExactlyElementsOf(definition.warnings());
            if (same.state() == Checked.State.GOOD) {
                assertThat(outline(same.api())).as(name).isEqualTo(outline(definition.served()));
            }
        });
    }

    @Test
    void theNameDecidesBetweenThoseThatClashWhereverTheyAre() throws IOException {
        Path b = Files.writeString(root.resolve("b.yaml"), Documents.things("http://localhost:1"));
        Path folder = Files.createDirectory(root.resolve("c"));
        Files.writeString(folder.resolve("a.yaml"), Documents.things("http://localhost:2"));

        Check check = new Check(DEFAULTS);
        check.add(folder);
        check.add(b);
        assertThat(check.verdicts())
                .extracting(Checked::name, Checked::state)
                .containsExactly(
                        tuple(b.toString(), Checked.State.GOOD),
                        tuple(folder.resolve("a.yaml").toString(), Checked.State.CLASHING));
    }

    @Test
    void whatIsNamedTwiceDoesNotClashWithItself() throws IOException {
        Path file = Files.writeString(root.resolve("a.yaml"), Documents.things("http://localhost:1"));

        Check check = new Check(DEFAULTS);
        check.add(file);
        check.add(root);
        check.add(root.resolve(".").resolve("a.yaml"));
        assertThat(check.verdicts()).extracting(Checked::state).containsExactly(Checked.State.GOOD);
    }

    @Test
    void aFolderWithDefinitionsIsAProjectUnlessItIsSaidToBeAFolder() throws IOException {
        ApiProjects.write(root, ApiProjects.petStore("http://localhost:1"));

        Check project = new Check(DEFAULTS);
        project.add(root);
        assertThat(project.verdicts()).extracting(Checked::name).containsExactly(root.toString());

        Check folder = new Check(DEFAULTS);
        folder.addFolder(root);
        assertThat(folder.verdicts())
                .extracting(Checked::name)
                .containsExactly(
                        root.resolve("api.yaml").toString(),
                        root.resolve("deployment_environments.yaml").toString());
    }

    @Test
    void aFileThatTheFolderWouldPassOverIsRefusedWhereItIsNamed() throws IOException {
        for (String name : List.of("a.txt", ".a.yaml", "yaml")) {
            Path file = Files.writeString(root.resolve(name), Documents.things("http://localhost:1"));
            assertThatThrownBy(() -> new Check(DEFAULTS).add(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("(expected: ");
        }
        assertThatThrownBy(() -> new Check(DEFAULTS).addFolder(root.resolve("nowhere")))
                .isInstanceOf(FileSystemException.class);
    }

    /** Everything that is there of documents good and bad, and what a folder has beside them. */
    private static void fill(Path folder, Random random) throws IOException {
        List<String> documents = new ArrayList<>(DOCUMENT.matcher(Files.readString(Path.of("docs/reference/faults.md")))
                .results()
                .filter(block -> block.group(1).isEmpty())
                .map(block -> block.group(2))
                .toList());
        documents.add(Files.readString(Path.of("apis/pizzashack.yaml")));
        documents.add(Documents.things("http://localhost:1"));
        documents.add(Documents.things("http://localhost:2"));
        for (int i = 0; i < documents.size(); i++) {
            String ending = documents.get(i).startsWith("{") ? ".json" : i % 2 == 0 ? ".yaml" : ".YML";
            Files.writeString(folder.resolve("document-" + i + ending), documents.get(i));
        }
        for (int i = 0; i < CUT_DOCUMENTS; i++) {
            String whole = documents.get(random.nextInt(documents.size()));
            Files.writeString(folder.resolve("cut-" + i + ".yaml"), whole.substring(0, random.nextInt(whole.length())));
        }
        Map<String, String> project = ApiProjects.petStore("http://localhost:1", "http://localhost:2");
        ApiProjects.write(folder.resolve("project"), project);
        byte[] zip = ApiProjects.zip("petstore", ApiProjects.named("Shop", "2", "http://localhost:1"));
        Files.write(folder.resolve("project.zip"), zip);
        Files.write(folder.resolve("half.zip"), Arrays.copyOf(zip, zip.length / 2));
        ApiProjects.write(folder.resolve("leads-out"), project);
        Files.createSymbolicLink(folder.resolve("leads-out/x"), folder);
        ApiProjects.write(folder.resolve("clashes"), project);
        Files.createSymbolicLink(folder.resolve("to-itself.yaml"), folder.resolve("to-itself.yaml"));
        Files.createSymbolicLink(folder.resolve("nowhere.yaml"), folder.resolve("nobody"));
        Files.createDirectory(folder.resolve("folder.yaml"));
        Files.createDirectory(folder.resolve("notes"));
        Files.writeString(folder.resolve("notes/a.yaml"), "x");
        Files.writeString(folder.resolve(".hidden.yaml"), "x");
        Files.writeString(folder.resolve("notes.txt"), "x");
    }

    // What was written just now is waited for.
    private static void makeOld(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
            }
        }
    }

    private static Map<String, Definition> servedBy(Path folder) {
        Definitions definitions = new Definitions();
        ApiFolder gateway = new ApiFolder(
                new FolderEntries(folder),
                false,
                new OpenApiReader(DEFAULTS),
                new ProjectSources(new ProjectReader(DEFAULTS)),
                new ApiCatalog(new Stages()),
                definitions);
        // It says all that the definitions say.
        Logger log = (Logger) LoggerFactory.getLogger(ApiFolder.class);
        Level before = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            gateway.start();
            gateway.stop();
        } finally {
            log.setLevel(before);
        }
        return definitions.all().stream().collect(Collectors.toMap(Definition::name, Function.identity()));
    }

    private static Map<String, Checked> byName(Path folder) throws IOException {
        Check check = new Check(DEFAULTS);
        check.add(folder);
        Map<String, Checked> byName = new HashMap<>();
        check.verdicts()
                .forEach(checked ->
                        byName.put(folder.relativize(Path.of(checked.name())).toString(), checked));
        return byName;
    }

    private static String outline(Optional<Api> api) {
        return api.map(of -> of.name() + " " + of.version() + " " + of.basePath() + " "
                        + of.operations().stream()
                                .map(operation -> operation.method() + operation.path())
                                .toList())
                .orElseThrow();
    }

    // Where the fault is not in it, the folder tells the text alone.
    private static List<String> texts(Checked checked) {
        return checked.faults().stream()
                .map(checked.state() == Checked.State.REFUSED ? Finding::toString : Finding::text)
                .toList();
    }
}
