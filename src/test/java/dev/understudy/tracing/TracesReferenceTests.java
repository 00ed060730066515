package dev.understudy.tracing;

import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/traces.md to what spans can say. */
class TracesReferenceTests {

    @Test
    void theReferenceHasEachAttribute() throws IOException {
        String rows = Arrays.stream(SpanAttribute.values())
                .map(attribute -> "| `%s` | %s | %s |\n"
                        .formatted(attribute.key(), attribute.of().word(), attribute.meaning()))
                .collect(Collectors.joining());
        new GeneratedPart(Path.of("docs/reference/traces.md"), getClass())
                .assertIs("| attribute | span | is |\n|---|---|---|\n" + rows);
    }
}
