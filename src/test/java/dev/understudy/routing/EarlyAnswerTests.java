package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.Documents;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that answer while the request is still being sent to them, and want no more of it. */
class EarlyAnswerTests {

    private static final int ROUNDS = 20;
    private static final int LENGTH = 4 << 20;
    private static final String WHOLE = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large";

    private static final ServerSocket ENDPOINT = open();

    private static volatile String says = WHOLE;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        Thread endpoint = new Thread(EarlyAnswerTests::serve, "early-endpoint");
        endpoint.setDaemon(true);
        endpoint.start();
        gateway = RunningGateway.serving(
                Map.of("a.yaml", Documents.things("http://localhost:" + ENDPOINT.getLocalPort())));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ENDPOINT.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT"})
    void theAnswerOfAnEndpointThatClosesWithoutReadingTheRestReachesTheCallerWhole(String method) throws IOException {
        says = WHOLE;
        for (int round = 0; round < ROUNDS; round++) {
            RawMessage answer = upload(method);
            assertThat(answer.status()).as("round %d", round).isEqualTo(413);
            assertThat(answer.text()).isEqualTo("too large");
            assertThat(answer.complete()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"POST,Content-Length: 50", "POST,Transfer-Encoding: chunked", "PUT,Transfer-Encoding: chunked"})
    void anAnswerThatItsEndpointBreaksOffWhileItIsBeingSentTheRestIsBrokenForTheCaller(String method, String framing)
            throws IOException {
        says = "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n"
                + (framing.endsWith("chunked") ? "5\r\nhello\r\n" : "hello");
        for (int round = 0; round < ROUNDS; round++) {
            RawMessage answer = upload(method);
            assertThat(answer.status()).as("round %d", round).isEqualTo(200);
            assertThat(answer.complete()).as("round %d", round).isFalse();
        }
    }

    private static RawMessage upload(String method) throws IOException {
        try (RawCaller caller = new RawCaller(gateway.plainPort())) {
            caller.send(method + " /a/thing HTTP/1.1\r\nHost: h\r\nContent-Length: " + LENGTH + "\r\n\r\n");
            try {
                caller.send(new byte[LENGTH]);
            } catch (IOException closed) {
                // A broken answer ends the connection; what came of it is still to be read.
            }
            return caller.read();
        }
    }

    // Closed with bytes unread, a connection is reset.
    private static void serve() {
        while (!ENDPOINT.isClosed()) {
            try (Socket socket = ENDPOINT.accept()) {
                socket.getInputStream().readNBytes(1 << 16);
                socket.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                // The gateway hung up, or the test is over.
            }
        }
    }

    private static ServerSocket open() {
        try {
            return new ServerSocket(0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
