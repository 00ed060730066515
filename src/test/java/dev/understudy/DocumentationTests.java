package dev.understudy;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Holds what the documents say to what there is. */
class DocumentationTests {

    /** A document. @param file where it is, or would be */
    record Document(Path file, String text) {

        private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
        private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
        private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
        // Files may have such a name, too.
        private static final Pattern KEY =
                Pattern.compile("(?<![\\w./-])understudy(?!\\.(?:jar|sarif)\\b)(?:\\.[a-z][a-z_-]*(?:\\[\\d*])?)+");

        static Document read(Path file) {
            try {
                return new Document(file, Files.readString(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The blocks between fences that are marked with this word. */
        List<String> blocks(String mark) {
            return all(FENCE)
                    .filter(block -> block.group(1).equals(mark))
                    .map(block -> block.group(2))
                    .toList();
        }

        List<String> commands() {
            return blocks("console").stream()
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("$ "))
                    .map(line -> line.substring(2))
                    .toList();
        }

        /** Links to what is not there. */
        List<String> brokenLinks() {
            return all(LINK).map(link -> link.group(1)).filter(this::isBroken).toList();
        }

        /** Keys of the gateway that are named in running text or code, without the number of an entry of a list. */
        Set<String> keys() {
            Set<String> keys = new TreeSet<>();
            all(KEY).map(key -> key.group().replaceAll("\\[\\d*]", "[]")).forEach(keys::add);
            for (String block : blocks("yaml")) {
                if (yaml(block) instanceof Map<?, ?> root && root.containsKey("understudy")) {
                    collect("understudy", root.get("understudy"), keys);
                }
            }
            return keys;
        }

        private boolean isBroken(String link) {
            if (link.matches("[a-z]+:.*")) {
                return false;
            }
            String[] parts = link.split("#", 2);
            Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]);
            return !Files.exists(target)
                    || (parts.length == 2 && !read(target).anchors().contains(parts[1]));
        }

        private Set<String> anchors() {
            Set<String> anchors = new HashSet<>();
            all(HEADING)
                    .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
                    .map(heading -> heading.replaceAll("[^\\w -]", "").replace(' ', '-'))
                    .forEach(anchors::add);
            return anchors;
        }

        private Stream<MatchResult> all(Pattern pattern) {
            return pattern.matcher(text).results();
        }

        private static void collect(String name, Object value, Set<String> keys) {
            if (value instanceof Map<?, ?> children) {
                children.forEach((child, below) -> collect(name + "." + child, below, keys));
            } else if (value instanceof List<?> entries && entries.stream().allMatch(Map.class::isInstance)) {
                entries.forEach(entry -> collect(name + "[]", entry, keys));
            } else {
                keys.add(name);
            }
        }
    }

    /** The documents whose commands are played against a running demo. */
    private static final Pattern PLAYED = Pattern.compile("(?m)^(?:documents|shared)=\\((.*)\\)$");

    private static final Pattern ROW_OF_A_KEY = Pattern.compile("(?m)^\\| `(understudy\\.[^`]+)` \\|");

    static Stream<Path> documents() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> root = Files.list(Path.of("."));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(Path::normalize)
                    .forEach(files::add);
        }
        return files.stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkLeadsSomewhere(Path file) {
        assertThat(Document.read(file).brokenLinks()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyKeyOfTheGatewayExists(Path file) throws IOException {
        Set<String> known = knownKeys();
        assertThat(Document.read(file).keys())
                .filteredOn(key -> !isKnown(key, known))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyBlockOfYamlAndJsonIsSome(Path file) {
        Document document = Document.read(file);
        assertThat(document.blocks("yaml"))
                .allSatisfy(block -> assertThat(yaml(block)).isInstanceOf(Map.class));
        assertThat(document.blocks("json")).allSatisfy(block -> JsonPath.parse(block));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyCommandIsRun(Path file) throws IOException {
        assertThat(notRun(Document.read(file))).isEmpty();
    }

    @Test
    void theReadmeStartsWithTwoCommands() {
        assertThat(Document.read(Path.of("README.md")).commands())
                .contains("./mvnw spring-boot:run -Dspring-boot.run.profiles=demo", "./mvnw verify");
    }

    private static List<String> notRun(Document document) throws IOException {
        String demo = Files.readString(Path.of(".ci/demo"));
        List<String> scripts = Stream.concat(
                        Files.readString(Path.of(".ci/run")).lines(), demo.lines())
                .filter(line -> !line.startsWith("#"))
                .toList();
        boolean played = PLAYED.matcher(demo)
                .results()
                .flatMap(list -> Stream.of(list.group(1).split(" ")))
                .anyMatch(name -> Path.of(name).equals(document.file()));
        return document.commands().stream()
                .filter(command -> !(played && command.startsWith("curl ")))
                .filter(command -> scripts.stream().noneMatch(line -> line.contains(command)))
                .toList();
    }

    // Each of these tables is held to the code by a test of its own. Meters, members of log lines and attributes of
    // spans have
    // such names, too.
    private static Set<String> knownKeys() throws IOException {
        Set<String> known = new HashSet<>();
        for (String table : List.of("keys", "meters", "access-log", "traces")) {
            ROW_OF_A_KEY
                    .matcher(Files.readString(Path.of("docs/reference/" + table + ".md")))
                    .results()
                    .forEach(row -> known.add(row.group(1)));
        }
        assertThat(known).hasSizeGreaterThan(30);
        return known;
    }

    // Also what several keys have in common, such as understudy.cors.
    private static boolean isKnown(String key, Set<String> known) {
        return known.stream()
                .anyMatch(name -> name.equals(key) || name.startsWith(key + ".") || name.startsWith(key + "["));
    }

    private static Object yaml(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    /** Each check finds what is wrong in a document written to be wrong. */
    @Nested
    class EachCheckCanFail {

        @ParameterizedTest
        @ValueSource(strings = {"[a](no-such-file.md)", "[a](README.md#no-such-heading)", "[a](docs/no/such/place)"})
        void onALinkThatLeadsNowhere(String text) {
            assertThat(document(text).brokenLinks()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "set `understudy.failover.statusses`",
                    "understudy.security.issuers[0].name",
                    "```yaml\nunderstudy:\n  http:\n    prt: 1\n```",
                    "```yaml\nunderstudy:\n  security:\n    issuers:\n      - issuer: a\n        jwks: b\n```"
                })
        void onAKeyThatIsNone(String text) throws IOException {
            Set<String> known = knownKeys();
            assertThat(document(text).keys())
                    .filteredOn(key -> !isKnown(key, known))
                    .hasSize(1);
        }

        @Test
        void onACommandThatNobodyRuns() throws IOException {
            String text = "```console\n$ ./mvnw no-such-goal\nsaid\n$ curl -s http://localhost:9090/ready\n```\n";
            assertThat(notRun(document(text))).containsExactly("./mvnw no-such-goal");
            assertThat(notRun(new Document(Path.of("CONTRIBUTING.md"), text))).hasSize(2);
        }

        private static Document document(String text) {
            return new Document(Path.of("README.md"), text);
        }
    }
}
