package dev.understudy.admin.console;

import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.RunningGateway;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ConsoleRehearsalTests {

    @Test
    void pagesAreMadeBeforeSomebodyAsksForTheFirst(CapturedOutput output) {
        String logger = ConsoleRehearsal.class.getName();
        try (RunningGateway gateway = RunningGateway.with("logging.level." + logger + "=debug")) {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> output.getAll().contains("Two pages were made before the first"));
        }
    }
}
