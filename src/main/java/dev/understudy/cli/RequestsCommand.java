package dev.understudy.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the last requests. */
@Command(
        name = "requests",
        sortOptions = false,
        header = "List the last requests, the latest first.",
        description =
                "#: the place of the endpoint that was asked last, in the list of the document. TRIES: how often endpoints"
                        + " were asked. What became of one: explain --request <id>.",
        footerHeading = "%nExamples:%n",
        footer = {"  understudy requests --moved", "  understudy requests --status 5xx --api PizzaShackAPI --limit 10"})
final class RequestsCommand implements Callable<Integer> {

    @Option(
            names = "--api",
            paramLabel = "<api>",
            description = "Only those of this API: its name, or its name and version with a space between.")
    private Optional<String> api = Optional.empty();

    @Option(
            names = "--status",
            paramLabel = "<class>",
            description = "Only those with such an answer: 1xx to 5xx, or none.")
    private Optional<String> status = Optional.empty();

    @Option(names = "--moved", description = "Only those that went on to another endpoint.")
    private boolean moved;

    @Option(names = "--limit", paramLabel = "<number>", description = "How many, from 1 to 1000. 20 unless set.")
    private int limit = 20;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        Map<String, String> filter = new LinkedHashMap<>();
        api.ifPresent(wanted -> filter.put("api", wanted));
        status.ifPresent(wanted -> filter.put("status", wanted));
        if (moved) {
            filter.put("moved", "true");
        }
        filter.put("limit", String.valueOf(limit));
        Facts body = gateway.client()
                .get("/api/v1/requests" + AdminUrl.query(filter))
                .orThrow()
                .body();
        if (output.json()) {
            output.print(body.node());
        } else {
            print(body.list("requests"));
        }
        return ExitCode.FINE;
    }

    private void print(List<Facts> requests) {
        if (requests.isEmpty()) {
            output.line("There is no such request.");
            return;
        }
        Table table = new Table(1, "AGE", "STATUS", "TOOK", "#", "TRIES", "REQUEST", "ID");
        for (Facts request : requests) {
            String answer = request.number("status")
                    .filter(known -> known > 0)
                    .map(String::valueOf)
                    .orElse("none");
            table.row(
                    text -> text.matches("5..|none") ? output.bad(text) : text,
                    Times.age(request.time("at")),
                    answer,
                    request.text("ms") + " ms",
                    request.number("endpoint").map(String::valueOf).orElse("-"),
                    request.number("attempts").map(String::valueOf).orElse("-"),
                    request.text("method") + " " + request.text("path"),
                    request.text("id"));
        }
        output.lines(table.lines());
    }
}
