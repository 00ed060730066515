package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlowReadersTests {

    private static final int CALLERS = 50;
    private static final int ANSWER = 50 << 20;
    private static final long MEMORY = 128L << 20;

    @Test
    void fiftyCallersWhoReadNothingHoldTheirEndpointBackAndAreCutOff() throws IOException {
        AtomicLong sent = new AtomicLong();
        AtomicInteger cut = new AtomicInteger();
        AtomicLong mostMemory = new AtomicLong();
        List<RawCaller> callers = new ArrayList<>();
        long memoryBefore = PlatformDependent.usedDirectMemory();
        try (RawEndpoint generous = RawEndpoint.doing((request, connection) -> {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + ANSWER + "\r\n\r\n");
                    String piece = "x".repeat(1 << 16);
                    try {
                        for (int left = ANSWER; left > 0; left -= piece.length()) {
                            connection.send(piece);
                            sent.addAndGet(piece.length());
                        }
                    } catch (IOException e) {
                        cut.incrementAndGet();
                        throw e;
                    }
                });
                RunningGateway gateway = RunningGateway.serving(Map.of("a.yaml", patient(generous)))) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(new RawCaller(gateway.plainPort()).send("GET /a/thing HTTP/1.1\r\nHost: h\r\n\r\n"));
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                mostMemory.accumulateAndGet(PlatformDependent.usedDirectMemory() - memoryBefore, Math::max);
                return cut.get() == CALLERS;
            });
            assertThat(sent.get()).isLessThan((long) CALLERS * ANSWER / 2);
            assertThat(mostMemory.get()).isLessThan(MEMORY);
            await().until(() -> gateway.bean(InFlight.class).count() == 0);
        } finally {
            for (RawCaller caller : callers) {
                caller.close();
            }
        }
    }

    /** Fifty at once may take their time to connect. */
    private static String patient(RawEndpoint endpoint) {
        return Documents.things(endpoint.url())
                .replace("connectTimeout: 500ms", "connectTimeout: 10s")
                .replace("800ms", "20s");
    }
}
