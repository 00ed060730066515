package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that take longer than any limit that ends with their head. */
@Timeout(30)
class LongAnswersTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private static final Duration LIMIT = Duration.ofMillis(400);
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final int EVENTS = 8;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
                "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked",
                "Content-Type: text/event-stream\r\nConnection: close",
                "Content-Length: 32"
            })
    void eachEventReachesTheCallerBeforeTheNextIsSentLongAfterTheDeadline(String headers) throws IOException {
        FailoverPolicy policy =
                Policies.policy().response(LIMIT).deadline(LIMIT).idle(LIMIT).build();
        Semaphore seen = new Semaphore(0);
        boolean chunked = headers.contains("chunked");
        try (FaultyEndpoint only = FaultyEndpoint.doing(line -> {
            line.send("HTTP/1.1 200 OK\r\n" + headers + "\r\n\r\n");
            for (int i = 0; i < EVENTS; i++) {
                line.send(chunked ? "4\r\n:" + i + "\n\n\r\n" : ":" + i + "\n\n");
                pause(PAUSE);
                if (!seen.tryAcquire(1, TimeUnit.SECONDS)) {
                    line.reset();
                }
            }
            line.send(chunked ? "0\r\n\r\n" : "");
            line.close();
        })) {
            String api = GATEWAY.things(policy, "http://localhost:" + only.port());
            long began = System.nanoTime();
            try (RawCaller caller = new RawCaller(GATEWAY.port())) {
                caller.send("GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");
                for (int i = 0; i < EVENTS; i++) {
                    readUntil(caller, ":" + i + "\n\n");
                    seen.release();
                }
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(LIMIT.multipliedBy(2));
        }
    }

    @Test
    void aLongPollIsNoIdleConnection() throws IOException {
        FailoverPolicy policy = Policies.policy()
                .response(Duration.ofSeconds(10))
                .idle(Duration.ofMillis(200))
                .build();
        try (FaultyEndpoint only = FaultyEndpoint.doing(line -> {
            line.readBody();
            pause(Duration.ofMillis(900));
            line.answer(200, "news");
        })) {
            String api = GATEWAY.things(policy, "http://localhost:" + only.port());
            RawMessage answer = RawCaller.call(
                    GATEWAY.port(), "POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.text()).isEqualTo("news");
        }
    }

    private static void pause(Duration time) {
        Awaitility.await().pollDelay(time).until(() -> true);
    }

    private static void readUntil(RawCaller caller, String text) throws IOException {
        StringBuilder came = new StringBuilder();
        while (came.indexOf(text) < 0) {
            int next = caller.in().read();
            assertThat(next).as("end of stream after '%s'", came).isGreaterThanOrEqualTo(0);
            came.append((char) next);
        }
    }
}
