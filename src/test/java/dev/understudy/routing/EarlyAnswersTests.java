package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.FaultyEndpoint;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that answer a request which they do not read to its end. The system resets a connection so closed. */
@Timeout(30)
class EarlyAnswersTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private static final int UPLOAD = 10 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 20_000})
    void anAnswerReachesTheCallerWholeAlthoughTheEndpointClosesWithTheBodyUnread(int length) throws IOException {
        String body = "x".repeat(length);
        try (FaultyEndpoint only = FaultyEndpoint.doing(line -> {
            line.readBody(1_000);
            line.answer(413, body);
            line.close();
        })) {
            for (int i = 0; i < 10; i++) {
                RawMessage answer = upload("POST", GATEWAY.things("http://localhost:" + only.port()));
                assertThat(answer.status()).isEqualTo(413);
                assertThat(answer.complete()).isTrue();
                assertThat(answer.text()).isEqualTo(body);
            }
            Awaitility.await().atMost(Duration.ofSeconds(1)).until(() -> only.open() == 0);
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,Content-Length: 10", "POST,Transfer-Encoding: chunked", "PUT,Transfer-Encoding: chunked"})
    void anAnswerThatBreaksOffIsBrokenForTheCaller(String method, String framing) throws IOException {
        String body = framing.endsWith("chunked") ? "4\r\nhalf\r\n" : "half";
        try (FaultyEndpoint only = FaultyEndpoint.doing(line -> {
            line.readBody(1_000);
            line.send("HTTP/1.1 200 Said\r\n" + framing + "\r\n\r\n" + body);
            line.close();
        })) {
            for (int i = 0; i < 10; i++) {
                RawMessage answer = upload(method, GATEWAY.things("http://localhost:" + only.port()));
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.complete()).isFalse();
            }
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.SECONDS)
    void whoClosesWithoutAnAnswerIsNotWaitedFor() throws IOException {
        try (FaultyEndpoint only = FaultyEndpoint.doing(line -> {
            line.readBody(1_000);
            line.close();
        })) {
            assertThat(upload("POST", GATEWAY.things("http://localhost:" + only.port()))
                            .status())
                    .isEqualTo(502);
        }
    }

    private static RawMessage upload(String method, String api) throws IOException {
        try (RawCaller caller = new RawCaller(GATEWAY.port())) {
            caller.send(method + " " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: " + UPLOAD + "\r\n\r\n");
            Thread sender = new Thread(() -> send(caller), "uploading");
            sender.setDaemon(true);
            sender.start();
            return caller.read();
        }
    }

    private static void send(RawCaller caller) {
        try {
            caller.send(new byte[UPLOAD]);
        } catch (IOException e) {
            // The gateway has answered, and takes no more.
        }
    }
}
