package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.UnderstudyApplication;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command of the jar in a process of its own, by the class that the jar starts, without what this one was told by variables. */
public final class CommandProcess {

    /** @param code with which it ended */
    public record Result(int code, String out, String err) {}

    private static final int SECONDS_AT_MOST = 120;

    private final Path directory;
    private final List<String> options;
    private final Map<String, String> environment;
    private final String in;

    private CommandProcess(Path directory, List<String> options, Map<String, String> environment, String in) {
        this.directory = directory;
        this.options = options;
        this.environment = environment;
        this.in = in;
    }

    /** @param directory in which it runs */
    public static CommandProcess in(Path directory) {
        return new CommandProcess(directory, List.of(), Map.of(), "");
    }

    /** With options of the JVM. */
    public CommandProcess options(String... options) {
        return new CommandProcess(directory, List.of(options), environment, in);
    }

    /** With more variables. */
    public CommandProcess environment(Map<String, String> environment) {
        return new CommandProcess(directory, options, environment, in);
    }

    /** With this on standard input. */
    public CommandProcess input(String in) {
        return new CommandProcess(directory, options, environment, in);
    }

    /** Runs it to its end. */
    public Result run(String... arguments) throws IOException, InterruptedException {
        return run(command(arguments));
    }

    /** Lets it run. @param log where all that it says goes */
    public Process start(Path log, String... arguments) throws IOException {
        return builder(command(arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath(), UnderstudyApplication.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("UNDERSTUDY_") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().putAll(environment);
        return builder;
    }

    private Result run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("command", ".out");
        Path err = Files.createTempFile("command", ".err");
        try {
            Process process = builder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (OutputStream to = process.getOutputStream()) {
                to.write(in.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It did not want to read it.
            }
            boolean ended = process.waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("%s ends", command).isTrue();
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    // Of the tests, whose directories are relative to that of the build.
    private static String classPath() {
        return String.join(
                System.getProperty("path.separator"),
                List.of(System.getProperty("java.class.path").split(System.getProperty("path.separator"))).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }
}
