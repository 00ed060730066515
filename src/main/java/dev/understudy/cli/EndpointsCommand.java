package dev.understudy.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists the endpoints of a gateway. */
@Command(
        name = "endpoints",
        sortOptions = false,
        subcommands = {HoldCommand.class, ReleaseCommand.class},
        header = "List the endpoints of a gateway, hold them and release them.",
        description =
                "One line for each list that an endpoint is in. SINCE is how long it has been in its state, BUSY how many"
                        + " requests are on their way to it or from it, FAILS how many in a row found something wrong.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  understudy endpoints",
            "  understudy endpoints --api 'PizzaShackAPI 1.0.0'",
            "  understudy endpoints hold http://localhost:2380/v2 --for 15m --wait",
            "  understudy endpoints release http://localhost:2380/v2"
        })
final class EndpointsCommand implements Callable<Integer> {

    @Option(
            names = "--api",
            paramLabel = "<api>",
            description = "Only those of this API: its name, or its name and version with a space between.")
    private Optional<String> api = Optional.empty();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        Facts body = gateway.client().get(Endpoints.PATH).orThrow().body();
        List<Facts> endpoints =
                body.list("endpoints").stream().filter(this::isWanted).toList();
        if (output.json()) {
            output.print("endpoints", endpoints);
        } else {
            print(endpoints);
        }
        return ExitCode.FINE;
    }

    Output output() {
        return output;
    }

    GatewayOptions gateway() {
        return gateway;
    }

    private boolean isWanted(Facts endpoint) {
        return api.isEmpty() || endpoint.list("lists").stream().anyMatch(this::isOfApi);
    }

    private boolean isOfApi(Facts list) {
        return api.map(wanted -> list.texts("apis").stream()
                        .anyMatch(name -> name.equals(wanted) || name.startsWith(wanted + " ")))
                .orElse(true);
    }

    private void print(List<Facts> endpoints) {
        if (endpoints.isEmpty()) {
            output.line("There is no endpoint" + (api.isPresent() ? " of this API." : "."));
            return;
        }
        Table table = new Table(0, "STATE", "SINCE", "URL", "BUSY", "FAILS", "LAST ERROR", "USED BY");
        for (Facts endpoint : endpoints) {
            if (endpoint.list("lists").isEmpty()) {
                row(table, endpoint, endpoint.at("override"), "no list");
            }
            endpoint.list("lists").stream()
                    .filter(this::isOfApi)
                    .forEach(list -> row(table, endpoint, list, usedBy(list)));
        }
        output.lines(table.lines());
    }

    private void row(Table table, Facts endpoint, Facts standing, String usedBy) {
        String state = standing.text("state", "-");
        Facts error = standing.at("lastError");
        table.row(
                text -> state.equals("ready") ? output.good(text) : output.attention(text),
                state,
                Times.age(standing.time("since")),
                endpoint.text("url"),
                endpoint.number("inFlight").map(String::valueOf).orElse("-"),
                standing.number("failuresInRow").map(String::valueOf).orElse("-"),
                error.text("word").isEmpty() ? "-" : error.text("word") + ", " + Times.age(error.time("at")) + " ago",
                usedBy);
    }

    private static String usedBy(Facts list) {
        return String.join(", ", list.texts("apis")) + " (" + String.join(", ", list.texts("kinds")) + ", "
                + list.text("type") + " "
                + list.number("position").map(String::valueOf).orElse("-") + ")";
    }
}
