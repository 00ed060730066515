package dev.understudy.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What commands have that ask no admin listener; those that do have it from {@link GatewayOptions}. */
@Command
final class HelpOption {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean asked;
}
