package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.store.Format;
import dev.understudy.testkit.ApiProjects;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeployableTests {

    private static final String WITH_ID = "type: api\ndata: {id: pets-1, name: Pets, version: 1.0.0}\n";

    @TempDir
    private Path folder;

    @Test
    void aFolderIsPackedIntoTheSameBytesWheneverAndWhereverItIs() throws Exception {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore("http://localhost:1"));
        Path one = project("one", files);
        Path other = project("other", files);
        Files.writeString(other.resolve(".hidden"), "nobody sees it");
        Files.setLastModifiedTime(other.resolve("api.yaml"), FileTime.fromMillis(0));

        Deployable packed = Deployable.read(one);

        assertThat(packed.format()).isEqualTo(Format.ZIP);
        assertThat(Deployable.read(other).content()).isEqualTo(packed.content());
        assertThat(ProjectArchive.unpack(packed.content()))
                .isInstanceOfSatisfying(
                        Unpacked.Files.class,
                        unpacked -> assertThat(unpacked.contents())
                                .containsExactlyInAnyOrderEntriesOf(ApiProjects.bytes(files)));
    }

    @Test
    void theIdThatAProjectHasIsFoundInAFolderAndInAZip() throws Exception {
        Map<String, String> files = new TreeMap<>(ApiProjects.petStore("http://localhost:1"));
        assertThat(Deployable.read(project("none", files)).ownId()).isEmpty();
        files.put("api.yaml", WITH_ID);
        Path zip = Files.write(folder.resolve("pets.zip"), ApiProjects.zip("top", files));

        assertThat(Deployable.read(project("some", files)).ownId()).contains("pets-1");
        assertThat(Deployable.read(zip).ownId()).contains("pets-1");
        assertThat(Deployable.read(new ByteArrayInputStream(Files.readAllBytes(zip)))
                        .ownId())
                .contains("pets-1");
        files.put("api.yaml", "data: [");
        assertThat(Deployable.read(project("unreadable", files)).ownId()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'  {\"a\": 1}', JSON", "'a: 1', YAML", "'', YAML", "PK, ZIP", "P, YAML"})
    void whatHasNoNameIsKnownByItsFirstBytes(String text, Format format) throws Exception {
        Deployable read = Deployable.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));

        assertThat(read.format()).isEqualTo(format);
        assertThat(new String(read.content(), StandardCharsets.UTF_8)).isEqualTo(text);
    }

    @Test
    void aFolderHasWhatCanBeDeployedByName() throws IOException {
        for (String name : new String[] {"c.yml", "a.JSON", "b.zip", "notes.txt", ".d.yaml"}) {
            Files.writeString(folder.resolve(name), "");
        }
        project("project", ApiProjects.petStore("http://localhost:1"));
        Files.createDirectory(folder.resolve("empty.yaml"));

        assertThat(Deployable.in(folder))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("a.JSON", "b.zip", "c.yml", "project");
        assertThat(Deployable.in(folder.resolve("project"))).containsExactly(folder.resolve("project"));
        assertThat(Deployable.name(folder.resolve("a.JSON"))).isEqualTo("a");
        assertThat(Deployable.name(folder.resolve("project/."))).isEqualTo("project");
    }

    @Test
    void aFolderOfDocumentsIsNoProjectWhateverOneOfThemIsCalled() throws IOException {
        Files.writeString(folder.resolve("api.yaml"), "");
        Files.writeString(folder.resolve("b.yaml"), "");

        assertThat(Deployable.in(folder))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("api.yaml", "b.yaml");
    }

    @Test
    void whatCannotBeDeployedSaysWhy() throws IOException {
        Path text = Files.writeString(folder.resolve("a.txt"), "");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path large = project("large", Map.of("Definitions/swagger.yaml", "x".repeat(Deployable.LARGEST)));
        Path linked = project("linked", Map.of("api.yaml", WITH_ID));
        Files.createSymbolicLink(linked.resolve("Docs"), folder);

        assertUnfit(folder.resolve("none.yaml"), "not there (expected: ");
        assertUnfit(text, "no file that can be deployed (expected: a name that ends in .yaml");
        assertUnfit(empty, "a folder without a project (expected: one of api.yaml, api.json, Definitions in it)");
        assertUnfit(large, "more than 20971520 bytes (expected: fewer");
        assertUnfit(linked, "'Docs' leads out of the project");
    }

    private static void assertUnfit(Path path, String why) {
        assertThatThrownBy(() -> Deployable.read(path))
                .isInstanceOf(Deployable.Unfit.class)
                .hasMessageStartingWith(why);
    }

    private Path project(String name, Map<String, String> files) throws IOException {
        Path path = Files.createDirectory(folder.resolve(name));
        ApiProjects.write(path, files);
        return path;
    }
}
