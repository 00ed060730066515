package dev.understudy.explain;

import dev.understudy.failover.Attempt.Answered;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.failover.Rule;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Outcome;
import dev.understudy.journal.Phase;
import dev.understudy.journal.Standing;
import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the words in docs/reference/explain.md to those that the code has. */
class ExplainReferenceTests {

    @Test
    void theReferenceIsWhatTheCodeGives() throws IOException {
        String outcomes = "| `outcome` | `kind` |\n|---|---|\n"
                + Stream.of(
                                Stream.of(new Answered(200, Optional.empty())),
                                Arrays.stream(NotSent.Reason.values()).map(NotSent::new),
                                Arrays.stream(NoAnswer.Reason.values()).map(NoAnswer::new))
                        .flatMap(each -> each)
                        .map(each -> "| `" + Outcome.word(each) + "` | `" + Outcome.kind(each) + "` |\n")
                        .collect(Collectors.joining());
        new GeneratedPart(Path.of("docs/reference/explain.md"), getClass())
                .assertIs(outcomes
                        + table("`why`, `next`, `end`", Rule.values(), Sentences::of)
                        + table("`state`", Standing.State.values(), Sentences::of)
                        + table("`reached`", Phase.values(), Sentences::of)
                        + table("`ending`", Ending.values(), Sentences::of));
    }

    private static <E extends Enum<E>> String table(String title, E[] words, Function<E, String> sentence) {
        return "\n| " + title + " | means |\n|---|---|\n"
                + Arrays.stream(words)
                        .map(word ->
                                "| `" + word.name().toLowerCase(Locale.ROOT) + "` | " + sentence.apply(word) + " |\n")
                        .collect(Collectors.joining());
    }
}
