package dev.understudy.cli;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What came of a command that was run in this process. */
record Ran(int code, String out, String err) {

    /** What commands find around them here. */
    record Around(Map<String, String> environment, String in, Optional<Terminal> terminal) {

        static final Around NOTHING = new Around(Map.of(), "", Optional.empty());

        static Around variables(String... namesAndValues) {
            Map<String, String> all = new TreeMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                all.put(namesAndValues[i], namesAndValues[i + 1]);
            }
            return new Around(all, "", Optional.empty());
        }

        Around typing(String text) {
            return new Around(environment, text, terminal);
        }

        /** Somebody at a terminal who gives these answers, one after the other. */
        Around answering(String... answers) {
            return new Around(environment, in, Optional.of(new Somebody(new ArrayDeque<>(List.of(answers)))));
        }

        Ran run(String... arguments) {
            return run(Ansi.OFF, arguments);
        }

        Ran run(Ansi colours, String... arguments) {
            InputStream input = new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8));
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            CommandLine command = Commands.commandLine(new Surroundings(environment, input, terminal))
                    .setColorScheme(CommandLine.Help.defaultColorScheme(colours))
                    .setOut(new PrintWriter(out, true))
                    .setErr(new PrintWriter(err, true));
            int code = command.execute(arguments);
            return new Ran(code, out.toString(), err.toString());
        }
    }

    private record Somebody(Deque<String> answers) implements Terminal {

        @Override
        public Optional<char[]> password(String question) {
            return line(question).map(String::toCharArray);
        }

        @Override
        public Optional<String> line(String question) {
            return Optional.ofNullable(answers.poll());
        }
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(out);
    }

    List<String> lines() {
        return Arrays.asList(out.split("\\R"));
    }

    @Override
    public String toString() {
        return "ended with " + code + "\n--- out\n" + out + "--- err\n" + err;
    }
}
