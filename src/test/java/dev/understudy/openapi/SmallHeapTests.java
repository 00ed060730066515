package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The longest documents, in a process that has half a gigabyte: they are read or refused, and do not end it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SmallHeapTests {

    private static final String HEAD = """
            openapi: 3.0.3
            info: {title: T, version: '1'}
            x-wso2-production-endpoints: {urls: ['http://a']}
            """;
    private static final String ONE = HEAD + "paths: {/a: {get: {responses: {'200': {description: OK}}}}}\n";
    private static final String TOO_MANY = "too many values";

    @TempDir
    private Path folder;

    /** What came of a document begins with it, on a line of its own. */
    private static final String ANSWER = "=> ";

    /** What reads one document after the other and prints what came of each; a process of its own. */
    static final class Reader {

        private Reader() {}

        public static void main(String[] arguments) throws IOException {
            BufferedReader files = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String file = files.readLine(); file != null; file = files.readLine()) {
                System.out.println(ANSWER + outcome(Path.of(file)).replace('\n', ' '));
            }
        }

        private static String outcome(Path file) throws IOException {
            Reading reading =
                    new OpenApiReader(Readers.DEFAULTS).read(file.getFileName().toString(), Files.readAllBytes(file));
            return reading instanceof Reading.Accepted accepted
                    ? "accepted: " + accepted.api().operations().size()
                    : "refused: " + ((Reading.Refused) reading).faults().get(0).text();
        }
    }

    private static @Nullable Process reader;

    @AfterAll
    static void end() {
        if (reader != null) {
            reader.destroyForcibly();
        }
    }

    @Test
    void asManyOperationsAsThereMayBeAreServed() throws Exception {
        String paths = HEAD + "paths:\n" + times(50_000, i -> " /{a}/" + i + "/{b}/{c}: {get: {}}\n");
        String comments = ("#".repeat(1_000) + "\n").repeat((OpenApiReader.LARGEST_BYTES - paths.length()) / 1_001 - 1);

        assertThat(read("a.yaml", paths + comments)).isEqualTo("accepted: 50000");
    }

    @Test
    void moreOperationsAreRefusedBeforeAnybodyComplainsOfEach() throws Exception {
        String paths = "paths:\n" + times(90_000, i -> " /" + i + ": {$ref: '#/components/pathItems/p'}\n");
        String item = "components: {pathItems: {p: {get: {}, put: {}}}}\n";

        assertThat(read("a.yaml", HEAD.replace("3.0.3", "3.1.0") + item + paths))
                .startsWith("refused: more than 100000 paths and operations");
    }

    @Test
    void longNamesAreRefusedBeforeEachComplaintRepeatsThem() throws Exception {
        String braces = "/{a}".repeat(20_000);
        assertThat(read("a.yaml", HEAD + "paths: {? '" + braces + "' : {get: {}}}\n"))
                .startsWith("refused: names so long");

        String unknown = times(100_000, i -> "u" + i + ": 1, ");
        assertThat(read("a.yaml", HEAD + "paths: {? /" + "a".repeat(10_000) + " : {get: {" + unknown + "}}}\n"))
                .startsWith("refused: names so long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%d: 1\n", "? [a%d, b, c]\n: 1\n", "a%d: &b%1$d {}\n", "a%d: []\n"})
    void moreValuesThanThereMayBeAreRefusedBeforeTheyAreKept(String line) throws Exception {
        StringBuilder text = new StringBuilder(ONE);
        for (int i = 0; text.length() < OpenApiReader.LARGEST_BYTES - 100; i++) {
            text.append(line.formatted(i));
        }

        assertThat(read("a.yaml", text.toString())).startsWith("refused: ").containsAnyOf(TOO_MANY, "expected: ");
    }

    @Test
    void aMillionNamesInJsonAreRefused() throws Exception {
        String names = times(1_000_000, i -> "\"k" + i + "\":1,");

        assertThat(read("a.json", "{" + names + "\"openapi\": \"3.0.3\"}")).startsWith("refused: " + TOO_MANY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x: '%s'\n", "x: %s\n", "? '%s'\n: 1\n", "x: |\n  %s\n", "# %s\n", "x: &%s 1\n"})
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void oneWordOfTwentyMebibytesIsReadInSeconds(String around) throws Exception {
        String word = "w".repeat(OpenApiReader.LARGEST_BYTES - 300);

        assertThat(read("a.yaml", ONE + around.formatted(word))).containsAnyOf("accepted: 1", "expected: ");
    }

    private static String times(int count, IntFunction<String> each) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(each.apply(i));
        }
        return text.toString();
    }

    private String read(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Process process = reader();
        process.outputWriter(StandardCharsets.UTF_8).append(file + "\n").flush();
        String said = process.inputReader(StandardCharsets.UTF_8).readLine();
        while (said != null && !said.startsWith(ANSWER)) {
            said = process.inputReader(StandardCharsets.UTF_8).readLine();
        }
        assertThat(said).as("what came of it; null: the end of the process").isNotNull();
        return said.substring(ANSWER.length());
    }

    // Another one where the one before has ended.
    private static Process reader() throws IOException {
        Process known = reader;
        if (known != null && known.isAlive()) {
            return known;
        }
        Process made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dlogging.level.root=off",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        reader = made;
        return made;
    }
}
