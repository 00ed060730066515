package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** What a user adds to Spring Cloud Gateway, and what it measures, goes on working around the failover filter. */
class GlobalFiltersTests {

    private static GatewayProcess gateway;
    private static RawEndpoint endpoint;
    private static String api;

    static class OfAUser {

        @Bean
        GlobalFilter withoutAnOrder() {
            return (exchange, chain) -> {
                note(exchange, endpoint.requests().isEmpty() ? "before" : "late");
                return chain.filter(exchange).then(Mono.fromRunnable(() -> {
                    var response = exchange.getResponse();
                    response.getHeaders().set("X-Seen-Status", String.valueOf(response.getStatusCode()));
                    if (exchange.getRequest().getQueryParams().containsKey("fail")) {
                        throw new IllegalStateException("secret of a user's filter");
                    }
                }));
            };
        }

        @Bean
        @Order(500)
        GlobalFilter withAnOrder() {
            return new Ordered500();
        }
    }

    @Order(500)
    private static final class Ordered500 implements GlobalFilter {
        @Override
        public Mono<Void> filter(
                ServerWebExchange exchange, org.springframework.cloud.gateway.filter.GatewayFilterChain chain) {
            if (exchange.getRequest().getQueryParams().containsKey("stop")) {
                exchange.getResponse().setRawStatusCode(418);
                return exchange.getResponse().setComplete();
            }
            return chain.filter(exchange);
        }
    }

    private static void note(ServerWebExchange exchange, String when) {
        exchange.getResponse().getHeaders().set("X-Ran", when);
    }

    @BeforeAll
    static void start() {
        endpoint = RawEndpoint.doing((request, connection) ->
                connection.send("HTTP/1.1 202 Accepted\r\nContent-Encoding: own\r\nContent-Length: 2\r\n\r\nok"));
        gateway =
                new GatewayProcess(List.of(OfAUser.class), "spring.cloud.gateway.server.webflux.metrics.enabled=true");
        api = gateway.things(endpoint.url());
    }

    @AfterEach
    void forget() {
        endpoint.requests().clear();
        gateway.bean(MeterRegistry.class).clear();
    }

    @AfterAll
    static void close() throws IOException {
        gateway.close();
        endpoint.close();
    }

    @Test
    void aFilterWithoutAnOrderRunsBeforeTheRequestIsSentAndSeesTheAnswersHead() throws IOException {
        RawMessage answer = get("");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.text()).isEqualTo("ok");
        assertThat(answer.header("X-Ran")).contains("before");
        assertThat(answer.header("X-Seen-Status")).contains("202 ACCEPTED");
        assertThat(endpoint.requests()).hasSize(1);
    }

    @Test
    void aFilterMayAnswerItself() throws IOException {
        assertThat(get("?stop").status()).isEqualTo(418);
        assertThat(endpoint.requests()).isEmpty();
    }

    @Test
    void whatAFilterThrowsAfterTheAnswersHeadIsTheGatewaysFaultAndNothingElseShows() throws IOException {
        RawMessage answer = get("?fail");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).contains("\"code\":\"900967\"").doesNotContain("secret");
        assertThat(answer.header("Content-Encoding")).isEmpty();
    }

    @Test
    void springsOwnTimerWhereItIsOnCountsRequestsWithTheStatusThatTheCallerGot() throws IOException {
        get("");
        String dead = gateway.things("http://localhost:" + RawEndpoint.deadPort());
        RawCaller.call(gateway.port(), "GET " + dead + "/thing HTTP/1.1\r\nHost: h\r\n\r\n");

        Awaitility.await().untilAsserted(() -> {
            assertThat(counted("202")).isEqualTo(1);
            assertThat(counted("503")).isEqualTo(1);
            assertThat(counted("200")).isZero();
        });
    }

    private static long counted(String status) {
        return Optional.ofNullable(gateway.bean(MeterRegistry.class)
                        .find("spring.cloud.gateway.requests")
                        .tag("httpStatusCode", status)
                        .timer())
                .map(Timer::count)
                .orElse(0L);
    }

    private static RawMessage get(String query) throws IOException {
        return RawCaller.call(gateway.port(), "GET " + api + "/thing" + query + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }
}
