package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.cli.Ran.Around;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.CommandProcess;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command asks for, and what it makes of answers; DemoTests has it with a real demo. */
class TokenCommandTests {

    private static final String TOKEN = "eyJh.eyJp-_1.c2ln";

    @TempDir
    private Path directory;

    private Path password;

    @BeforeEach
    void writePassword() throws IOException {
        password = Files.writeString(directory.resolve("password"), "se:cret ü\n");
    }

    @Test
    void itAsksForWhatTheOptionsSayAndPrintsTheTokenAlone() throws IOException {
        try (RawEndpoint gateway = RawEndpoint.answering(200, TOKEN)) {
            Ran plain = token(gateway);
            assertThat(plain).isEqualTo(new Ran(0, TOKEN + System.lineSeparator(), ""));
            RawMessage asked = gateway.onlyRequest();
            assertThat(asked.firstLine()).isEqualTo("POST /testkey HTTP/1.1");
            assertThat(asked.text()).isEqualTo("keytype=PRODUCTION&scope=order%3Aread+order%3Awrite");
            assertThat(asked.header("Content-Type")).contains("application/x-www-form-urlencoded");
            assertThat(asked.header("Authorization")).contains(basic("admin:se:cret ü"));

            token(gateway, "--sandbox", "-s", "a", "--scope=b c", "-u", "anna");
            RawMessage other = gateway.requests().get(1);
            assertThat(other.text()).isEqualTo("keytype=SANDBOX&scope=a+b+c");
            assertThat(other.header("Authorization")).contains(basic("anna:se:cret ü"));
            token(gateway, "--scope=");
            assertThat(gateway.requests().get(2).text()).isEqualTo("keytype=PRODUCTION&scope=");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | x | does not know admin with this password",
                "404 | {} | has no /testkey (expected: one that was started with the profile demo)",
                "400 | scope: not valid | scope: not valid",
                "503 | {} | answers 503 (expected: 200 with a token)",
                "200 | <html> | answers 200 (expected: 200 with a token)"
            })
    void whatIsNoTokenIsAnErrorThatSaysWhy(int status, String body, String told) throws IOException {
        try (RawEndpoint gateway = RawEndpoint.answering(status, body)) {
            Ran result = token(gateway);
            assertThat(result.code()).isEqualTo(3);
            assertThat(result.out()).isEmpty();
            assertThat(result.err())
                    .startsWith("understudy: ")
                    .contains(told)
                    .doesNotContain("se:cret")
                    .hasLineCount(1);
        }
    }

    @Test
    void aGatewayThatIsAwayOrAnswersNonsenseIsAnError() throws IOException {
        Ran away = run("token", "--url=http://localhost:" + RawEndpoint.deadPort(), passwordFile());
        assertThat(away.code()).isEqualTo(3);
        assertThat(away.err()).contains("No gateway can be reached at http://localhost:");

        try (RawEndpoint gateway = RawEndpoint.doing((request, connection) -> connection.send("nonsense\r\n\r\n"))) {
            Ran nonsense = token(gateway);
            assertThat(nonsense.code()).isEqualTo(3);
            assertThat(nonsense.err()).contains("No valid answer from ");
        }
        String endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(100_000);
        try (RawEndpoint gateway = RawEndpoint.doing((request, connection) -> connection.send(endless))) {
            assertThat(token(gateway).err()).contains("No valid answer from ", "longer than 65536 bytes");
        }
    }

    @Test
    void aGatewayWithoutTheDemoSaysThatItIsNoneAndItsCertificateIsJudged() throws Exception {
        try (RunningGateway gateway = RunningGateway.with()) {
            String url = "--url=https://localhost:" + gateway.tlsPort();
            Path ca = Files.writeString(
                    directory.resolve("ca.pem"), Authority.pem(TlsClient.certificate(gateway.tlsPort())));

            assertThat(run("token", url, passwordFile()).err())
                    .contains("No TLS with https://localhost:", "--ca", "--insecure");
            assertThat(run("token", url, passwordFile(), "--insecure").err()).contains("has no /testkey");
            assertThat(run("token", url, passwordFile(), "--ca=" + ca).err()).contains("has no /testkey");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--url=ftp://localhost",
                "--url=localhost:9095",
                "--url=http://gateway.example.com",
                "--url=https://a:b@localhost",
                "--url=https://localhost/x",
                "--url=https://localhost?x",
                "--url=:",
                "--ca=a --insecure"
            })
    void wrongArgumentsEndWithTwo(String arguments) {
        Ran result = run(Stream.concat(Stream.of("token", passwordFile()), Arrays.stream(arguments.split(" ")))
                .toArray(String[]::new));
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void filesThatAreNoneAreNamed() {
        assertThat(run("token", "--password-file=" + directory.resolve("nobody"))
                        .err())
                .contains("nobody cannot be read (expected: a file with the password");
        assertThat(run("token", passwordFile(), "--ca=" + password).err())
                .contains("password: no certificate in it (expected: one or more X.509 certificates in PEM)");
    }

    @Test
    void thePasswordIsTakenFromAVariableAndWithoutAnySourceItIsAskedForAtATerminal() throws Exception {
        try (RawEndpoint gateway = RawEndpoint.answering(200, TOKEN)) {
            CommandProcess process = CommandProcess.in(directory);
            assertThat(process.environment(Map.of("TESTKEY_PASSWORD", "from-variable"))
                            .run("token", "--url=" + gateway.url()))
                    .isEqualTo(new CommandProcess.Result(0, TOKEN + System.lineSeparator(), ""));
            assertThat(gateway.onlyRequest().header("Authorization")).contains(basic("admin:from-variable"));
        }
        try (RawEndpoint gateway = RawEndpoint.answering(200, TOKEN)) {
            String url = "--url=" + gateway.url();
            assertThat(Around.NOTHING.answering("typed").run("token", url).code())
                    .isZero();
            assertThat(gateway.onlyRequest().header("Authorization")).contains(basic("admin:typed"));

            Ran without = run("token", url);
            assertThat(without.code()).isEqualTo(3);
            assertThat(without.out()).isEmpty();
            assertThat(without.err()).contains("No password (expected: the variable TESTKEY_PASSWORD");
        }
    }

    private Ran token(RawEndpoint gateway, String... options) {
        return run(Stream.concat(Stream.of("token", "--url=" + gateway.url(), passwordFile()), Arrays.stream(options))
                .toArray(String[]::new));
    }

    private String passwordFile() {
        return "--password-file=" + password;
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Ran run(String... arguments) {
        return Around.NOTHING.run(arguments);
    }
}
