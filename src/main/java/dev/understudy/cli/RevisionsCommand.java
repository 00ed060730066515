package dev.understudy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Lists the revisions of an API. */
@Command(
        name = "revisions",
        sortOptions = false,
        header = "List the revisions of an API that are kept.",
        description = "Also of one that was undeployed. SERVED AT has the virtual hosts at which a revision is served.",
        footerHeading = "%nExamples:%n",
        footer = "  understudy revisions shop")
final class RevisionsCommand implements Callable<Integer> {

    @Parameters(paramLabel = "<id>", description = "The id of the API, as list has it.")
    private String id = "";

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        Facts body =
                gateway.client().get(Apis.path(id) + "/revisions").orThrow(id).body();
        if (output.json()) {
            output.print(body.node());
            return ExitCode.FINE;
        }
        Table table = new Table("REV", "VERSION", "DEPLOYED", "BY", "SERVED AT", "SHA-256");
        for (Facts revision : body.list("revisions")) {
            String hosts = String.join(", ", revision.texts("virtualHosts"));
            String digest = revision.text("sha256", "-");
            table.row(
                    revision.number("number").map(String::valueOf).orElse("-"),
                    revision.text("version", "-"),
                    Times.at(revision.time("at")),
                    revision.text("by", "-"),
                    hosts.isEmpty() ? "-" : hosts,
                    digest.length() > 12 ? digest.substring(0, 12) : digest);
        }
        output.lines(table.lines());
        return ExitCode.FINE;
    }
}
