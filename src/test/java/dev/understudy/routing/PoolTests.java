package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Names;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawEndpoint.Connection;
import dev.understudy.testkit.TlsEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.http.client.ReactorResourceFactory;

/** Connections to endpoints, and the names behind which they are. */
class PoolTests {

    private static final Duration IDLE = Duration.ofMillis(600);
    private static final Duration LIFE = Duration.ofMillis(1_500);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Names NAMES = new Names();
    private static final Authority AUTHORITY = new Authority("pool tests");

    @TempDir
    private static Path folder;

    private static GatewayProcess gateway;

    @Configuration(proxyBeanMethods = false)
    static class ShortLives {

        @Bean(destroyMethod = "close")
        @Primary
        EndpointClient shortLived(ReactorResourceFactory resources) {
            return new EndpointClient(
                    resources,
                    new EndpointClient.Keeping(IDLE, LIFE, Duration.ofMillis(100)),
                    client -> client.resolver(NAMES));
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = AUTHORITY.trusted(folder, () -> new GatewayProcess(List.of(ShortLives.class)));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void theUsualLivesAreThoseThatTheDocumentationTells() {
        EndpointClient.Keeping usual = EndpointClient.Keeping.USUAL;
        assertThat(usual.idle()).isEqualTo(Duration.ofSeconds(4));
        assertThat(usual.life()).isEqualTo(Duration.ofSeconds(30));
        assertThat(usual.look()).isLessThan(usual.idle());
    }

    @Test
    void aConnectionIsUsedAgainAndClosedWhenNobodyHasUsedItForAWhile() throws Exception {
        BlockingQueue<Connection> served = new LinkedBlockingQueue<>();
        try (RawEndpoint endpoint = RawEndpoint.doing((request, connection) -> {
            served.add(connection);
            connection.answer(200, "ok");
        })) {
            String api = things("idle.example", endpoint.port());

            get(api);
            get(api);

            assertThat(endpoint.connections()).isEqualTo(1);
            Connection connection = served.take();
            assertThat(connection.socket().isClosed()).isFalse();
            Awaitility.await()
                    .atMost(IDLE.multipliedBy(4))
                    .until(() -> connection.socket().isClosed());
            assertThat(get(api)).isEqualTo("ok");
            assertThat(endpoint.connections()).isEqualTo(2);
        }
    }

    @Test
    void aConnectionThatIsUsedAllTheTimeIsReplacedAtTheEndOfItsLife() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "ok")) {
            String api = things("busy.example", endpoint.port());
            long began = System.nanoTime();

            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(LIFE.multipliedBy(4))
                    .until(() -> get(api).equals("ok") && endpoint.connections() == 2);

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isGreaterThan(LIFE.multipliedBy(7).dividedBy(10));
            assertThat(endpoint.requests()).hasSizeGreaterThan(10);
        }
    }

    @Test
    void aNameThatMovesTakesItsTrafficAlongWithinTheLifeOfAConnectionAndWithoutAFailure() throws Exception {
        try (RawEndpoint before = RawEndpoint.answering(200, "before");
                RawEndpoint after = RawEndpoint.answering(200, "after")) {
            String api = things("moving.example", before.port());
            assertThat(get(api)).isEqualTo("before");

            NAMES.put("moving.example", after.port());

            assertThat(get(api)).as("the pool has a connection").isEqualTo("before");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(LIFE.multipliedBy(4))
                    .until(() -> {
                        String answer = get(api);
                        assertThat(answer).isIn("before", "after");
                        return answer.equals("after");
                    });
            for (int i = 0; i < 10; i++) {
                assertThat(get(api)).isEqualTo("after");
            }
        }
    }

    @Test
    void theNextAddressOfANameIsTriedWhereTheFirstRefuses() throws Exception {
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "ok")) {
            NAMES.put("two.example", RawEndpoint.deadPort(), RawEndpoint.deadPort(), endpoint.port());
            String api = gateway.things(policy().build(), "http://two.example", "http://nobody.example");
            long began = System.nanoTime();

            for (int i = 0; i < 5; i++) {
                assertThat(post(api)).isEqualTo("ok");
            }

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(CONNECT);
            assertThat(endpoint.requests()).hasSize(5);
        }
    }

    @Test
    void theNextAddressOfANameIsTriedWithinTheSameTimeoutWhereTheFirstIsSilent() throws Exception {
        try (BlackHole silent = new BlackHole();
                RawEndpoint endpoint = RawEndpoint.answering(200, "ok");
                TlsEndpoint secure = new TlsEndpoint(Authority.context(AUTHORITY.issue("tls2.example")), "secret")) {
            NAMES.put("half.example", silent.port(), endpoint.port());
            NAMES.put("tls2.example", silent.port(), secure.port());
            Policies policy = policy().connect(Duration.ofMillis(1_600));
            long began = System.nanoTime();

            assertThat(post(gateway.things(policy.build(), "http://half.example")))
                    .isEqualTo("ok");
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(790L, 1_590L);
            assertThat(post(gateway.things(policy.build(), "https://tls2.example")))
                    .isEqualTo("secret");
        }
    }

    @Test
    void theNameIsToldToAnEndpointThatIsJudgedByCertificatesOfItsOwn() throws Exception {
        Authority own = new Authority("of one endpoint");
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(own.issue("sni.example")), "secret")) {
            NAMES.put("sni.example", endpoint.port());
            EndpointGroup group = new EndpointGroup(
                    "sni",
                    List.of(Endpoint.parse("https://sni.example").trusting(own.trust())),
                    EndpointGroup.Type.FAILOVER,
                    policy().build(),
                    Optional.empty());

            assertThat(get(gateway.serve(List.of(GatewayProcess.operation("GET /thing", group)))))
                    .isEqualTo("secret");

            assertThat(endpoint.names()).containsExactly("sni.example");
        }
    }

    @Test
    void allAddressesOfANameTogetherAreTriedForNoLongerThanTheConnectTimeout() throws Exception {
        try (BlackHole silent = new BlackHole();
                RawEndpoint second = RawEndpoint.answering(200, "second")) {
            Integer[] ports = Collections.nCopies(20, silent.port()).toArray(Integer[]::new);
            NAMES.put("silence.example", ports);
            NAMES.put("second.example", second.port());
            String api = gateway.things(
                    policy().connect(Duration.ofMillis(700)).build(),
                    "http://silence.example",
                    "http://second.example");
            long began = System.nanoTime();

            assertThat(post(api)).isEqualTo("second");

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(690L, 1_500L);
        }
    }

    @Test
    void aNameThatIsNobodysCostsNoTime() throws Exception {
        try (RawEndpoint second = RawEndpoint.answering(200, "second")) {
            NAMES.put("second.example", second.port());
            String api = gateway.things(policy().build(), "http://nobody.example", "http://second.example");
            long began = System.nanoTime();

            assertThat(post(api)).isEqualTo("second");

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(CONNECT.dividedBy(2));
        }
    }

    @Test
    void aNameServerThatIsSilentIsWaitedForNoLongerThanTheConnectTimeout() throws Exception {
        try (RawEndpoint second = RawEndpoint.answering(200, "second")) {
            NAMES.put("silent.example");
            NAMES.put("second.example", second.port());
            String api = gateway.things(
                    policy().connect(Duration.ofMillis(300)).build(), "http://silent.example", "http://second.example");
            long began = System.nanoTime();

            assertThat(post(api)).isEqualTo("second");

            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)).isBetween(290L, 2_000L);
        }
    }

    @Test
    void aServerThatHasManyNamesIsToldWhichOneIsMeant() throws Exception {
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(AUTHORITY.issue("tls.example")), "secret")) {
            NAMES.put("tls.example", endpoint.port());

            assertThat(post(gateway.things(
                            policy().connect(Duration.ofSeconds(10)).build(), "https://tls.example")))
                    .isEqualTo("secret");

            assertThat(endpoint.names()).containsExactly("tls.example");
        }
    }

    private static String things(String name, int port) {
        NAMES.put(name, port);
        return gateway.things(policy().build(), "http://" + name);
    }

    private static Policies policy() {
        return Policies.policy().connect(CONNECT);
    }

    private static String get(String api) throws IOException {
        return RawCaller.call(gateway.port(), "GET " + api + "/thing HTTP/1.1\r\nHost: h\r\n\r\n")
                .text();
    }

    private static String post(String api) throws IOException {
        return RawCaller.call(gateway.port(), "POST " + api + "/thing HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                .text();
    }
}
