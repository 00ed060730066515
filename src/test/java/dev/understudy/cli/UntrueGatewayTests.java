package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.cli.Ran.Around;
import dev.understudy.testkit.Authority;
import dev.understudy.testkit.BlackHole;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.TlsEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Help.Ansi;

/** Whatever is at the other end: a command ends, says what was wrong, and lets nothing of it at the terminal. */
@Timeout(60)
class UntrueGatewayTests {

    private static final Around ADMIN = Around.variables("UNDERSTUDY_PASSWORD", "CANARY");
    private static final String JSON = "Content-Type: application/json\r\n";

    private final RawEndpoint gateway = RawEndpoint.answering(200, "");

    @TempDir
    private Path work;

    @AfterEach
    void stop() throws IOException {
        gateway.close();
    }

    @Test
    void htmlIsNoAnswer() {
        says("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>");

        assertThat(failed("list")).contains("answered 200, and with no JSON (text/html, expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1]", "\"text\"", "", "{\"apis\": \u0001}"})
    void nothingButAnObjectIsAnAnswer(String body) {
        says("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body);

        assertThat(failed("list")).contains("answered 200, and with no JSON (application/json, expected: ");
    }

    @Test
    void jsonOfAnotherKindIsAnEmptyAnswer() {
        String body =
                "{\"apis\": [1, null, {}, {\"id\": {\"a\": 1}, \"revision\": \"x\", \"since\": \"then\", \"name\": [2]}]}";
        says("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body);

        Ran listed = run("list");
        assertThat(listed.code()).as(listed.toString()).isZero();
        assertThat(listed.lines()).hasSize(5);
    }

    @Test
    void anAnswerWithoutEndIsEndedByItsLength() {
        gateway.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\n" + JSON + "\r\n{\"a\": \"");
            String much = "x".repeat(1 << 20);
            while (true) {
                connection.send(much);
            }
        });

        assertThat(failed("list")).contains("gave no whole answer: it is longer than " + AdminClient.LONGEST_ANSWER);
    }

    @Test
    void anAnswerThatTakesTooLongIsEndedByTheTime() {
        gateway.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: 100\r\n\r\n{");
            connection.socket().getInputStream().read();
        });

