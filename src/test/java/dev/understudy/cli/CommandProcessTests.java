package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.understudy.testkit.CommandProcess;
import dev.understudy.testkit.CommandProcess.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as the jar does them: in a process of their own, by the class that it starts. */
class CommandProcessTests {

    private static final String GOOD = CheckCommandTests.GOOD;
    private static final String BAD = GOOD.replace("type: failover", "type: failovr");

    private static final List<String> SOCKETS =
            List.of("sun.nio.ch.NioSocketImpl", "sun.nio.ch.SocketChannelImpl", "sun.nio.ch.DatagramChannelImpl");

    @TempDir
    private Path directory;

    @Test
    void checkTakesDocumentsOfTheDirectoryItIsStartedInAndEndsWithWhatItFound() throws Exception {
        Path apis = Files.createDirectory(directory.resolve("apis"));
        Files.writeString(apis.resolve("a.yaml"), GOOD);
        Result good = CommandProcess.in(directory).run("check");
        assertThat(good).isEqualTo(new Result(0, lines("1 definition: 1 good, 0 refused; 0 faults, 0 warnings"), ""));

        Files.writeString(apis.resolve("b.yaml"), BAD);
        Result bad = CommandProcess.in(directory).run("check", "apis/b.yaml");
        assertThat(bad.code()).isEqualTo(1);
        assertThat(bad.out())
                .startsWith(Path.of("apis", "b.yaml") + ":")
                .contains("did you mean 'failover'?")
                .doesNotContain("\u001b");
        assertThat(bad.err()).isEmpty();
        assertThat(CommandProcess.in(directory).run("check", "nowhere").code()).isEqualTo(3);
        assertThat(CommandProcess.in(directory).run("check", "--nothing").code())
                .isEqualTo(2);
        assertThat(CommandProcess.in(directory).run("chekc").code()).isEqualTo(2);
    }

    @Test
    void nothingButTheResultIsOnStandardOutput() throws Exception {
        Files.createDirectories(directory.resolve("apis/passed-over.yaml"));
        Files.writeString(directory.resolve("apis/a.yaml"), BAD);
        Files.writeString(
                directory.resolve("application.yml"),
                "understudy: {failover: {response-timeout: 90s}}\nlogging.level.root: trace\ndebug: true\n");

        Result result = CommandProcess.in(directory).run("check", "--format=json");
        JsonNode json = JsonMapper.shared().readTree(result.out());
        assertThat(json.at("/summary/refused").intValue()).isEqualTo(1);
        assertThat(result.err().lines())
                .as("what the gateway would warn of")
                .hasSize(2)
                .anyMatch(line -> line.contains("understudy.failover.response-timeout is cut short"))
                .anyMatch(line -> line.contains("passed-over.yaml is not read: it is no file"));
    }

    @Test
    void checkOpensNoSocketAndStartsNoContext() throws Exception {
        Files.writeString(directory.resolve("a.yaml"), GOOD);

        assertThat(classesOf("check", "a.yaml", "--format=sarif"))
                .contains("dev.understudy.openapi.OpenApiReader")
                .doesNotContainAnyElementsOf(SOCKETS)
                .doesNotContain("org.springframework.context.support.AbstractApplicationContext");
        assertThat(classesOf("token", "--url=http://localhost:1", "--password-file=a.yaml"))
                .as("one that does is found out")
                .containsAnyElementsOf(SOCKETS);
    }

    @Test
    void aDocumentOnStandardInputIsYamlOrJson() throws Exception {
        Result yaml = CommandProcess.in(directory).input(BAD).run("check", "-");
        assertThat(yaml.code()).isEqualTo(1);
        assertThat(yaml.out()).startsWith("stdin.yaml:");
        Result json = CommandProcess.in(directory)
                .input(" \n{\"openapi\": \"3.0.3\",}")
                .run("check", "-");
        assertThat(json.out()).startsWith("stdin.json:2: fault: no valid JSON");
    }

    @Test
    void theVariablesOfAPipelineAreNoKeysOfTheGateway() throws Exception {
        Files.writeString(directory.resolve("a.yaml"), GOOD);
        Result result = CommandProcess.in(directory)
                .environment(Map.of("UNDERSTUDY_PASSWORD", "x", "UNDERSTUDY_FAILOVER_DEADLINE", "nonsense"))
                .run("check", "a.yaml");
        assertThat(result.code()).as(result.err()).isZero();
    }

    @Test
    void bashCompletesCommandsAndOptions() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")));
        Result completion = CommandProcess.in(directory).run("completion");
        assertThat(completion.code()).isZero();
        assertThat(completion.err()).isEmpty();
        Path script = Files.writeString(directory.resolve("completion.sh"), completion.out());

        assertThat(completed(script, "understudy", "che")).containsExactly("check");
        assertThat(completed(script, "understudy", "comp")).containsExactly("completion");
        assertThat(completed(script, "understudy", "check", "--st")).containsExactly("--strict");
        assertThat(completed(script, "understudy", "check", "--format", "s")).containsExactly("sarif");
    }

    /** All that were loaded for a command. */
    private List<String> classesOf(String... command) throws IOException, InterruptedException {
        Path log = directory.resolve("classes.txt");
        CommandProcess.in(directory)
                .options("-Xshare:off", "-Xlog:class+load:file=" + log)
                .run(command);
        return Pattern.compile("\\] ([\\w.$]+) source: ")
                .matcher(Files.readString(log))
                .results()
                .map(line -> line.group(1))
                .toList();
    }

    /** What bash offers for the last of the words. */
    private List<String> completed(Path script, String... words) throws IOException, InterruptedException {
        String asked = """
                source '%s'
                COMP_WORDS=(%s)
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="${COMP_WORDS[*]}"
                COMP_POINT=${#COMP_LINE}
                function_of_it=$(complete -p understudy | sed 's/.*-F \\([^ ]*\\).*/\\1/')
                $function_of_it
                printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(script, String.join(" ", words));
        Process bash = new ProcessBuilder("/bin/bash", "--norc", "-c", asked)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return Pattern.compile("\\R").splitAsStream(output).map(String::strip).toList();
    }

    private static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
