package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static dev.understudy.testkit.TlsClient.call;
import static dev.understudy.testkit.TlsClient.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.Policies;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class AdminListenerTests {

    private static final String BCRYPT = new BCryptPasswordEncoder(4).encode("CANARY-bert");
    private static final String ANNA = basic("anna", "CANARY-anna");

    private static RawEndpoint endpoint;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() {
        endpoint = RawEndpoint.answering(200, "served");
        gateway = RunningGateway.with(
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}CANARY-anna",
                "understudy.admin.users[1].username=bert",
                "understudy.admin.users[1].password={bcrypt}" + BCRYPT,
                "understudy.admin.users[1].roles=viewer",
                "understudy.admin.users[2].username=dora",
                "understudy.admin.users[2].password={noop}CANARY-dora",
                "understudy.admin.users[2].roles=deployer");
        Operation everything = new Operation(
                "GET",
                PathTemplate.parse("/*"),
                Optional.of(new EndpointGroup(
                        "test",
                        List.of(Endpoint.parse(endpoint.url())),
                        EndpointGroup.Type.FAILOVER,
                        Policies.policy()
                                .connect(Duration.ofSeconds(1))
                                .response(Duration.ofSeconds(5))
                                .idle(Duration.ofSeconds(5))
                                .statuses(503)
                                .build(),
                        Optional.empty())),
                Optional.empty(),
                new Access.Open(),
                false,
                false);
        gateway.serve(
                new Api("all", "1", "/all", Set.of(), "Authorization", Optional.empty(), List.of(everything), false));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        endpoint.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
    void healthIsForEverybody(String path) throws Exception {
        HttpResponse<String> health = get(gateway.adminPort(), path);
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("\"status\":\"UP\"").doesNotContain("components", "diskSpace");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/actuator",
                "/actuator/info",
                "/actuator/prometheus",
                "/actuator/gateway/routes",
                "/actuator/env",
                "/actuator/heapdump",
                "/api/mgw/adapter/0.1/apis",
                "/api/v1/apis",
                "/consoles",
                "/webjars/htmx.org/2.0.10/dist/htmx.min.js",
                "/health",
                "/ready",
                "/all/x",
                "/actuator/healthz",
                "/nothing"
            })
    void everythingElseAsksForSignIn(String path) throws Exception {
        for (String method : List.of("GET", "HEAD", "POST", "OPTIONS", "DELETE")) {
            HttpResponse<String> refused = call(method, gateway.adminPort(), path);
            assertThat(refused.statusCode()).as(method).isEqualTo(401);
            assertThat(refused.headers().allValues("WWW-Authenticate"))
                    .containsExactly("Basic realm=\"understudy\"", "Bearer realm=\"understudy\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator;x/info",
                "//actuator/info",
                "/actuator//info",
                "/actuator/health/../info",
                "/actuator/health/%2e%2e/info",
                "/actuator%2finfo",
                "/actuator/health;/../info"
            })
    void noDisguiseOfAPathGoesPastTheSignIn(String path) throws Exception {
        assertThat(get(gateway.adminPort(), path).statusCode()).isIn(400, 401);
    }

    @Test
    void wrongSignInsAreRefused() throws Exception {
        for (String signIn : List.of(
                basic("anna", "wrong"),
                basic("anna", ""),
                basic("nobody", "CANARY-anna"),
                basic("", ""),
                basic("bert", "{bcrypt}" + BCRYPT),
                basic("anna", "{noop}CANARY-anna"),
                "Basic !!!",
                "Basic",
                "Bearer x")) {
            assertThat(get(gateway.adminPort(), "/actuator/info", "Authorization", signIn)
                            .statusCode())
                    .as(signIn)
                    .isEqualTo(401);
        }
    }

    @Test
    void eachUserSignsInAgainAndAgain() throws Exception {
        for (String signIn : List.of(ANNA, basic("bert", "CANARY-bert"), basic("dora", "CANARY-dora"))) {
            for (int turn = 0; turn < 3; turn++) {
                assertThat(get(gateway.adminPort(), "/actuator/info", "Authorization", signIn)
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void theActuatorShowsWhatIsPromisedAndNothingElse() throws Exception {
        for (String shown : List.of("info", "prometheus", "gateway/routes")) {
            assertThat(asAnna("GET", "/actuator/" + shown).statusCode())
                    .as(shown)
                    .isEqualTo(200);
        }
        for (String absent : List.of("env", "heapdump", "loggers", "threaddump", "beans", "configprops", "mappings")) {
            HttpResponse<String> answer = asAnna("GET", "/actuator/" + absent);
            assertThat(answer.statusCode()).as(absent).isEqualTo(404);
            assertThat(answer.body()).doesNotContain("Exception", "org.springframework");
        }
        assertThat(asAnna("GET", "/actuator/prometheus").body()).contains("jvm_memory_used_bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator/gateway/refresh",
                "/actuator/gateway/routes/x",
                "/actuator/refresh",
                "/actuator/shutdown"
            })
    void theActuatorTakesNoOrders(String path) throws Exception {
        assertThat(asAnna("POST", path).statusCode()).isIn(404, 405);
    }

    @Test
    void aViewerReadsOnly() throws Exception {
        String viewer = basic("bert", "CANARY-bert");
        String deployer = basic("dora", "CANARY-dora");
        assertThat(call("HEAD", gateway.adminPort(), "/actuator/info", "Authorization", viewer)
                        .statusCode())
                .isEqualTo(200);
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            assertThat(call(method, gateway.adminPort(), "/api/v1/apis", "Authorization", viewer)
                            .statusCode())
                    .isEqualTo(403);
            assertThat(call(method, gateway.adminPort(), "/api/v1/apis", "Authorization", deployer)
                            .statusCode())
                    .isEqualTo(405);
        }
    }

    @Test
    void noApiIsServed() throws Exception {
        assertThat(get(gateway.tlsPort(), "/all/x").body()).isEqualTo("served");
        HttpResponse<String> answer = asAnna("GET", "/all/x");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).doesNotContain("served");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/info",
                "/actuator/gateway/routes",
                "/console",
                "/console/sign-in",
                "/webjars/htmx.org/2.0.10/dist/htmx.min.js",
                "/api/v1/apis"
            })
    void theTrafficListenersHaveNothingOfIt(String path) throws Exception {
        HttpResponse<String> tls = get(gateway.tlsPort(), path, "Authorization", ANNA);
        assertThat(tls.statusCode()).isEqualTo(404);
        assertThat(tls.body()).contains("\"code\":\"404\"");
        assertThat(RawCaller.call(
                                gateway.plainPort(),
                                "GET " + path + " HTTP/1.1\r\nHost: localhost:" + gateway.adminPort()
                                        + "\r\nAuthorization: " + ANNA + "\r\n\r\n")
                        .status())
                .isEqualTo(404);
    }

    private static HttpResponse<String> asAnna(String method, String path) throws Exception {
        return call(method, gateway.adminPort(), path, "Authorization", ANNA);
    }
}
