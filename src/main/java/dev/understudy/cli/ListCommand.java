package dev.understudy.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the APIs of a gateway. */
@Command(
        name = "list",
        sortOptions = false,
        header = "List the APIs of a gateway.",
        description =
                "Those that were deployed, and those of the gateway's own folder. SINCE is how long ago the revision was"
                        + " deployed, or the file was looked at.",
        footerHeading = "%nExamples:%n",
        footer = {"  understudy list", "  understudy list --format json --url https://gateway.example.com:9843"})
final class ListCommand implements Callable<Integer> {

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        Facts body = gateway.client().get(Apis.PATH).orThrow().body();
        if (output.json()) {
            output.print(body.node());
        } else {
            print(body.list("apis"));
        }
        return ExitCode.FINE;
    }

    private void print(List<Facts> apis) {
        if (apis.isEmpty()) {
            output.line("There is no API.");
            return;
        }
        Table table = new Table(6, "ID", "NAME", "VERSION", "BASE PATH", "REV", "SOURCE", "STATE", "SINCE");
        for (Facts api : apis) {
            String state = api.text("state", "-");
            table.row(
                    text -> state.equals("served") ? output.good(text) : output.bad(text),
                    api.text("id"),
                    api.text("name", "-"),
                    api.text("version", "-"),
                    api.text("basePath", "-"),
                    api.number("revision").map(String::valueOf).orElse("-"),
                    api.text("source", "-"),
                    state,
                    Times.age(api.time("since")));
        }
        output.lines(table.lines());
    }
}
