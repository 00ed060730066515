package dev.understudy.cli;

import dev.understudy.cli.Verdict.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says in what a gateway differs from files. */
@Command(
        name = "diff",
        sortOptions = false,
        header = "Say what of a gateway is not as in a directory.",
        description = {
            "For each API: + is not deployed yet, ~ differs, = is the same, - is deployed and not in the directory,"
                    + " ! would be refused. Nothing is changed. What the gateway serves from its own folder is not looked at.",
            "Ends with 0 if all is the same and with 1 if not. The gateway asks for the role deployer or admin."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  understudy diff apis/", "  understudy diff --format json apis/"})
final class DiffCommand implements Callable<Integer> {

    @Parameters(
            arity = "1..*",
            paramLabel = "<path>",
            description = "A directory with all that should be deployed. Several of them, or files, are taken as one.")
    private List<Path> paths = new ArrayList<>();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    @Override
    public Integer call() {
        List<Source> sources = Source.of(paths);
        AdminClient client = gateway.client();
        Verdicts verdicts = new Verdicts(output);
        int tried = 0;
        try {
            for (Source source : sources) {
                Answer answer = Apis.put(client, source.id(), source.read(), true, Map.of());
                verdicts.add(Verdict.of(source.id(), source.name(), answer));
                tried++;
            }
            missing(client, sources).forEach(verdicts::add);
        } finally {
            verdicts.end(sources.size() - tried);
        }
        return verdicts.has(Kind.CREATED, Kind.REPLACED, Kind.MISSING, Kind.REFUSED)
                ? ExitCode.OBJECTION
                : ExitCode.FINE;
    }

    private static List<Verdict> missing(AdminClient client, List<Source> sources) {
        Set<String> here = sources.stream().map(Source::id).collect(Collectors.toSet());
        return client.get(Apis.PATH).orThrow().body().list("apis").stream()
                .filter(api -> api.text("source").equals("deployed") && !here.contains(api.text("id")))
                .map(api -> new Verdict(api.text("id"), "", Kind.MISSING, new Answer(200, Optional.empty(), api)))
                .toList();
    }
}
