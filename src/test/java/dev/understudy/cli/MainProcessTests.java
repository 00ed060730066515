package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.Authority;
import dev.understudy.testkit.CommandProcess;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.SelfSigned;
import dev.understudy.testkit.TlsClient;
import dev.understudy.testkit.TlsEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real main, in a process of its own. */
@Timeout(180)
class MainProcessTests {

    private static final String SHOP = """
            openapi: 3.0.3
            info: {title: Shop, version: 1.0.0}
            x-wso2-basePath: /shop
            x-wso2-disable-security: true
            servers: [{url: 'http://localhost:1'}]
            paths: {/items: {get: {responses: {'200': {description: OK}}}}}
            """;

    @TempDir
    private Path work;

    @Test
    void whereAndWhoAndThePasswordAreInTheEnvironmentAndTheExitCodeSaysWhatCameOfIt() throws Exception {
        Path file = Files.writeString(work.resolve("shop.yaml"), SHOP);
        try (RunningGateway gateway = RunningGateway.with(
                "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}CANARY")) {
            Path ca = Files.writeString(
                    work.resolve("ca.pem"), Authority.pem(TlsClient.certificate(gateway.adminPort())));
            Map<String, String> anna = Map.of(
                    "UNDERSTUDY_URL", "https://127.0.0.1:" + gateway.adminPort(),
                    "UNDERSTUDY_USER", "anna",
                    "UNDERSTUDY_PASSWORD", "CANARY");

            Ran deployed = run(anna, Files.readString(file), "deploy", "--id", "piped", "--ca", ca.toString(), "-");
            assertThat(deployed.code()).as(deployed.toString()).isZero();
            assertThat(deployed.out()).startsWith("+ piped: created, now revision 1\n    + GET /shop/items\n");
            assertThat(deployed.err()).isEmpty();

            Ran different = run(anna, "", "diff", "--ca", ca.toString(), file.toString());
            assertThat(different.code()).as(different.toString()).isEqualTo(1);
            assertThat(different.out()).startsWith("! shop: refused").contains("\n- piped: deployed, and not here\n");

            Ran distrusted = run(anna, "", "list");
            assertThat(distrusted.code()).as(distrusted.toString()).isEqualTo(3);
            assertThat(distrusted.err()).contains("is not trusted", "--ca", "--insecure");
        }
    }

    @Test
    void aCertificateForAnotherNameGetsNoPassword() throws Exception {
        SelfSigned elsewhere = SelfSigned.of("elsewhere.example");
        Path ca = Files.writeString(
                work.resolve("ca.pem"), elsewhere.trust().certificates().get(0));
        try (TlsEndpoint other = new TlsEndpoint(Authority.context(elsewhere.keys()), "{}")) {
            Ran refused = run(
                    Map.of("UNDERSTUDY_PASSWORD", "CANARY"), "", "list", "--url", other.url(), "--ca", ca.toString());

            assertThat(refused.code()).as(refused.toString()).isEqualTo(3);
            assertThat(refused.err()).contains("The certificate of " + other.url() + " is not trusted: ", "localhost");
            assertThat(other.requests()).isEmpty();
        }
    }

    @Test
    void aGatewayThatIsAwayAndWrongArgumentsEndWithTheirOwnCodes() throws Exception {
        String nowhere = "https://localhost:" + RawEndpoint.deadPort();

        Ran away = run(Map.of("UNDERSTUDY_PASSWORD", "CANARY"), "", "list", "--url", nowhere);
        assertThat(away.code()).as(away.toString()).isEqualTo(3);
        assertThat(away.out()).isEmpty();
        assertThat(away.err())
                .isEqualTo("understudy: Nobody answers at " + nowhere
                        + ": the connection was refused. Does the gateway run, and is --url right?\n");

        assertThat(run(Map.of(), "", "list", "--no-such-option").code()).isEqualTo(2);
    }

    private Ran run(Map<String, String> environment, String input, String... arguments) throws Exception {
        CommandProcess.Result result =
                CommandProcess.in(work).environment(environment).input(input).run(arguments);
        assertThat(result.out() + result.err()).doesNotContain("CANARY", "\tat ");
        return new Ran(result.code(), result.out(), result.err());
    }
}
