package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints that send more than their answer. */
@Timeout(30)
class SurplusTests {

    private static final GatewayProcess GATEWAY = GatewayProcess.shared();

    private static final String POISON = "HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\n\\r\\npoison";

    @ParameterizedTest
    @CsvSource({
        "HEAD, 200 OK, Content-Length: 4\\r\\n\\r\\nbody",
        "HEAD, 200 OK, Content-Length: 4\\r\\n\\r\\n" + POISON,
        "HEAD, 200 OK, Transfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nbody\\r\\n0\\r\\n\\r\\n",
        "GET, 204 No Content, Content-Length: 4\\r\\n\\r\\nbody",
        "GET, 304 Not Modified, Content-Length: 4\\r\\n\\r\\nbody",
        "GET, 304 Not Modified, Content-Length: 4\\r\\n\\r\\n" + POISON,
        "GET, 200 OK, Content-Length: 4\\r\\n\\r\\nbodyand",
        "GET, 200 OK, Content-Length: 4\\r\\n\\r\\nbodyHTTP/1.1 200 OK",
        "GET, 200 OK, Content-Length: 4\\r\\n\\r\\nbody" + POISON,
        "GET, 200 OK, Transfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nbody\\r\\n0\\r\\n\\r\\n" + POISON,
    })
    void theNextAnswerIsThatOfTheNextRequest(String method, String status, String rest) throws IOException {
        String answer = "HTTP/1.1 " + status + "\r\n" + rest.replace("\\r\\n", "\r\n");
        try (RawEndpoint only = RawEndpoint.doing((request, connection) -> {
            if (request.target().endsWith("next")) {
                connection.answer(200, "next");
            } else {
                connection.send(answer);
            }
        })) {
            String api = GATEWAY.things(only.url());
            for (int i = 0; i < 20; i++) {
                assertThat(call(method, api + "/thing").status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
                // Neither is repeated where something goes wrong.
                RawMessage next = call("POST", api + "/thing?next");
                assertThat(next.status()).isEqualTo(200);
                assertThat(next.text()).isEqualTo("next");
            }
        }
    }

    @Test
    void whatComesWhileNobodyIsWaitingEndsTheConnection() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        try (RawEndpoint only = RawEndpoint.doing((request, connection) -> {
            connection.answer(200, "own");
            if (connection.number() == 1) {
                Awaitility.await().pollDelay(200, TimeUnit.MILLISECONDS).until(() -> true);
                connection.send(POISON.replace("\\r\\n", "\r\n"));
                if (connection.socket().getInputStream().read() < 0) {
                    ended.countDown();
                }
            }
        })) {
            String api = GATEWAY.things(only.url());
            assertThat(call("GET", api + "/thing").text()).isEqualTo("own");
            assertThat(ended.await(2, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 5; i++) {
                assertThat(call("POST", api + "/thing").text()).isEqualTo("own");
            }
        }
    }

    private static RawMessage call(String method, String target) throws IOException {
        return RawCaller.call(
                GATEWAY.port(), method + " " + target + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
    }
}
