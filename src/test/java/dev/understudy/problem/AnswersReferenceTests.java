package dev.understudy.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/answers.md to the conditions that the code knows. */
class AnswersReferenceTests {

    private static final Path SOURCES = Path.of("src/main/java/dev/understudy");

    @Test
    void theReferenceIsWhatTheCodeGives() throws IOException {
        List<String> sources = sources();
        StringBuilder table = new StringBuilder("| status | code | message | description |\n|---|---|---|---|\n");
        for (Problem problem : Problem.values()) {
            table.append("| %d | %s | %s | %s%s |\n"
                    .formatted(
                            problem.status(),
                            problem.code(),
                            problem.title(),
                            isGiven(problem, sources) ? "" : "*Not given yet.* ",
                            problem.description()));
        }
        new GeneratedPart(Path.of("docs/reference/answers.md"), getClass()).assertIs(table.toString());
    }

    @Test
    void aConditionThatTheCodeNamesNowhereIsNotGiven() throws IOException {
        assertThat(isGiven(Problem.NO_TOKEN, sources())).isTrue();
        assertThat(isGiven(Problem.NO_TOKEN, List.of("refused(Problem.NO_TOKENS)")))
                .isFalse();
    }

    private static boolean isGiven(Problem problem, List<String> sources) {
        Pattern name = Pattern.compile("\\bProblem\\." + problem.name() + "\\b");
        return sources.stream().anyMatch(source -> name.matcher(source).find());
    }

    private static List<String> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<Path> java =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            return java.stream().map(AnswersReferenceTests::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
