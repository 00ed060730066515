package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Reading;
import dev.understudy.testkit.ApiProjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What zips may try, and what must come of it. */
@Timeout(30)
class ProjectArchiveTests {

    private static final String URL = "http://localhost:1";

    @ParameterizedTest
    @ValueSource(strings = {"", "petstore", "PetStore-1.0.0"})
    void aProjectIsFoundAtTheRootAndInASingleFolder(String top) {
        Unpacked unpacked = ProjectArchive.unpack(ApiProjects.zip(top, ApiProjects.petStore(URL)));

        assertThat(files(unpacked).keySet())
                .containsExactlyInAnyOrderElementsOf(ApiProjects.petStore(URL).keySet());
        assertThat(files(unpacked).get("README.md")).asString().isEqualTo("# PetStore\n");
    }

    @Test
    void whatAnotherSystemAddsBesideTheFolderDoesNotHideIt() {
        Map<String, String> files = new LinkedHashMap<>();
        ApiProjects.petStore(URL).forEach((path, text) -> files.put("petstore/" + path, text));
        files.put("__MACOSX/petstore/._api.yaml", "x");

        assertThat(files(ProjectArchive.unpack(ApiProjects.zip("", files))))
                .containsKeys("api.yaml", "__MACOSX/petstore/._api.yaml");
    }

    @Test
    void filesThatAreNotPackedAreReadAsWell() {
        assertThat(files(new RawZip().stored("api.yaml", "a: 1").bytes())).containsOnlyKeys("api.yaml");
    }

    @Test
    void sizesOfZip64AreReadInEachOfThePlacesInWhichStreamingWritersPutThem() {
        byte[] spaces = " ".repeat(500).getBytes(StandardCharsets.UTF_8);
        // Python's zipfile with force_zip64, to a file and to a pipe.
        assertThat(files(new RawZip().wideBefore().stored("api.yaml", "a: 1").bytes()))
                .containsOnlyKeys("api.yaml");
        assertThat(files(new RawZip()
                        .wideBefore()
                        .following()
                        .deflated("api.yaml", spaces)
                        .stored("README.md", "")
                        .bytes()))
                .containsEntry("api.yaml", spaces);
        // Info-ZIP with -fz: other extra fields beside, and an end in Zip64 that says what the other says.
        assertThat(files(new RawZip()
                        .extra('U', 'T', 5, 0, 3, 1, 2, 3, 4)
                        .wideBefore()
                        .deflated("api.yaml", spaces)
                        .wideBytes(false)))
                .containsEntry("api.yaml", spaces);
        // Those that write Zip64 wherever it can be.
        RawZip everywhere = new RawZip()
                .wideBefore()
                .wideNamed()
                .following()
                .deflated("api.yaml", spaces)
                .wideBefore()
                .wideNamed()
                .stored("Definitions/swagger.yaml", "b");
        assertThat(files(everywhere.bytes())).containsOnlyKeys("api.yaml", "Definitions/swagger.yaml");
        assertThat(files(everywhere.wideBytes(true))).containsOnlyKeys("api.yaml", "Definitions/swagger.yaml");
    }

    @Test
    void sizesOfZip64AreBoundedAndMustBeThoseOfTheDirectory() {
        assertThat(refused(new RawZip()
                        .wideBefore()
                        .claiming(70 << 20)
                        .stored("a", "x")
                        .bytes()))
                .startsWith("more than 67108864 bytes");
        assertThat(refused(new RawZip()
                        .wideNamed()
                        .claiming(70 << 20)
                        .stored("a", "x")
                        .bytes()))
                .startsWith("more than 67108864 bytes");
        assertThat(refused(new RawZip().wideNamed().claiming(2).stored("a", "x").bytes()))
                .contains("'a' is damaged");
        byte[] other = new RawZip().wideBefore().stored("api.yaml", "a: 1").bytes();
        other[30 + "api.yaml".length() + 4]++;
        assertThat(refused(other)).contains("'api.yaml' is another file in the directory than where it stands");
        byte[] negative = new RawZip().wideNamed().stored("api.yaml", "a: 1").bytes();
        negative[30 + "api.yaml".length() + 4 + 46 + "api.yaml".length() + 4 + 7] = (byte) 0x80;
        assertThat(refused(negative)).startsWith("more than 67108864 bytes");
    }

    @Test
    void anEntryWithTwoSizesOfZip64OrNoneIsRefused() {
        assertThat(refused(new RawZip()
                        .extra(1, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0)
                        .wideNamed()
                        .stored("a", "x")
                        .bytes()))
                .contains("an entry has two sizes");
        byte[] cut = new RawZip().wideNamed().stored("a", "x").bytes();
        int extra = cut.length - 22 - 28;
        cut[extra + 2] = 8;
        cut[extra + 12] = 'U';
        cut[extra + 13] = 'T';
        cut[extra + 14] = 12;
        cut[extra + 15] = 0;
        assertThat(refused(cut)).contains("an entry has no size");
        assertThat(refused(new RawZip()
                        .extra('U', 'T', 60, 0)
                        .wideNamed()
                        .stored("a", "x")
                        .bytes()))
                .contains("an entry has no size");
        assertThat(refused(new RawZip()
                        .extra('U', 'T', 60, 0)
                        .wideBefore()
                        .stored("a", "x")
                        .bytes()))
                .contains("an entry has no size");
    }

