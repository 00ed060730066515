package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Holds docs/reference/command-line.md to the commands that there are. */
class CommandLineReferenceTests {

    private final CommandLine all = Commands.commandLine().setColorScheme(Help.defaultColorScheme(Ansi.OFF));

    @Test
    void theReferenceIsWhatTheCodeGives() throws IOException {
        String text = commands().map(CommandLineReferenceTests::section).collect(Collectors.joining("\n"));
        new GeneratedPart(Path.of("docs/reference/command-line.md"), getClass()).assertIs(text);
    }

    @Test
    void everyCommandAndEachOfItsArgumentsSaysWhatItIsFor() {
        assertThat(commands()).hasSizeGreaterThanOrEqualTo(3).allSatisfy(command -> {
            assertThat(command.usageMessage().description())
                    .as(command.qualifiedName())
                    .isNotEmpty();
            assertThat(arguments(command))
                    .allSatisfy(argument -> assertThat(argument.description())
                            .as(command.qualifiedName() + " " + argument)
                            .isNotEmpty());
            assertThat(command.optionsMap()).as(command.qualifiedName()).containsKeys("-h", "--help");
        });
    }

    // Without that of picocli, which every program has that uses it.
    private Stream<CommandSpec> commands() {
        return below(all)
                .map(CommandLine::getCommandSpec)
                .filter(command -> !(command.userObject() instanceof CommandLine.HelpCommand)
                        && !command.usageMessage().hidden());
    }

    private static Stream<CommandLine> below(CommandLine command) {
        return command.getSubcommands().values().stream()
                .distinct()
                .flatMap(each -> Stream.concat(Stream.of(each), below(each)));
    }

    private static String section(CommandSpec command) {
        StringBuilder text =
                new StringBuilder("## %s\n\n".formatted(command.qualifiedName().replaceFirst("^\\S+ ", "")));
        for (String line : command.usageMessage().description()) {
            text.append(escaped(line.formatted())).append('\n');
        }
        text.append("\n```text\n").append(synopsis(command)).append("\n```\n");
        List<ArgSpec> arguments = arguments(command);
        if (!arguments.isEmpty()) {
            text.append("\n| argument | default | meaning |\n|---|---|---|\n");
            arguments.forEach(argument -> text.append(row(argument)));
        }
        Map<String, String> codes = command.usageMessage().exitCodeList();
        if (!codes.isEmpty()) {
            text.append("\n| exit code | meaning |\n|---|---|\n");
            codes.forEach((code, meaning) -> text.append("| %s | %s |\n".formatted(code.strip(), escaped(meaning))));
        }
        return text.toString();
    }

    private static String synopsis(CommandSpec command) {
        Help help = new Help(command, Help.defaultColorScheme(Ansi.OFF));
        return help.synopsis(0).stripTrailing().replace("\r\n", "\n");
    }

    // What is asked of every command stands above all of them.
    private static List<ArgSpec> arguments(CommandSpec command) {
        List<ArgSpec> arguments = new ArrayList<>(command.positionalParameters());
        command.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .forEach(arguments::add);
        arguments.removeIf(ArgSpec::hidden);
        return arguments;
    }

    private static String row(ArgSpec argument) {
        String name = argument instanceof OptionSpec option
                ? Arrays.stream(option.names()).map(each -> "`" + each + "`").collect(Collectors.joining(", "))
                        + (option.arity().max() == 0 ? "" : " `" + option.paramLabel() + "`")
                : "`" + argument.paramLabel() + "`";
        String value = argument.defaultValue();
        return "| %s | %s | %s |\n"
                .formatted(
                        name,
                        value == null || value.isEmpty() || value.equals("false") ? "" : "`" + value + "`",
                        escaped(String.join(" ", argument.renderedDescription())));
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "\\<");
    }
}
