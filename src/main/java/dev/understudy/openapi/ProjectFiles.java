package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The files of one project, what is found in each, and which of them nobody asked for. Confined to one reading. */
final class ProjectFiles {

    /** Of a file beside the definition: more than the longest {@code api.yaml} of an API that can be read. */
    static final int LARGEST_BYTES = 5 << 20;

    /** What is known of files that are not used, by how their path begins. */
    private static final Map<String, String> NOT_DONE = Map.of(
            "Client-certificates/", ": the gateway does not do mutual TLS of callers",
            "Endpoint-certificates/interceptors/", ": the gateway does not do interceptors",
            "Interceptors/", ": the gateway does not do interceptors",
            "Policies/", ": the gateway does not do policies",
            "Definitions/schema.graphql", ": the gateway does not do GraphQL",
            "Definitions/asyncapi.", ": the gateway does not do AsyncAPI");

    /** What is in every project, and asks nothing of a gateway. */
    private static final List<String> SILENT =
            List.of("README.md", "api_meta.yaml", "api_meta.json", "Docs/", "Image/");

    private final Map<String, byte[]> files;
    private final Map<String, Findings> findings = new LinkedHashMap<>();
    private final Set<String> unused;

    ProjectFiles(Map<String, byte[]> files) {
        this.files = new TreeMap<>(files);
        this.unused = new TreeSet<>(files.keySet());
    }

    /** What is found in a file; also of one that is missing. */
    Findings findings(String file) {
        return findings.computeIfAbsent(file, Findings::new);
    }

    /** The one of the names that is there; a second one is a fault. */
    Optional<String> oneOf(List<String> names) {
        List<String> there = names.stream().filter(files::containsKey).toList();
        there.forEach(unused::remove);
        there.stream()
                .skip(1)
                .forEach(second -> findings(second)
                        .faultText(Place.DOCUMENT, "beside " + there.get(0) + " (expected: one of them)"));
        return there.stream().findFirst();
    }

    boolean has(String file) {
        return files.containsKey(file);
    }

    /** @param expected what it is to be */
    Optional<Mapping> tree(String file, String expected) {
        return small(file).flatMap(content -> Tree.read(file, content, expected, findings(file)));
    }

    Optional<Mapping> definition(String file) {
        return Tree.read(file, content(file), "an OpenAPI document", findings(file));
    }

    Optional<String> text(String file) {
        return small(file).map(content -> new String(content, StandardCharsets.ISO_8859_1));
    }

    /** Those that nobody asked for become warnings, as far as they ask for something. */
    void warnOfUnused() {
        unused.stream()
                .filter(file -> SILENT.stream().noneMatch(file::startsWith))
                .limit(Findings.AT_MOST)
                .forEach(file -> findings(file)
                        .warn(
                                new Place(null, "", 0),
                                "not used"
                                        + NOT_DONE.entrySet().stream()
                                                .filter(known -> file.startsWith(known.getKey()))
                                                .map(Map.Entry::getValue)
                                                .findFirst()
                                                .orElse("")));
    }

    List<Finding> faults() {
        return all(Findings::faults);
    }

    List<Finding> warnings() {
        return all(Findings::warnings);
    }

    private byte[] content(String file) {
        unused.remove(file);
        return files.getOrDefault(file, new byte[0]);
    }

    private Optional<byte[]> small(String file) {
        byte[] content = content(file);
        if (content.length > LARGEST_BYTES) {
            findings(file).faultText(new Place(null, "", 0), "more than " + LARGEST_BYTES + " bytes (expected: fewer)");
            return Optional.empty();
        }
        return Optional.of(content);
    }

    private List<Finding> all(Function<Findings, List<Finding>> kind) {
        return findings.values().stream()
                .flatMap(of -> kind.apply(of).stream())
                .limit(Findings.AT_MOST)
                .toList();
    }
}
