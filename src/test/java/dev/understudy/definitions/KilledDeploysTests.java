package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.definitions.DeployingProcess.Running;
import dev.understudy.definitions.DeployingProcess.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged is there whenever the gateway is killed; what was not is there whole or not at all. More kills:
 * {@code -Dunderstudy.kills=500}.
 */
class KilledDeploysTests {

    private static final int KILLS = Integer.getInteger("understudy.kills", 12);

    /** From the first step on; long enough for some dozens of them. */
    private static final Duration LATEST = Duration.ofMillis(600);

    @TempDir
    private Path temp;

    @Test
    void whatIsThereAfterAKillIsWhatWasAcknowledgedOrThatAndTheWholeOfWhatWasUnderWay() throws Exception {
        long seed = Long.getLong("understudy.seed", System.nanoTime());
        Random random = new Random(seed);
        Path directory = temp.resolve("data");
        Map<String, Integer> served = new TreeMap<>();
        int step = 1;
        int acknowledged = 0;
        int interrupted = 0;
        for (int kill = 1; kill <= KILLS; kill++) {
            List<String> said;
            try (DeployingProcess process = DeployingProcess.start(directory, seed, step, Integer.MAX_VALUE)) {
                process.awaitReady();
                LockSupport.parkNanos((long) (random.nextDouble() * LATEST.toNanos()));
                process.kill();
                said = process.rest();
            }
            int ended =
                    (int) said.stream().filter(line -> line.startsWith("end ")).count();
            for (int i = 0; i < ended; i++) {
                served = Step.of(step + i, seed).after(served);
            }
            step += ended;
            acknowledged += ended;
            Map<String, Integer> after = Step.of(step, seed).after(served);
            try (Running next = Running.in(directory)) {
                String state = "seed %d, kill %d, step %d".formatted(seed, kill, step);
                assertThat(next.served()).as(state).isIn(served, after);
                assertThat(next.apis().all()).as(state).hasSize(next.served().size());
                if (!next.served().equals(served)) {
                    served = after;
                    step++;
                    interrupted++;
                }
            }
            assertThat(directory.resolve("damaged")).as("nothing was damaged").doesNotExist();
            assertThat(unfinished(directory)).isEmpty();
        }
        System.out.printf(
                "%d kills, seed %d: %d changes acknowledged, %d found whole without that%n",
                KILLS, seed, acknowledged, interrupted);
        assertThat(acknowledged).as("it is killed while it changes something").isGreaterThan(KILLS / 2);
    }

    private static List<Path> unfinished(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".unfinished")).toList();
        }
    }
}
