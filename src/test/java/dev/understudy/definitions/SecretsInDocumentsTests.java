package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Credentials of endpoints that do not stand in a document, from the file to the endpoint. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsInDocumentsTests {

    private static final String ADMIN = TlsClient.basic("anna", "x");
    private static final String[] USERS = {
        "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}x"
    };

    @TempDir
    private Path secrets;

    @Test
    void reachTheEndpointOfTheirListAndNobodyElse(CapturedOutput output) throws Exception {
        Path password = Files.writeString(secrets.resolve("password"), "CANARY-p\u00e4ss\n");
        Path username = Files.writeString(secrets.resolve("username"), "CANARY-user\n");
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "ok");
                RunningGateway gateway = RunningGateway.serving(
                        Map.of("a.yaml", document(endpoint, "${file:" + username + "}", "${file:" + password + "}")),
                        USERS)) {
            for (String path : List.of("/api", "/path", "/operation")) {
                assertThat(get(gateway, path)).isEqualTo(200);
                String sent = endpoint.requests()
                        .get(endpoint.requests().size() - 1)
                        .header("Authorization")
                        .orElseThrow();
                assertThat(sent).as(path).isEqualTo(TlsClient.basic("CANARY-user", "CANARY-p\u00e4ss"));
            }

            assertThat(definitions(gateway)).contains("\"served\"").doesNotContain("CANARY");
        }
        assertThat(output).doesNotContain("CANARY");
    }

    @Test
    void thatAreMissingAreFaultsWithPlaceAndNameWhileTheVersionBeforeIsServed(CapturedOutput output) throws Exception {
        Path password = Files.writeString(secrets.resolve("password"), "CANARY-password");
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "ok");
                RunningGateway gateway = RunningGateway.serving(
                        Map.of("a.yaml", document(endpoint, "user", "${file:" + password + "}")), USERS)) {
            assertThat(get(gateway, "/api")).isEqualTo(200);

            gateway.write("a.yaml", document(endpoint, "${env:UNDERSTUDY_TEST_NOBODY}", "${vault:CANARY}"));

            Definitions definitions = gateway.bean(Definitions.class);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> definitions.all().get(0).state() == Definition.State.OUTDATED);
            assertThat(definitions.all().get(0).faults())
                    .hasSize(6)
                    .anySatisfy(fault -> assertThat(fault)
                            .startsWith("#/x-wso2-production-endpoints/securityConfig/username (line ")
                            .contains("the variable 'UNDERSTUDY_TEST_NOBODY' is not set"))
                    .anySatisfy(fault -> assertThat(fault)
                            .startsWith("#/paths/~1path/x-wso2-production-endpoints/securityConfig/password (line ")
                            .contains("(expected: ${env:NAME} or ${file:/path})"));
            assertThat(definitions(gateway)).contains("UNDERSTUDY_TEST_NOBODY").doesNotContain("CANARY");
            assertThat(get(gateway, "/api")).isEqualTo(200);
        }
        assertThat(output).contains("UNDERSTUDY_TEST_NOBODY").doesNotContain("CANARY");
    }

    @Test
    void mayBeNamedByDocumentsOfOthersOnlyWhereTheOperatorAllowsThem() throws Exception {
        Path password = Files.writeString(secrets.resolve("password"), "CANARY-password");
        try (RawEndpoint endpoint = RawEndpoint.answering(200, "ok");
                RunningGateway none = RunningGateway.with();
                RunningGateway some =
                        RunningGateway.with("understudy.secrets.directories=" + secrets, USERS[0], USERS[1])) {
            byte[] project = ApiProjects.zip(
                    "", Map.of("Definitions/swagger.yaml", document(endpoint, "user", "${file:" + password + "}")));

            Outcome refused =
                    none.bean(DeployedApis.class).deploy(project, false, "anna").get(20, TimeUnit.SECONDS);
            assertThat(refused.toString())
                    .startsWith("Refused")
                    .contains("understudy.secrets.directories")
                    .doesNotContain("CANARY");
            Outcome deployed =
                    some.bean(DeployedApis.class).deploy(project, false, "anna").get(20, TimeUnit.SECONDS);
            assertThat(deployed.toString()).startsWith("Deployed").doesNotContain("CANARY");
            assertThat(get(some, "/api")).isEqualTo(200);
            assertThat(definitions(some)).contains("deployed").doesNotContain("CANARY");
        }
    }

    private static String document(RawEndpoint endpoint, String username, String password) {
        String list = "x-wso2-production-endpoints: {urls: ['" + endpoint.url() + "'], securityConfig: {type: BASIC,"
                + " username: '" + username + "', password: '" + password + "'}}";
        return """
                openapi: 3.0.3
                info: {title: Test, version: '1'}
                x-wso2-basePath: /a
                x-wso2-disable-security: true
                %1$s
                paths:
                  /api: {get: {responses: {'200': {description: OK}}}}
                  /path:
                    %1$s
                    get: {responses: {'200': {description: OK}}}
                  /operation:
                    get:
                      %1$s
                      responses: {'200': {description: OK}}
                """.formatted(list);
    }

    private static int get(RunningGateway gateway, String path) throws IOException {
        return RawCaller.call(gateway.plainPort(), "GET /a" + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                .status();
    }

    private static String definitions(RunningGateway gateway) throws Exception {
        return TlsClient.get(gateway.adminPort(), "/api/v1/definitions", "Authorization", ADMIN)
                .body();
    }
}