    @Test
    void anEndInZip64ThatIsAnotherThanTheEndIsRefused() {
        RawZip zip = new RawZip().stored("api.yaml", "x");
        long at = zip.bytes().length - 22;
        assertThat(files(zip.wideBytes(false, at, 1))).hasSize(1);

        for (boolean marked : List.of(true, false)) {
            assertThat(refused(zip.wideBytes(marked, at - 1, 1))).contains("its end in Zip64 is another");
            assertThat(refused(zip.wideBytes(marked, -1, 1))).contains("its end in Zip64 is another");
            assertThat(refused(zip.wideBytes(marked, at, 2))).contains("no whole zip");
            assertThat(refused(zip.wideBytes(marked, at, -1))).contains("no whole zip");
        }
    }

    @Test
    void anArchiveWithinIsAFileLikeOthers() {
        byte[] inner = ApiProjects.zip("", ApiProjects.petStore(URL));
        RawZip zip = new RawZip().stored("Definitions/more.zip", new String(inner, StandardCharsets.ISO_8859_1));

        assertThat(files(zip.bytes())).containsOnlyKeys("Definitions/more.zip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../api.yaml",
                "a/../../api.yaml",
                "a/..",
                "/etc/passwd",
                "C:/api.yaml",
                "C:api.yaml",
                "a\\..\\..\\api.yaml",
                "a//b",
                "./api.yaml",
                "",
                "a\u0000b",
                "a\nb",
                "a\u202eb"
            })
    void aPathThatLeadsElsewhereIsRefused(String path) {
        assertThat(refused(new RawZip().stored(path, "x").bytes())).contains("expected: a path within the project");
        assertThat(refused(new RawZip().stored(path + "/", "").bytes())).contains("expected: a path within");
    }

