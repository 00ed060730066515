package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.Browser;
import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document with the pictures has those that are there, and no others. Where there are none, it says so. */
class ConsolePicturesReferenceTests {

    private static final Path DOCUMENT = Path.of("docs/reference/console-pictures.md");
    private static final Pattern NAME = Pattern.compile("(?<page>[a-z0-9-]+)-1280-(?<scheme>light|dark)\\.jpeg");
    private static final List<String> SCHEMES = List.of("light", "dark");
    private static final long MOST_BYTES = 3_000_000;

    /** Where the name of a picture does not say it. */
    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("add", "Add an API"),
            Map.entry("add-refused", "Add an API: faults of the document"),
            Map.entry("api", "Overview of an API"),
            Map.entry("api-500-operations", "Overview of an API with 500 operations"),
            Map.entry("api-on-an-understudy", "Overview of an API that is on an understudy"),
            Map.entry("api-refused", "Overview of an API whose document is refused"),
            Map.entry("apis", "All APIs"),
            Map.entry("apis-none-found", "All APIs: none found"),
            Map.entry("apis-to-look-at", "All APIs: look at these"),
            Map.entry("candidate", "What would come of a document"),
            Map.entry("tried", "Try it: an answer with its attempts"),
            Map.entry("try-anna", "Try it"),
            Map.entry("try-vera", "Try it, for those who may only look"),
            Map.entry("endpoints", "Endpoints of an API"),
            Map.entry("endpoints-500-operations", "Endpoints of an API with 500 operations"),
            Map.entry("endpoints-advanced", "Endpoints of an API: limits"),
            Map.entry("endpoints-checked", "Endpoints of an API: checked"),
            Map.entry("endpoints-deploy", "Endpoints of an API: what a deploy would change"),
            Map.entry("endpoints-deployed", "Endpoints of an API: deployed"),
            Map.entry("endpoints-draft", "Endpoints of an API: a draft"),
            Map.entry("endpoints-of-its-own", "Endpoints of an operation: a list of its own"),
            Map.entry("endpoints-overtaken", "Endpoints of an API: somebody else was faster"),
            Map.entry("endpoints-typing", "Endpoints of an API: what is said while somebody types"),
            Map.entry("revision", "What a revision changed"));

    @Test
    void theDocumentHasThePicturesThatAreThere() throws IOException {
        new GeneratedPart(DOCUMENT, ConsolePicturesReferenceTests.class).assertIs(document(pictures()));
    }

    @Test
    void allTogetherAreSmall() {
        assertThat(pictures().stream()
                        .mapToLong(picture -> picture.toFile().length())
                        .sum())
                .as("bytes of all pictures in %s", Browser.PICTURES)
                .isLessThanOrEqualTo(MOST_BYTES);
    }

    @Test
    void aPageHasItsPicturesSideBySideAndAMissingOneIsNotNamed() {
        assertThat(document(List.of())).isEqualTo("There are none here.\n");
        assertThat(document(Stream.of("now-1280-light.jpeg", "now-1280-dark.jpeg", "api-1280-dark.jpeg")
                        .map(Browser.PICTURES::resolve)
                        .toList()))
                .isEqualTo("""
                        ## Now

                        | light | dark |
                        |---|---|
                        | ![Now, light](../images/console/now-1280-light.jpeg) | ![Now, dark](../images/console/now-1280-dark.jpeg) |

                        ## Overview of an API

                        | dark |
                        |---|
                        | ![Overview of an API, dark](../images/console/api-1280-dark.jpeg) |
                        """);
    }

    /** By title. */
    private static String document(List<Path> pictures) {
        Map<String, Map<String, String>> pages = new TreeMap<>();
        for (Path picture : pictures) {
            Matcher name = NAME.matcher(picture.getFileName().toString());
            assertThat(name.matches()).as("%s: expected: %s", picture, NAME).isTrue();
            pages.computeIfAbsent(title(name.group("page")), title -> new LinkedHashMap<>())
                    .put(name.group("scheme"), "../images/console/" + picture.getFileName());
        }
        return pages.isEmpty()
                ? "There are none here.\n"
                : pages.entrySet().stream()
                        .map(page -> section(page.getKey(), page.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String section(String title, Map<String, String> pictures) {
        List<String> schemes = SCHEMES.stream().filter(pictures::containsKey).toList();
        return "## " + title + "\n\n" + row(schemes) + "|" + "---|".repeat(schemes.size()) + "\n"
                + row(schemes.stream()
                        .map(scheme -> "![" + title + ", " + scheme + "](" + pictures.get(scheme) + ")")
                        .toList());
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String title(String page) {
        String words = page.replace('-', ' ');
        return TITLES.getOrDefault(page, Character.toUpperCase(words.charAt(0)) + words.substring(1));
    }

    private static List<Path> pictures() {
        if (!Files.isDirectory(Browser.PICTURES)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(Browser.PICTURES)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
