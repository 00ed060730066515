package dev.understudy.cli;

import java.util.Set;
import picocli.CommandLine;

/** Where the arguments of the jar mean a command, and what does it. */
public final class Commands {

    private static final Set<String> TOLD_BY_THE_COMMANDS = Set.of("-h", "--help", "-V", "--version");

    private Commands() {}

    /**
     * Whether the first argument is the word of a command, or asks for help. All else begins with {@code --} and is a key of the
     * gateway, as in any Spring Boot application.
     */
    public static boolean areMeantBy(String[] args) {
        return args.length > 0 && (!args[0].startsWith("-") || TOLD_BY_THE_COMMANDS.contains(args[0]));
    }

    /** Does the command; blocks until it is done. @return the {@linkplain ExitCode exit code} of the process */
    public static int run(String... args) {
        CommandLogging.begin();
        return commandLine().execute(args);
    }

    static CommandLine commandLine() {
        return commandLine(Surroundings.ofProcess());
    }

    static CommandLine commandLine(Surroundings surroundings) {
        return new CommandLine(new Understudy(), surroundings.factory())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(new Failures());
    }
}