    @Test
    void aNameThatIsNoTextIsRefused() {
        byte[] zip = new RawZip().stored("é.yaml", "x").bytes();

        assertThat(refused(zip)).contains("no UTF-8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xA1FF, 0x21FF, 0x61FF, 0x11FF, 0xC1FF})
    void aLinkOrADeviceIsRefused(int mode) {
        assertThat(refused(new RawZip()
                        .mode(mode)
                        .stored("api.yaml", "/etc/passwd")
                        .bytes()))
                .contains("'api.yaml' is a link or a device");
    }

    @Test
    void aFileThatStandsTwiceIsRefusedAlsoWithOtherCapitals() {
        assertThat(refused(new RawZip()
                        .stored("api.yaml", "a")
                        .stored("api.yaml", "b")
                        .bytes()))
                .contains("'api.yaml' stands twice");
        assertThat(refused(new RawZip()
                        .stored("Api.yaml", "a")
                        .stored("api.YAML", "b")
                        .bytes()))
                .contains("stands twice");
        assertThat(refused(new RawZip().stored("a/b", "a").stored("A", "b").bytes()))
                .contains("is a file and a folder");
        assertThat(refused(new RawZip().stored("a/", "").stored("a", "b").bytes()))
                .contains("is a file and a folder");
    }

    @Test
    void moreThanFiveHundredEntriesAreRefused() {
        RawZip most = new RawZip();
        IntStream.range(0, 500).forEach(i -> most.stored("Docs/" + i, ""));
        assertThat(files(most.bytes())).hasSize(500);

        assertThat(refused(most.stored("Docs/500/", "").bytes())).startsWith("more than 500 files and folders");
    }

    @Test
    void moreThanTwentyMebibytesAreRefusedUnseen() {
        assertThat(refused(new byte[ProjectBounds.LARGEST_ARCHIVE + 1])).startsWith("more than 20971520 bytes");
    }

    @Test
    void aFileThatGrowsAHundredfoldIsRefused() {
        byte[] zip = new RawZip().deflated("api.yaml", new byte[30 << 20]).bytes();

        assertThat(zip.length).isLessThan(100_000);
        assertThat(refused(zip)).contains("'api.yaml' is more than 100 times as long");
    }

    @Test
    void aSmallFileMayGrowAHundredfold() {
        byte[] spaces = new byte[1 << 20];
        Arrays.fill(spaces, (byte) ' ');

        assertThat(files(new RawZip().deflated("README.md", spaces).bytes()).get("README.md"))
                .hasSize(1 << 20);
    }

    @Test
    void moreThanSixtyFourMebibytesInAllAreRefused() {
        Random random = new Random(64);
        RawZip zip = new RawZip();
        byte[] content = new byte[13 << 20];
        // Every fifth byte by chance: it shrinks to a fifth or so, and not to a hundredth.
        for (int i = 0; i < content.length; i += 20) {
            content[i] = (byte) random.nextInt();
        }
        IntStream.range(0, 5).forEach(i -> zip.deflated("Docs/" + i, content));

        assertThat(zip.bytes().length).isLessThan(ProjectBounds.LARGEST_ARCHIVE);
        assertThat(refused(zip.bytes())).startsWith("more than 67108864 bytes in all files together");
    }

    @Test
    void aFileThatIsLongerThanItSaysIsRefused() {
        byte[] content = "a: 1\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);

        assertThat(refused(
                        new RawZip().claiming(10).deflated("api.yaml", content).bytes()))
                .contains("'api.yaml' is damaged");
        assertThat(refused(new RawZip()
                        .claiming(60_000)
                        .deflated("api.yaml", content)
                        .bytes()))
                .contains("'api.yaml' is damaged");
    }

    @Test
    void anEncryptedFileIsRefused() {
        assertThat(refused(new RawZip().flags(1).stored("api.yaml", "x").bytes()))
                .contains("'api.yaml' is encrypted");
        assertThat(refused(new RawZip().flags(1 << 13).stored("api.yaml", "x").bytes()))
                .contains("'api.yaml' is encrypted");
    }

    @Test
    void anotherMethodOfPackingIsRefused() {
        assertThat(refused(new RawZip().method(12).stored("api.yaml", "x").bytes()))
                .contains("by method 12");
    }

    @Test
    void aDirectoryThatNamesAnotherFileThanThereIsIsRefused() {
        assertThat(refused(new RawZip()
                        .localName("Api.yaml")
                        .stored("api.yaml", "x")
                        .bytes()))
                .contains("is another file in the directory than where it stands");
    }

    @Test
    void filesThatTheDirectoryDoesNotNameAreRefused() {
        assertThat(refused(new RawZip()
                        .hidden("api.yaml", "x")
                        .stored("README.md", "y")
                        .bytes()))
                .contains("does not follow upon what is before it");
        assertThat(refused(new RawZip()
                        .stored("README.md", "y")
                        .hidden("api.yaml", "x")
                        .bytes()))
                .contains("something between its files and its directory");
        byte[] zip = new RawZip().stored("api.yaml", "x").bytes();
        byte[] prefixed = new byte[zip.length + 4];
        System.arraycopy(zip, 0, prefixed, 4, zip.length);
        assertThat(refused(prefixed)).contains("no whole zip");
    }

    @Test
    void filesThatShareTheirContentAreRefused() {
        assertThat(refused(new RawZip().stored("a", "x").again("a").bytes())).contains("no whole zip");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 21, 22, 30, 100, 400})
    void aZipThatIsCutIsRefused(int length) {
        byte[] zip = ApiProjects.zip("", ApiProjects.petStore(URL));

        assertThat(refused(Arrays.copyOf(zip, length))).contains("no whole zip");
        assertThat(refused(Arrays.copyOfRange(zip, zip.length - length, zip.length)))
                .contains("no whole zip");
    }

    @Test
    void aGoodZipWithAnyBytesChangedIsReadOrRefusedAndNeverMore() {
        long seed = System.nanoTime();
        System.out.println("seed of changed zips: " + seed);
        Random random = new Random(seed);
        ProjectSources sources = new ProjectSources(new ProjectReader(Defaulted.DEFAULTS));
        RawZip wide = new RawZip();
        ApiProjects.petStore(URL)
                .forEach((path, text) -> wide.wideBefore()
                        .wideNamed()
                        .following()
                        .deflated(path, text.getBytes(StandardCharsets.UTF_8)));
        for (byte[] good : List.of(
                ApiProjects.zip("petstore", ApiProjects.petStore(URL, "http://localhost:2")), wide.wideBytes(true))) {
            assertThat(sources.readArchive(good)).isInstanceOf(Reading.Accepted.class);
            assertIsReadOrRefused(sources, good, random);
        }
    }

    private static void assertIsReadOrRefused(ProjectSources sources, byte[] good, Random random) {
        int refused = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] changed = changed(good, random);
            Reading reading = sources.readArchive(changed);
            if (reading instanceof Reading.Refused refusal) {
                assertThat(refusal.faults()).as("round " + round).isNotEmpty();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }

    private static byte[] changed(byte[] good, Random random) {
        byte[] changed = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(4)) {
                case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> changed[at] = (byte) random.nextInt();
                case 2 -> changed[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                default -> {
                    int length = Math.min(random.nextInt(50), changed.length - at);
                    System.arraycopy(good, random.nextInt(good.length - length), changed, at, length);
                }
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
    }

    private static Map<String, byte[]> files(byte[] zip) {
        return files(ProjectArchive.unpack(zip));
    }

    private static Map<String, byte[]> files(Unpacked unpacked) {
        assertThat(unpacked).isInstanceOf(Unpacked.Files.class);
        return ((Unpacked.Files) unpacked).contents();
    }

    private static String refused(byte[] zip) {
        Unpacked unpacked = ProjectArchive.unpack(zip);
        assertThat(unpacked).isInstanceOf(Unpacked.Refused.class);
        return ((Unpacked.Refused) unpacked).why();
    }
}
