package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes APIs from a gateway. */
@Command(
        name = "undeploy",
        sortOptions = false,
        header = "Take APIs from a gateway.",
        description =
                "They are not served any more, on any virtual host. Their revisions are kept: restore brings them back."
                        + " Where there is a terminal, it asks first. All are tried, also if the gateway refuses one.",
        footerHeading = "%nExamples:%n",
        footer = {"  understudy undeploy shop", "  understudy undeploy --yes shop petstore"})
final class UndeployCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "<id>", description = "The ids of the APIs, as list has them.")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--if-match",
            paramLabel = "<etag>",
            description = "Only if what is deployed has this ETag (list --format json), for one API.")
    private Optional<String> ifMatch = Optional.empty();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        if (ids.contains("")) {
            throw new ParameterException(spec.commandLine(), "<id> '' (expected: the id of an API)");
        }
        if (ifMatch.isPresent() && ids.size() > 1) {
            throw new ParameterException(spec.commandLine(), "--if-match with " + ids.size() + " APIs (expected: one)");
        }
        AdminClient client = gateway.client();
        if (!yes && !agreed()) {
            throw new CommandFailed("Nothing was changed.", ExitCode.OBJECTION);
        }
        boolean refused = false;
        for (String id : ids) {
            refused |= !undeploy(client, id);
        }
        return refused ? ExitCode.OBJECTION : ExitCode.FINE;
    }

    private boolean agreed() {
        String question = "Take " + OneLine.of(String.join(", ", ids)) + " from the gateway? [y/N] ";
        return gateway.terminal()
                .map(terminal -> terminal.line(question).orElse(""))
                .map(answer -> answer.strip().matches("(?i)y(es)?"))
                .orElse(true);
    }

    private boolean undeploy(AdminClient client, String id) {
        Map<String, String> headers =
                ifMatch.map(etag -> Map.of("If-Match", Apis.quoted(etag))).orElse(Map.of());
        Answer answer = client.change("DELETE", Apis.path(id), headers);
        String shown = OneLine.of(id);
        if (answer.refused()) {
            answer.why("")
                    .forEach(why -> spec.commandLine()
                            .getErr()
                            .println(spec.commandLine()
                                    .getColorScheme()
                                    .errorText("understudy: " + shown + ": " + why)));
            return false;
        }
        spec.commandLine().getOut().println("- " + shown + ": undeployed; its revisions are kept");
        return true;
    }
}
