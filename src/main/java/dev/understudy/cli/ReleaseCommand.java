package dev.understudy.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Lets endpoints go that are held. */
@Command(
        name = "release",
        sortOptions = false,
        header = "Let endpoints go that are held.",
        description =
                "They are suspended until a probe finds them well, which is looked for at once. For the role admin."
                        + " Where one is not known, nothing is changed.",
        footerHeading = "%nExamples:%n",
        footer = "  understudy endpoints release http://localhost:2380/v2")
final class ReleaseCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init")
    private EndpointsCommand endpoints;

    @Parameters(
            arity = "1..*",
            paramLabel = "<endpoint>",
            description = "Ids or URLs of endpoints, as endpoints has them.")
    private List<String> named = new ArrayList<>();

    @Override
    public Integer call() {
        AdminClient client = endpoints.gateway().client();
        Output output = endpoints.output();
        List<Facts> released = new ArrayList<>();
        for (Facts endpoint : Endpoints.of(client, named)) {
            Facts after = Endpoints.override(client, endpoint, "auto", Optional.empty(), Optional.empty());
            released.add(after);
            if (!output.json()) {
                output.line(endpoint.text("url") + ": " + (endpoint.has("override") ? "released" : "was not held"));
            }
        }
        if (output.json()) {
            output.print("endpoints", released);
        }
        return ExitCode.FINE;
    }
}
