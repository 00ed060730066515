package dev.understudy.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.understudy.definitions.Checked;
import dev.understudy.openapi.Finding;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The result as SARIF 2.1.0 (OASIS), in the part of it that GitHub takes. */
record SarifReport(@JsonProperty("$schema") String schema, String version, List<Run> runs) {

    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
    private static final String ROOT_OF_SOURCES = "%SRCROOT%";

    /** What a result can be; their order is that in which they are told. */
    private enum Kind {
        FAULT("fault", "error", "A definition is refused", "The gateway does not serve a definition with a fault."),
        CLASH(
                "clash",
                "error",
                "Two definitions serve one path",
                "Two APIs may not serve the same path on the same virtual host: the later one is refused."),
        UNREADABLE("unreadable", "error", "A definition cannot be read", "The file or folder cannot be read."),
        WARNING(
                "warning",
                "warning",
                "Something has no effect, or another one than it may seem",
                "The gateway serves the definition, but this has no effect, or perhaps not the one that was meant.");

        private final Rule rule;

        Kind(String id, String level, String shortly, String fully) {
            Text full = new Text(fully);
            this.rule = new Rule(id, new Text(shortly), full, full, new Level(level));
        }

        static Kind ofFaults(Checked checked) {
            return switch (checked.state()) {
                case CLASHING -> CLASH;
                case UNREADABLE -> UNREADABLE;
                case GOOD, REFUSED -> FAULT;
            };
        }
    }

    record Run(Tool tool, List<Result> results) {}

    record Tool(Driver driver) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Driver(String name, @Nullable String version, List<Rule> rules) {}

    record Rule(String id, Text shortDescription, Text fullDescription, Text help, Level defaultConfiguration) {}

    record Level(String level) {}

    record Text(String text) {}

    record Result(String ruleId, int ruleIndex, String level, Text message, List<Location> locations) {}

    record Location(PhysicalLocation physicalLocation, List<LogicalLocation> logicalLocations) {}

    record PhysicalLocation(ArtifactLocation artifactLocation, Region region) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ArtifactLocation(String uri, @Nullable String uriBaseId) {

        /** Relative to the working directory, where the file is below it. */
        static ArtifactLocation of(String file) {
            Path place = Path.of(file).toAbsolutePath().normalize();
            Path here = Path.of("").toAbsolutePath().normalize();
            return place.startsWith(here)
                    ? new ArtifactLocation(relative(here.relativize(place)), ROOT_OF_SOURCES)
                    : new ArtifactLocation(place.toUri().toASCIIString(), null);
        }

        private static String relative(Path path) {
            String names = StreamSupport.stream(path.spliterator(), false)
                    .map(Path::toString)
                    .collect(Collectors.joining("/", "/", ""));
            try {
                // What is before a colon would be a scheme.
                return new URI(null, null, names, null)
                        .toASCIIString()
                        .substring(1)
                        .replace(":", "%3A");
            } catch (URISyntaxException e) {
                throw new IllegalStateException("every path has an escaped form", e);
            }
        }
    }

    record Region(int startLine) {}

    record LogicalLocation(String fullyQualifiedName) {}

    static SarifReport of(List<Checked> all) {
        List<Rule> rules = Arrays.stream(Kind.values()).map(kind -> kind.rule).toList();
        Driver driver = new Driver("Understudy", Understudy.class.getPackage().getImplementationVersion(), rules);
        List<Result> results = all.stream().flatMap(SarifReport::results).toList();
        return new SarifReport(SCHEMA, "2.1.0", List.of(new Run(new Tool(driver), results)));
    }

    private static Stream<Result> results(Checked checked) {
        Kind kind = Kind.ofFaults(checked);
        return Stream.concat(
                checked.faults().stream().map(fault -> result(checked, kind, fault)),
                checked.warnings().stream().map(warning -> result(checked, Kind.WARNING, warning)));
    }

    // Nothing that shows results can look into a zip, so that the place in it goes into the text.
    private static Result result(Checked checked, Kind kind, Finding finding) {
        boolean within = checked.archive() && !finding.file().isEmpty();
        String file = within || finding.file().isEmpty() ? checked.name() : checked.name() + "/" + finding.file();
        Location location = new Location(
                new PhysicalLocation(ArtifactLocation.of(file), new Region(within ? 1 : Math.max(1, finding.line()))),
                finding.pointer().isEmpty() ? List.of() : List.of(new LogicalLocation(finding.pointer())));
        return new Result(
                kind.rule.id(),
                kind.ordinal(),
                kind.rule.defaultConfiguration().level(),
                new Text(within ? finding.toString() : finding.text()),
                List.of(location));
    }
}
