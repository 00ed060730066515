package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import dev.understudy.definitions.Check;
import dev.understudy.definitions.Checked;
import dev.understudy.definitions.DocumentDefaults;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.Secrets;
import dev.understudy.settings.SettingsFiles;
import dev.understudy.settings.UnderstudyProperties;
import dev.understudy.store.Format;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of documents and projects what the gateway would say, without one. */
@Command(
        name = "check",
        description = {
            "Says of documents and projects what the gateway would say: all faults and all warnings, each with its place.",
            "Needs no gateway and opens no connection."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all would be served",
            "1:there are faults, or warnings with --strict",
            "2:wrong arguments, nothing was checked",
            "3:a file or the configuration cannot be read"
        })
final class CheckCommand implements Callable<Integer> {

    private static final String STANDARD_INPUT = "-";

    /** What is to be done with what was found. */
    enum Report {
        TEXT,
        JSON,
        SARIF;

        // As it is written on the command line and in its help.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which way they come to the gateway. */
    enum Way {
        FOLDER,
        UPLOAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Surroundings around;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private HelpOption help;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "<path>",
            description = {
                "A document, a project as a folder or zip, or a folder of these; - is a document on standard input.",
                "None: the folder that the gateway would read."
            })
    private List<Path> paths = List.of();

    @Option(
            names = {"-f", "--format"},
            paramLabel = "<format>",
            defaultValue = "text",
            description = "Form of the result: ${COMPLETION-CANDIDATES}.")
    private Report format = Report.TEXT;

    @Option(names = "--strict", description = "Warnings count like faults for the exit code.")
    private boolean strict;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "<file>",
            description = {
                "The application.yml of the gateway that is meant.",
                "None: what a gateway would read that is started in this directory."
            })
    private @Nullable Path config;

    @Option(
            names = "--as",
            paramLabel = "<source>",
            defaultValue = "folder",
            description = {
                "How they come to the gateway: ${COMPLETION-CANDIDATES}.",
                "What is uploaded may name only the secrets that understudy.secrets allows."
            })
    private Way as = Way.FOLDER;

    @Option(
            names = "--secrets",
            description = {
                "Also look for the secrets that documents name, as the gateway does.",
                "For use where the gateway runs; elsewhere they are taken to be there."
            })
    private boolean secrets;

    CheckCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        UnderstudyProperties settings = settings();
        Check check = new Check(defaults(settings));
        Path folder = Path.of(settings.apis().directory());
        (paths.isEmpty() ? List.of(folder) : paths).forEach(path -> add(check, path, folder));
        List<Checked> all = check.verdicts();
        if (all.isEmpty()) {
            throw new CommandFailed("There is nothing to check in " + shown(paths.isEmpty() ? List.of(folder) : paths)
                    + " (expected: a document or a project)");
        }
        write(all);
        spec.commandLine().getOut().flush();
        return exitCode(all);
    }

    private UnderstudyProperties settings() {
        if (config != null && !Files.isRegularFile(config)) {
            throw new CommandFailed(shown(List.of(config)) + " is not there (expected: an application.yml)");
        }
        try {
            return SettingsFiles.read(Optional.ofNullable(config));
        } catch (SettingsFiles.Unusable e) {
            throw new CommandFailed(
                    "The gateway would not start with this configuration." + System.lineSeparator() + e.getMessage());
        }
    }

    private Defaults defaults(UnderstudyProperties settings) {
        Defaults defaults = DocumentDefaults.of(settings);
        Secrets allowed = as == Way.FOLDER ? Secrets.any() : defaults.secrets();
        return defaults.with(secrets ? allowed : allowed.assumed());
    }

    private void add(Check check, Path path, Path folder) {
        try {
            if (path.toString().equals(STANDARD_INPUT)) {
                byte[] document = around.in().readNBytes(OpenApiReader.LARGEST_BYTES + 1);
                check.addDocument("stdin." + Format.of(document).ending(), document);
            } else if (!Files.exists(path)) {
                throw new CommandFailed(shown(List.of(path)) + " is not there (expected: a document, a project or a"
                        + " folder of these)");
            } else if (Files.isDirectory(folder) && Files.isSameFile(path, folder)) {
                check.addFolder(path);
            } else {
                check.add(path);
            }
        } catch (AccessDeniedException e) {
            throw new CommandFailed(shown(List.of(path)) + " may not be read by this user", e);
        } catch (IOException e) {
            throw new CommandFailed(OneLine.of(String.valueOf(e.getMessage())), e);
        }
    }

    private void write(List<Checked> all) {
        CommandLine command = spec.commandLine();
        switch (format) {
            case TEXT ->
                new TextReport(command.getOut(), command.getColorScheme().ansi()).write(all);
            case JSON -> command.getOut().println(Json.text(JsonReport.of(all)));
            case SARIF -> command.getOut().println(Json.text(SarifReport.of(all)));
        }
    }

    private int exitCode(List<Checked> all) {
        if (all.stream().anyMatch(each -> each.state() == Checked.State.UNREADABLE)) {
            return ExitCode.FAILED;
        }
        boolean objection = all.stream()
                .anyMatch(each ->
                        !each.faults().isEmpty() || (strict && !each.warnings().isEmpty()));
        return objection ? ExitCode.OBJECTION : ExitCode.FINE;
    }

    private static String shown(List<Path> paths) {
        return OneLine.of(String.join(", ", paths.stream().map(Path::toString).toList()));
    }
}
