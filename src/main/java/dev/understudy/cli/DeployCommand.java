package dev.understudy.cli;

import dev.understudy.cli.Verdict.Kind;
import dev.understudy.definitions.Deployable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes APIs of a gateway what files say. */
@Command(
        name = "deploy",
        sortOptions = false,
        header = "Deploy APIs to a gateway.",
        description = {
            "When it ends with 0, requests go to them. What is deployed already stays as it is, so it may run twice.",
            "All files are read before the first one is sent. One that the gateway refuses does not hold the others back;"
                    + " if the gateway is away or does not know you, the rest is not tried."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  understudy deploy shop.yaml",
            "  understudy deploy --dry-run apis/",
            "  understudy deploy --id shop - <shop.yaml"
        })
final class DeployCommand implements Callable<Integer> {

    private static final Path STANDARD_INPUT = Path.of("-");

    private final Surroundings around;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "<path>",
            description = {
                "A document (.yaml, .yml, .json), a project as a folder or .zip, or a folder with such things in it."
                        + " -: the standard input.",
                "The id of the API is the one in api.yaml, else the name of the file or folder without its ending."
            })
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--id",
            paramLabel = "<id>",
            description = "The id to deploy under, for one API. Needed with -, unless that is a project with an id.")
    private Optional<String> id = Optional.empty();

    @Option(
            names = {"-n", "--dry-run"},
            description = "Change nothing, and say what would change.")
    private boolean dryRun;

    @Option(
            names = "--if-match",
            paramLabel = "<etag>",
            description = "Only if what is deployed has this ETag (list --format json), for one API.")
    private Optional<String> ifMatch = Optional.empty();

    @Option(names = "--only-new", description = "Only what is not deployed yet.")
    private boolean onlyNew;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private Output output;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private GatewayOptions gateway;

    /** One that is to be sent. */
    private record Wanted(String id, String from, Supplier<Deployable> content) {}

    DeployCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        List<Wanted> all = wanted();
        if (all.size() > 1 && (id.isPresent() || ifMatch.isPresent())) {
            throw usage((id.isPresent() ? "--id" : "--if-match") + " with " + all.size() + " APIs (expected: one)");
        }
        if (ifMatch.isPresent() && onlyNew) {
            throw usage("--if-match and --only-new (expected: one of them)");
        }
        AdminClient client = gateway.client();
        Verdicts verdicts = new Verdicts(output);
        int tried = 0;
        try {
            for (Wanted each : all) {
                Deployable content = each.content().get();
                String as = id.orElse(each.id());
                verdicts.add(Verdict.of(as, each.from(), Apis.put(client, as, content, dryRun, conditions())));
                tried++;
            }
        } finally {
            verdicts.end(all.size() - tried);
        }
        return verdicts.has(Kind.REFUSED) ? ExitCode.OBJECTION : ExitCode.FINE;
    }

    private List<Wanted> wanted() {
        if (paths.contains(STANDARD_INPUT)) {
            if (paths.size() > 1) {
                throw usage("- beside other paths (expected: it alone)");
            }
            return List.of(standardInput());
        }
        return Source.of(paths).stream()
                .map(source -> new Wanted(source.id(), source.name(), source::read))
                .toList();
    }

    private Wanted standardInput() {
        try {
            Deployable content = Deployable.read(around.in());
            String as =
                    id.or(content::ownId).orElseThrow(() -> usage("- without --id (expected: the id to deploy under)"));
            return new Wanted(as, "", () -> content);
        } catch (Deployable.Unfit e) {
            throw new CommandFailed("The standard input is " + e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailed("The standard input cannot be read: " + Trouble.of(e), e);
        }
    }

    private Map<String, String> conditions() {
        Map<String, String> headers = new LinkedHashMap<>();
        ifMatch.ifPresent(etag -> headers.put("If-Match", Apis.quoted(etag)));
        if (onlyNew) {
            headers.put("If-None-Match", "*");
        }
        return headers;
    }

    private ParameterException usage(String text) {
        return new ParameterException(spec.commandLine(), text);
    }
}
