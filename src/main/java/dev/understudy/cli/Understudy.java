package dev.understudy.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command above all others. Without one, the jar is the gateway. */
@Command(
        name = "understudy",
        mixinStandardHelpOptions = true,
        versionProvider = Understudy.Version.class,
        description = "An API gateway whose endpoints have understudies. Without a command, it starts the gateway.",
        subcommands = {
            CheckCommand.class,
            DiffCommand.class,
            DeployCommand.class,
            ListCommand.class,
            UndeployCommand.class,
            RevisionsCommand.class,
            RestoreCommand.class,
            EndpointsCommand.class,
            ExplainCommand.class,
            RequestsCommand.class,
            TokenCommand.class,
            CompletionCommand.class,
            CommandLine.HelpCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, and nothing to object to",
            "1:faults, differences, or refused by the gateway",
            "2:wrong arguments, nothing was done",
            "3:could not be done"
        })
final class Understudy implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    // Reached only by arguments without a command, which Commands gives to the gateway.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Understudy.class.getPackage().getImplementationVersion();
            return new String[] {"understudy " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
