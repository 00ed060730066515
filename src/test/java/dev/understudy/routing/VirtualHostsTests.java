package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Api;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** APIs with the same path on several hosts. */
class VirtualHostsTests {

    private static final RawEndpoint SHOP = RawEndpoint.answering(200, "shop");
    private static final RawEndpoint SIX = RawEndpoint.answering(200, "six");
    private static final RawEndpoint OTHERS = RawEndpoint.answering(200, "others");

    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        gateway = RunningGateway.with();
        gateway.serve(
                api("shop", Set.of("Shop.Example", "192.0.2.1"), SHOP),
                api("six", Set.of("[2001:DB8::1]"), SIX),
                api("others", Set.of(), OTHERS));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        SHOP.close();
        SIX.close();
        OTHERS.close();
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop",
        "SHOP.EXAMPLE, shop",
        "shop.example:9095, shop",
        "Shop.Example:1, shop",
        "192.0.2.1:9090, shop",
        "[2001:db8::1], six",
        "[2001:DB8::1]:9095, six",
        "[2001:db8::2], others",
        "localhost, others",
        "shop.example.evil, others",
        "evil.shop.example, others"
    })
    void theHostOfARequestSaysWhichIsMeant(String host, String answer) throws IOException {
        assertThat(call("/same/thing", host).text()).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "http://shop.example/same/thing, shop.example, shop",
        "HTTP://SHOP.example:9090/same/thing, shop.example:9090, shop",
        "https://[2001:db8::1]:9095/same/thing, [2001:DB8::1]:9095, six",
        "http://other.example/same/thing, other.example, others"
    })
    void soDoesThatOfAnAbsoluteTarget(String target, String host, String answer) throws IOException {
        assertThat(call(target, host).text()).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example", "shop.example.evil", "shop.example:81"})
    void anAbsoluteTargetForAnotherHostThanTheHeaderIsRefused(String host) throws IOException {
        assertThat(call("http://shop.example/same/thing", host).status()).isEqualTo(400);
    }

    @Test
    void aHostThatHasApisOfItsOwnSeesNoOthers() throws IOException {
        gateway.serve(api("alone", Set.of(), "/alone", OTHERS));

        assertThat(call("/alone/thing", "localhost").text()).isEqualTo("others");
        assertThat(call("/alone/thing", "shop.example").status()).isEqualTo(404);
    }

    @Test
    void whatAProxySaysOfTheHostDoesNotCount() throws IOException {
        RawMessage answer = RawCaller.call(
                gateway.plainPort(),
                "GET /same/thing HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: shop.example\r\n\r\n");

        assertThat(answer.text()).isEqualTo("others");
    }

    private static Api api(String name, Set<String> hosts, RawEndpoint endpoint) {
        return api(name, hosts, "/same", endpoint);
    }

    private static Api api(String name, Set<String> hosts, String basePath, RawEndpoint endpoint) {
        return new Api(
                name,
                "1",
                basePath,
                hosts,
                "Authorization",
                Optional.empty(),
                List.of(GatewayProcess.operation(
                        "GET /thing", GatewayProcess.failover(GatewayProcess.POLICY, endpoint.url()))),
                false);
    }

    private static RawMessage call(String target, String host) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
}
