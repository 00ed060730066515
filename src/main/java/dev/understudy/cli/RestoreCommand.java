package dev.understudy.cli;

import dev.understudy.cli.Verdict.Kind;
import java.util.Comparator;
import java.util.LinkedHashMap;
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

/** Makes an API what it was. */
@Command(
        name = "restore",
        sortOptions = false,
        header = "Make an API what it was as an earlier revision.",
        description = {
            "What was deployed then is deployed once more, as a new revision.",
            "Without a revision: of an API that was undeployed, the last one; else the last one that is not served, which is"
                    + " what was there before. Nobody else may have changed the API meanwhile."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  understudy restore shop", "  understudy restore shop 3"})
final class RestoreCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "<id>", description = "The id of the API, as list has it, or had.")
    private String id = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "<revision>",
            description = "Its number, as revisions has it.")
    private Optional<Integer> revision = Optional.empty();

    @Option(
            names = "--if-match",
            paramLabel = "<etag>",
            description = "Only if what is deployed has this ETag (list --format json).")
    private Optional<String> ifMatch = Optional.empty();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        if (revision.isPresent() && revision.get() < 1) {
            throw new ParameterException(
                    spec.commandLine(), "<revision> " + revision.get() + " (expected: that of a revision, from 1)");
        }
        AdminClient client = gateway.client();
        Map<String, String> headers = new LinkedHashMap<>();
        int number = revision.orElseGet(() -> before(client, headers));
        ifMatch.ifPresent(etag -> headers.put("If-Match", Apis.quoted(etag)));
        String path = Apis.path(id) + "/revisions/" + number + "/restore";
        Verdicts verdicts = new Verdicts(output);
        verdicts.add(Verdict.of(id, "revision " + number, client.change("POST", path, headers)));
        verdicts.end(0);
        return verdicts.has(Kind.REFUSED) ? ExitCode.OBJECTION : ExitCode.FINE;
    }

    /** @param headers are given the condition that it is still so */
    private int before(AdminClient client, Map<String, String> headers) {
        Answer answer = client.get(Apis.path(id) + "/revisions").orThrow(id);
        List<Facts> all = answer.body().list("revisions");
        if (ifMatch.isEmpty() && all.stream().anyMatch(RestoreCommand::isServed)) {
            answer.etag().ifPresent(etag -> headers.put("If-Match", etag));
        } else if (ifMatch.isEmpty()) {
            headers.put("If-None-Match", "*");
        }
        return all.stream()
                .filter(each -> !isServed(each))
                .flatMap(each -> each.number("number").stream())
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new CommandFailed(
                        "'" + id + "' has no revision beside the one that is served (expected: an earlier one)",
                        ExitCode.OBJECTION));
    }

    private static boolean isServed(Facts revision) {
        return !revision.texts("virtualHosts").isEmpty();
    }
}
