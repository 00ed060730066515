package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.condition.OS.LINUX;

import dev.understudy.definitions.DeployingProcess.Running;
import dev.understudy.definitions.DeployingProcess.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that takes no more, as the limit for the size of files makes one without being root: a write stops in the middle
 * of a file, and fails.
 */
@EnabledOnOs(LINUX)
class FullDiskTests {

    private static final int STEPS = 60;

    @TempDir
    private Path temp;

    @Test
    void whatDoesNotFitIsRefusedAndAllElseIsServedAndKept() throws Exception {
        long seed = 4;
        Path directory = temp.resolve("data");
        List<String> said;
        // Blocks of 1024 bytes: enough for some projects, too little for others.
        try (DeployingProcess process =
                DeployingProcess.start(directory, seed, 1, STEPS, "bash", "-c", "ulimit -f 14; exec \"$@\"", "bash")) {
            process.awaitReady();
            said = process.rest();
            assertThat(process.endsWithin(Duration.ofSeconds(60))).isTrue();
        }
        Map<String, Integer> served = new TreeMap<>();
        int refused = 0;
        for (int step = 1; step <= STEPS; step++) {
            if (said.contains("end " + step + " NotKept")) {
                refused++;
            } else {
                String end = "end " + step + " (Deployed|Undeployed|NotFound)";
                assertThat(said).anyMatch(line -> line.matches(end));
                served = Step.of(step, seed).after(served);
            }
        }
        assertThat(refused).isBetween(5, STEPS - 20);
        try (Running next = Running.in(directory)) {
            assertThat(next.served()).isEqualTo(served).isNotEmpty();
        }
        assertThat(directory.resolve("damaged")).doesNotExist();
    }
}
