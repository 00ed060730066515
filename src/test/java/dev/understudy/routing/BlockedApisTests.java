package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** APIs that an operator has blocked. */
class BlockedApisTests {

    private static final RawEndpoint ENDPOINT = RawEndpoint.answering(200, "ok");

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with();
        gateway.serve(api("blocked", true));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        ENDPOINT.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /blocked/open HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /blocked/secured HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /blocked/secured HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer x.y.z\r\n\r\n",
                "DELETE /blocked/open HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS /blocked/open HTTP/1.1\r\nHost: h\r\n\r\n",
                "OPTIONS /blocked/open HTTP/1.1\r\nHost: h\r\nOrigin: https://a\r\nAccess-Control-Request-Method: GET\r\n\r\n",
                "GET /blocked/open HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            })
    void everyRequestIsRefusedBeforeATokenIsAsked(String request) throws IOException {
        RawMessage answer = RawCaller.call(gateway.plainPort(), request);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.header("WWW-Authenticate")).isEmpty();
        assertThat(answer.text())
                .contains("\"code\":\"700700\"", "\"message\":\"API blocked\"")
                .contains("This API has been blocked temporarily");
        assertThat(ENDPOINT.requests()).isEmpty();
    }

    @Test
    void aBrowserMayReadThat() throws IOException {
        RawMessage answer = RawCaller.call(
                gateway.plainPort(), "GET /blocked/open HTTP/1.1\r\nHost: h\r\nOrigin: https://a\r\n\r\n");

        assertThat(answer.all("Access-Control-Allow-Origin")).containsExactly("*");
    }

    @Test
    void oneThatIsBlockedNoMoreIsServed() throws IOException {
        gateway.serve(api("later", true));
        assertThat(get("/later/open").status()).isEqualTo(503);

        gateway.serve(api("later", false));

        assertThat(get("/later/open").text()).isEqualTo("ok");
        assertThat(get("/later/secured").status()).isEqualTo(401);
        assertThat(get("/later/nowhere").status()).isEqualTo(404);
        ENDPOINT.requests().clear();
    }

    private static RawMessage get(String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    private static Api api(String name, boolean blocked) {
        EndpointGroup group = GatewayProcess.failover(GatewayProcess.POLICY, ENDPOINT.url());
        List<Operation> operations = Stream.of(new Access.Open(), new Access.Secured(List.of()))
                .map(access -> new Operation(
                        "GET",
                        PathTemplate.parse(access instanceof Access.Open ? "/open" : "/secured"),
                        Optional.of(group),
                        Optional.empty(),
                        access,
                        false,
                        false))
                .toList();
        Cors cors = new Cors(List.of("*"), List.of("GET"), List.of(), List.of(), false);
        return new Api(name, "1", "/" + name, Set.of(), "Authorization", Optional.of(cors), operations, blocked);
    }
}
