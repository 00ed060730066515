package dev.understudy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTests extends AnyStoreTests {

    @TempDir
    private Path temp;

    private Path directory;

    @BeforeEach
    void prepare() {
        directory = temp.resolve("not/there/yet");
    }

    @Override
    Store made() {
        return new DirectoryStore(directory);
    }

    @Override
    List<String> archives() throws IOException {
        return names("archives");
    }

    @Test
    void nothingIsMadeBeforeThereIsSomethingToKeep() throws IOException {
        assertThat(open().open()).isEqualTo(new Store.Contents(List.of(), List.of()));

        assertThat(directory).doesNotExist();
    }

    @Test
    void whatOperatorsHoldIsPutAsideWhenItIsDamagedAndTheRestIsThere() throws IOException {
        Store store = started();
        store.keep(
                List.of(), List.of(new Hold("http://a", Hold.Kind.DOWN, Instant.EPOCH, Optional.empty(), "", "anna")));
        store.keep(api("pets", "1"), content("pets 1"));
        store.close();
        Path file = directory.resolve("overrides");
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length <= whole.length; length++) {
            byte[] damaged = Arrays.copyOf(whole, length);
            if (length == whole.length) {
                damaged[length / 2] ^= 1;
            }
            Files.write(file, damaged);
            Store next = open();
            Store.Contents contents = next.open();
            assertThat(contents.apis()).hasSize(1);
            assertThat(contents.damaged()).singleElement().asString().contains("no endpoint is held any more");
            assertThat(next.holds()).isEmpty();
            assertThat(file).doesNotExist();
            next.close();
        }
        assertThat(names("damaged")).hasSize(whole.length + 1);
    }

    @Test
    void whatCannotBeKeptOfWhatOperatorsHoldLeavesWhatWas() throws IOException {
        Store store = started();
        Hold kept = new Hold("http://a", Hold.Kind.DOWN, Instant.EPOCH, Optional.empty(), "", "anna");
        store.keep(List.of(), List.of(kept));
        Path obstacle = directory.resolve("overrides.unfinished/x");
        Files.createDirectories(obstacle);

        assertThatIOException().isThrownBy(() -> store.keep(store.holds(), List.of()));

        assertThat(store.holds()).containsExactly(kept);
        Files.delete(obstacle);
        store.close();
        assertThat(started().holds()).containsExactly(kept);
    }

    @Test
    void aDraftThatIsDamagedIsPutAsideAndTheRestIsThere() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        store.keep(draft(pets, "first", "http://a"));
        store.close();
        Path file = directory.resolve("drafts").resolve(pets.key() + ".draft");
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            Store next = open();
            Store.Contents contents = next.open();
            assertThat(contents.apis()).hasSize(1);
            assertThat(contents.damaged()).singleElement().asString().contains("a draft: ");
            assertThat(next.drafts()).isEmpty();
            assertThat(file).doesNotExist();
            next.close();
        }
    }

    @Test
    void onlyItsOwnerMayReadWhatIsKept() throws IOException {
        Store store = started();
        store.keep(api("pets", "1"), content("pets 1"));
        store.keep(List.of(), List.of());

        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.filter(path -> !path.endsWith("lock")))
                    .allSatisfy(path -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                            .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
        }
    }

    @Test
    void aDirectoryBelongsToOneGateway() throws IOException {
        Store store = started();
        store.keep(api("pets", "1"), content("pets 1"));

        assertThatExceptionOfType(StoreInUse.class).isThrownBy(() -> open().open());

        store.close();
        assertThat(started().archive(api("pets", "1").latest())).isEqualTo(content("pets 1"));
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsAFaultAtTheStart() throws IOException {
        Files.createDirectories(directory.getParent());
        Files.writeString(directory, "");

        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> open().open());
    }

    @Test
    void aRecordThatIsCutOffOrChangedAnywhereIsPutAsideAndTheRestIsThere() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Store store = started();
        StoredApi pets = api("pets", "1");
        StoredApi shop = api("shop", "1");
        store.keep(pets, content("pets 1"));
        store.keep(shop, content("shop 1"));
        store.close();
        Path record = directory.resolve("apis/pets.api");
        byte[] whole = Files.readAllBytes(record);

        for (int length = 0; length <= whole.length; length++) {
            byte[] damaged = Arrays.copyOf(whole, length);
            if (length == whole.length) {
                damaged[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(record, damaged);
            Store next = open();
            Store.Contents contents = next.open();
            next.close();
            assertThat(contents.apis()).as("length %d, seed %d", length, seed).containsExactly(shop);
            assertThat(contents.damaged())
                    .singleElement()
                    .asString()
                    .contains("apis/pets.api was moved to", "damaged/pets.api.");
            assertThat(record).doesNotExist();
        }
    }

    @Test
    void aRecordUnderTheNameOfAnotherIsPutAside() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        store.close();
        Files.copy(directory.resolve("apis/pets.api"), directory.resolve("apis/other.api"));

        Store.Contents contents = open().open();
        assertThat(contents.apis()).containsExactly(pets);
        assertThat(contents.damaged()).singleElement().asString().contains("apis/other.api");
    }

    @Test
    void projectsOfWhatWasPutAsideStay() throws IOException {
        Store store = started();
        store.keep(api("pets", "1"), content("pets 1"));
        store.close();
        Path record = directory.resolve("apis/pets.api");
        byte[] whole = Files.readAllBytes(record);
        Files.write(record, Arrays.copyOf(whole, 20));
        Store damaged = open();
        damaged.open();
        damaged.close();
        Store later = started();
        later.keep(api("shop", "1"), content("shop 1"));
        later.close();

        Files.write(record, whole);
        assertThat(started().archive(api("pets", "1").latest())).isEqualTo(content("pets 1"));
    }

    @Test
    void aDamagedProjectIsPutAsideAndCanBeKeptAnew() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        Path archive = directory.resolve("archives/" + pets.latest().archive() + ".zip");
        Files.write(archive, content("pets 7"));

        assertThatIOException()
                .isThrownBy(() -> store.archive(pets.latest()))
                .withMessageContaining("its project is damaged: " + archive + " was moved to");
        assertThatIOException()
                .isThrownBy(() -> store.archive(pets.latest()))
                .withMessageContaining("its project is not there any more");

        store.keep(changed(pets, "pets 1", "localhost"), content("pets 1"));
        assertThat(store.archive(pets.latest())).isEqualTo(content("pets 1"));
    }

    @Test
    void aDamagedProjectIsMendedByTheSameOne() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        Files.write(directory.resolve("archives/" + pets.latest().archive() + ".zip"), content("pets 7"));

        store.keep(changed(pets, "pets 1", "localhost"), content("pets 1"));

        assertThat(store.archive(pets.latest())).isEqualTo(content("pets 1"));
    }

    @Test
    void whatAGatewayLeftThatDiedWhileItWroteIsRemoved() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        store.close();
        Files.writeString(directory.resolve("apis/shop.api.unfinished"), "begun");
        Files.writeString(directory.resolve("archives/" + "0".repeat(64) + ".zip.unfinished"), "begun");
        Files.writeString(directory.resolve("archives/" + "1".repeat(64) + ".zip"), "of no record");

        assertThat(started().archive(pets.latest())).isEqualTo(content("pets 1"));

        assertThat(names("apis")).containsExactly("pets.api");
        assertThat(names("archives")).containsExactly(pets.latest().archive() + ".zip");
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndWhatWasKeptStays() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        // A directory that is not empty cannot be replaced by a file.
        Path obstacle = Files.createDirectories(directory.resolve("apis/shop.api/obstacle"));

        assertThatIOException().isThrownBy(() -> store.keep(api("shop", "1"), content("shop 1")));

        assertThat(names("archives")).containsExactly(pets.latest().archive() + ".zip");
        assertThat(names("apis")).containsExactly("pets.api", "shop.api");
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        store.keep(api("shop", "1"), content("shop 1"));
        store.close();
        assertThat(open().open().apis()).hasSize(2);
    }

    @Test
    void aRecordFromBeforeThereWereFormatsIsOneOfProjects() throws IOException {
        Store store = started();
        StoredApi pets = api("pets", "1");
        store.keep(pets, content("pets 1"));
        store.close();
        Path record = directory.resolve("apis/pets.api");
        String[] parts = Files.readString(record).split("\n", 2);
        String json = parts[1].replaceAll("\\s*\"format\" : \"ZIP\",", "");
        assertThat(json).isNotEqualTo(parts[1]);
        Files.writeString(record, "understudy-api 1 " + Digest.sha256(content(json)) + "\n" + json);

        assertThat(open().open().apis()).containsExactly(pets);
    }

    @Test
    void anApiHasAnotherTagAfterEachChange() {
        StoredApi first = api("pets", "1");
        StoredApi second = changed(first, "pets 2", "localhost");
        StoredApi elsewhere = second.at(List.of(new Placement("eu.example", List.of("Default"), 2)));
        StoredApi renamed = second.at(List.of(new Placement("localhost", List.of("Other"), 2)));
        StoredApi nowhere = second.at(List.of());
        assertThat(List.of(first.tag(), second.tag(), elsewhere.tag(), renamed.tag(), nowhere.tag()))
                .doesNotHaveDuplicates()
                .allMatch(tag -> tag.matches("[0-9]+-[0-9a-f]{16}"));
        assertThat(api("pets", "1").tag()).isEqualTo(first.tag());
    }

    @Test
    void aKeyIsNeverAPath() {
        for (String key : List.of("../x", "a/b", "", ".", "a b", "x".repeat(101))) {
            assertThatThrownBy(() -> new StoredApi(key, "id", List.of(revision(1, "x")), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private List<String> names(String folder) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