        assertThat(failed("list", "--timeout", "700ms"))
                .contains("No whole answer of http://localhost:", "within 0.7 s");
    }

    @Test
    void anAnswerThatBreaksOffIsNone() {
        gateway.nowDoes((request, connection) -> {
            connection.send("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: 1000\r\n\r\n{\"apis\": []}");
            connection.close();
        });

        assertThat(failed("list")).contains("gave no whole answer: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "220 mail.example.com ESMTP\r\n",
                "HTTP/1.1 OK\r\n\r\n",
                "\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"
            })
    void whatIsNotHttpIsSaid(String bytes) {
        gateway.nowDoes((request, connection) -> {
            connection.send(bytes);
            connection.close();
        });

        assertThat(failed("list")).contains("understudy: http://localhost:", "http right?");
    }

    @Test
    void thePasswordIsNotSentOn() throws IOException {
        try (RawEndpoint other = RawEndpoint.answering(200, "{}")) {
            says("HTTP/1.1 307 Over There\r\nLocation: " + other.url() + "/\r\nContent-Length: 0\r\n\r\n");

            assertThat(failed("list")).contains("sends on to " + other.url() + "/ (307, expected: an answer)");
            assertThat(other.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"429, 7", "503, 5", "408, ''", "500, ''", "507, ''"})
    void whatMayBeTriedLaterSaysSo(int status, String after) {
        String body = "{\"detail\": \"Not now.\"}";
        says("HTTP/1.1 " + status + " No\r\nContent-Type: application/problem+json\r\nContent-Length: " + body.length()
                + (after.isEmpty() ? "" : "\r\nRetry-After: " + after) + "\r\n\r\n" + body);

        assertThat(failed("list"))
                .contains("could not do it (" + status + "): Not now."
                        + (after.isEmpty() ? "" : " It may be tried again after " + after + " s."));
    }

    @Test
    void whatIsTooLongForTheGatewayIsRefused() throws IOException {
        String body = "{\"detail\": \"The body is longer than 20971520 bytes.\"}";
        says("HTTP/1.1 413 No\r\nContent-Type: application/problem+json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
        Ran refused =
                run("deploy", Files.writeString(work.resolve("a.yaml"), "a: 1").toString());

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.lines().get(1)).isEqualTo("    The body is longer than 20971520 bytes.");
    }

    @Test
    void aFileThatIsTooLongIsNotSent() throws IOException {
        Path file = Files.write(work.resolve("a.json"), new byte[(20 << 20) + 1]);

        assertThat(failed("deploy", file.toString())).contains("a.json: more than 20971520 bytes (expected: fewer");
        assertThat(gateway.requests()).isEmpty();
    }

    @Test
    void theRestIsNotTriedOnceTheGatewayIsAway() throws IOException {
        for (String name : new String[] {"a.yaml", "b.yaml", "c.yaml"}) {
            Files.writeString(work.resolve(name), "a: 1");
        }
        gateway.nowDoes((request, connection) -> {
            if (request.firstLine().contains("/apis/a ")) {
                String body = "{\"result\": \"created\", \"revision\": 1}";
                connection.send("HTTP/1.1 201 Yes\r\n" + JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body);
            } else {
                connection.close();
            }
        });

        Ran broken = run("deploy", work.toString());

        assertThat(broken.code()).as(broken.toString()).isEqualTo(3);
        assertThat(broken.out()).startsWith("+ a: created").endsWith("1 created, 2 not tried\n");
        assertThat(broken.err()).contains("gave no whole answer");
        assertThat(gateway.requests()).noneMatch(request -> request.firstLine().contains("/apis/c "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list",
                "endpoints",
                "requests",
                "revisions x",
                "explain /x",
                "explain -r x",
                "diff %s",
                "deploy %s"
            })
    void nothingThatAGatewaySaysMovesTheCursor(String command) throws IOException {
        Files.writeString(work.resolve("a.yaml"), "a: 1");
        String evil = "\\u001b[2J\\u009b31m\\u202e\\n\\r\\u2028@|red x|@%s%n";
        String api = """
                {"id": "E", "name": "E", "version": "E", "basePath": "E", "source": "deployed", "state": "E", "since": "E", \
                "by": "E", "virtualHosts": ["E"], "sha256": "E", "number": 1, "method": "E", "path": "E", "url": "E", \
                "apis": ["E"], "kinds": ["E"], "type": "E", "aspects": ["E"], "virtualHost": "E", "position": 1, "why": "E", \
                "endpoint": "E", "outcome": "E", "next": "E", "reached": "E", "ms": "E", "text": "E", "file": "E", \
                "pointer": "E", "lastError": {"word": "E", "at": "E"}, "lists": [@], "override": {"state": "E"}}""".replace("E", evil);
        String one = api.replace("@]", "]");
        String body = """
                {"apis": [O], "endpoints": [O], "requests": [O], "revisions": [O], "text": ["E"], "outcome": "E", "method": "E", \
                "path": "E", "at": "E", "ms": "E", "line": [O], "attempts": [O], "outcomes": [O], "result": "replaced", \
                "operations": {"added": [O], "removed": [O], "changed": [O]}, "warnings": [O], \
                "security": {"open": false, "header": "E", "scopes": [["E"]]}}""".replace("E", evil).replace("O", api.replace("@]", one + "]"));
        says("HTTP/1.1 200 OK\r\n" + JSON + "Content-Length: " + body.length() + "\r\n\r\n" + body);

        for (String format : new String[] {"text", "json"}) {
            Ran ran = run((command.formatted(work) + " --format " + format).split(" "));
            assertThat(ran.out() + ran.err())
                    .as(ran.toString())
                    .contains("[2J")
                    .doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n]]");
            assertThat(ran.err()).isEmpty();
        }
        assertThat(ADMIN.run(Ansi.ON, at((command.formatted(work)).split(" "))).out())
                .contains("@|red x|@%s%n");
    }

    @Test
    void nothingThatAProblemSaysMovesTheCursor() {
        String body = "{\"detail\": \"\\u001b[2J\\u009b\\u202e\\nx\"}";
        for (int status : new int[] {400, 401, 403, 404, 409, 500}) {
            says("HTTP/1.1 " + status + " No\r\nContent-Type: application/problem+json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            Ran ran = run("undeploy", "x");
            assertThat(ran.err()).contains("?[2J???x").doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n]]");
        }
    }

    @Test
    void whatNoHeaderCanHaveIsRefusedBeforeItIsSent() throws IOException {
        Path file = Files.writeString(work.resolve("a.yaml"), "a: 1");
        assertThat(run("deploy", "--if-match", "a\nb", file.toString()).code()).isEqualTo(2);
        assertThat(run("undeploy", "--if-match", "\u00fc", "x").code()).isEqualTo(2);
        for (String variable : new String[] {"UNDERSTUDY_TOKEN", "UNDERSTUDY_PASSWORD"}) {
            Ran ran = Around.variables(variable, "CANARY\r\nX: \u20ac").run(at("list"));
            assertThat(ran.code()).as(ran.toString()).isEqualTo(3);
            assertThat(ran.err()).contains(variable).doesNotContain("CANARY", "\tat ");
        }
        assertThat(Around.variables("UNDERSTUDY_TOKEN", "\u20ac")
                        .run(at("list"))
                        .err())
                .contains("UNDERSTUDY_TOKEN: no token");
        assertThat(gateway.requests()).isEmpty();
    }

    @Test
    void nobodyAndSilenceAreToldApart() throws Exception {
        Ran nobody = ADMIN.run("list", "--url", "https://localhost:" + RawEndpoint.deadPort());
        assertThat(nobody.code()).isEqualTo(3);
        assertThat(nobody.err()).contains("Nobody answers at https://localhost:", "the connection was refused");

        try (BlackHole hole = new BlackHole()) {
            Ran silent = ADMIN.run("list", "--timeout", "500ms", "--url", "https://127.0.0.1:" + hole.port());
            assertThat(silent.code()).isEqualTo(3);
            assertThat(silent.err()).containsPattern("no connection in time|No whole answer");
        }
    }

    @Test
    void aCertificateThatIsNotTrustedGetsNoPassword() throws Exception {
        Authority authority = new Authority("the right one");
        Path ca = Files.writeString(work.resolve("ca.pem"), pem(authority));
        Path other = Files.writeString(work.resolve("other.pem"), pem(new Authority("another one")));
        Path none = Files.writeString(work.resolve("none.pem"), "no certificate");
        try (TlsEndpoint endpoint = new TlsEndpoint(Authority.context(authority.issue("localhost")), "{}")) {
            String[] list = {"list", "--url", endpoint.url()};
            for (String[] trust : new String[][] {{}, {"--ca", other.toString()}}) {
                Ran refused =
                        ADMIN.run(Stream.of(list, trust).flatMap(Stream::of).toArray(String[]::new));
                assertThat(refused.code()).isEqualTo(3);
                assertThat(refused.err())
                        .contains("The certificate of " + endpoint.url() + " is not trusted: ", "--ca", "--insecure");
            }
            assertThat(endpoint.requests()).isEmpty();

            Ran trusted = ADMIN.run("list", "--url", endpoint.url(), "--ca", ca.toString());
            assertThat(trusted.err()).contains("and with no JSON");
            Ran insecure = ADMIN.run("list", "--url", endpoint.url(), "--insecure");
            assertThat(insecure.err())
                    .contains("understudy: --insecure: whoever answers at " + endpoint.url() + " gets the password");
            assertThat(endpoint.requests()).hasSize(2);
            assertThat(ADMIN.run("list", "--ca", none.toString()).err()).contains("no certificate in it");
            assertThat(ADMIN.run("list", "--ca", work + "/missing").err()).contains("it is not there");
            assertThat(ADMIN.run("list", "--ca", ca.toString(), "-k").code()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "diff",
                "deploy",
                "list",
                "undeploy",
                "revisions",
                "restore",
                "endpoints",
                "endpoints hold",
                "endpoints release",
                "explain",
                "requests"
            })
    void eachCommandTellsOfItselfAndOfWhereTheGatewayIs(String command) {
        Ran help = Around.NOTHING.run((command + " --help").split(" "));

        assertThat(help.code()).isZero();
        assertThat(help.out())
                .contains(
                        "Usage: understudy " + command + " ",
                        "--url",
                        "--user",
                        "--password-file",
                        "--ca",
                        "--insecure")
                .contains("UNDERSTUDY_URL", "UNDERSTUDY_PASSWORD", "Examples:")
                .doesNotContain("--version");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    private static String pem(Authority authority) {
        return authority.trust().certificates().get(0);
    }

    private void says(String answer) {
        gateway.nowDoes((request, connection) -> connection.send(answer));
    }

    private String failed(String... arguments) {
        Ran ran = run(arguments);
        assertThat(ran.code()).as(ran.toString()).isEqualTo(3);
        assertThat(ran.out()).isEmpty();
        return ran.err();
    }

    private Ran run(String... arguments) {
        Ran ran = ADMIN.run(at(arguments));
        assertThat(ran.out() + ran.err()).doesNotContain("CANARY", "\tat ", "Exception");
        return ran;
    }

    private String[] at(String... arguments) {
        return Stream.concat(Stream.of(arguments), Stream.of("--url", gateway.url()))
                .toArray(String[]::new);
    }
}
