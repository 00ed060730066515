package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.routing.FaultMatrix.Fault;
import dev.understudy.routing.FaultMatrix.Kind;
import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/fault-matrix.md to the cells that {@link FaultMatrixTests} measures. */
class FaultMatrixReferenceTests {

    @Test
    void theReferenceIsWhatIsMeasured() throws IOException {
        StringBuilder table = new StringBuilder(row("fault of the first endpoint", Kind::words));
        table.append("|---".repeat(Kind.values().length + 1)).append("|\n");
        for (Fault fault : FaultMatrix.FAULTS) {
            Map<Kind, String> words = FaultMatrix.words(fault);
            table.append(row(fault.words(), kind -> words.getOrDefault(kind, "")));
        }
        new GeneratedPart(Path.of("docs/reference/fault-matrix.md"), getClass()).assertIs(table.toString());
    }

    @Test
    void everyFaultIsNamedOnce() {
        assertThat(FaultMatrix.FAULTS).extracting(Fault::words).doesNotHaveDuplicates();
    }

    private static String row(String first, Function<Kind, String> cell) {
        return Arrays.stream(Kind.values()).map(cell).collect(Collectors.joining(" | ", "| " + first + " | ", " |\n"));
    }
}
