package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LeaksTests {

    private final Logger reports = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

    // Whoever reads the log of a build looks for such lines.
    @BeforeEach
    void reportToNobodyElse() {
        reports.setAdditive(false);
    }

    @AfterEach
    void report() {
        reports.setAdditive(true);
    }

    @Test
    void aBufferThatNobodyReleasedIsFound() {
        try (Leaks leaks = Leaks.watch()) {
            losesOne();
            assertThat(leaks.found()).hasSize(1);
            assertThat(leaks.found().get(0)).contains("losesOne");
        }
    }

    @Test
    void aBufferThatWasReleasedIsNot() {
        try (Leaks leaks = Leaks.watch()) {
            ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer();
            buffer.writeInt(1);
            buffer.release();
            assertThat(leaks.found()).isEmpty();
        }
    }

    private static void losesOne() {
        ByteBufAllocator.DEFAULT.buffer().writeInt(1);
    }
}
