package dev.understudy.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Where a command says what came of it, and how. Colours only where the output is a terminal. */
final class Output {

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "<format>",
            scope = ScopeType.INHERIT,
            order = 90,
            description = "text, for people, or json, as the admin API gives it. text unless set.")
    private Format format = Format.TEXT;

    boolean json() {
        return format == Format.JSON;
    }

    void print(JsonNode tree) {
        out().println(Json.text(tree));
    }

    /** A list, as the only member. */
    void print(String member, List<Facts> all) {
        ObjectNode tree = JsonMapper.shared().createObjectNode();
        ArrayNode list = tree.putArray(member);
        all.forEach(each -> list.add(each.node()));
        print(tree);
    }

    void line(String text) {
        out().println(text);
    }

    void lines(List<String> texts) {
        texts.forEach(this::line);
    }

    void blank() {
        line("");
    }

    String good(String text) {
        return painted(text, Style.fg_green);
    }

    String attention(String text) {
        return painted(text, Style.fg_yellow);
    }

    String bad(String text) {
        return painted(text, Style.fg_red);
    }

    // Not by markup, which a text could have in it.
    private String painted(String text, Style style) {
        CommandLine command = spec.commandLine();
        return command.getColorScheme().apply(text, List.of(style)).toString();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
