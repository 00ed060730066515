package dev.understudy.cli;

import java.io.PrintWriter;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What makes a shell complete the commands. */
@Command(
        name = "completion",
        description = {
            "Prints a script that makes bash and zsh complete the commands and options of understudy.",
            "In a shell: source <(java -jar understudy.jar completion)"
        })
final class CompletionCommand implements Runnable {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private HelpOption help;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash(spec.root().name(), spec.root().commandLine()));
        // Without a line end of this platform: a shell reads it.
        out.print('\n');
        out.flush();
    }
}
