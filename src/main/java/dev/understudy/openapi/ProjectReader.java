package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import dev.understudy.openapi.EndpointReader.Said;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a project as WSO2's {@code apictl} lays it out: an {@link Api}, or all faults of all its files at once, each with
 * the file it is in. What the definition says itself counts before {@code api.yaml}, but for name and version. Takes up to
 * seconds, so it is not for event loops. Safe for use by many threads.
 */
public final class ProjectReader {

    /** What is in every folder with a project: one of these, at least. */
    public static final List<String> SIGNS = List.of("api.yaml", "api.json", "Definitions");

    private static final List<String> API = List.of("api.yaml", "api.json");
    /** Where its OpenAPI document is: at one of these. */
    public static final List<String> DEFINITION =
            List.of("Definitions/swagger.yaml", "Definitions/swagger.json", "Definitions/swagger.yml");

    private final Defaults defaults;
    private final OpenApiReader documents;

    public ProjectReader(Defaults defaults) {
        this.defaults = defaults;
        this.documents = new OpenApiReader(defaults);
    }

    /** Whether a project is laid out in a folder that has files with these paths. */
    public static boolean isProject(Iterable<String> paths) {
        for (String path : paths) {
            if (API.contains(path) || path.startsWith("Definitions/")) {
                return true;
            }
        }
        return false;
    }

    /**
     * The id that its author gave a project; empty where there is none, or it cannot be read.
     *
     * @param files by their paths in the project, with {@code /} between names
     */
    public static Optional<String> ownId(Map<String, byte[]> files) {
        ProjectFiles project = new ProjectFiles(files);
        return project.oneOf(API)
                .flatMap(file -> project.tree(file, "what an API is known by")
                        .map(root -> ApiYaml.of(root, project.findings(file)))
                        .flatMap(ApiYaml::id));
    }

    /**
     * Reads a bare document, as if it were all of a project.
     *
     * @param name one that ends in {@code .json} is read as JSON, any other as YAML
     */
    public Reading readDocument(String name, byte[] content) {
        Reading reading = documents.read(name, content);
        if (!(reading instanceof Reading.Accepted accepted)) {
            return reading;
        }
        Project alone = project(accepted.api(), Optional.empty(), "HTTP", List.of(Project.Deployment.DEFAULT));
        return new Reading.Accepted(accepted.api(), Optional.of(alone), accepted.warnings());
    }

    /** @param files by their paths in the project, with {@code /} between names */
    public Reading read(Map<String, byte[]> files) {
        ProjectFiles project = new ProjectFiles(files);
        Optional<String> apiFile = project.oneOf(API);
        Findings ofApi = project.findings(apiFile.orElse(API.get(0)));
        ApiYaml yaml = apiFile.flatMap(file -> project.tree(file, "what an API is known by"))
                .map(root -> ApiYaml.of(root, ofApi))
                .orElseGet(() -> ApiYaml.none(apiFile.isPresent(), ofApi));
        Optional<String> definition = project.oneOf(DEFINITION);
        Findings ofDefinition = project.findings(definition.orElse(DEFINITION.get(0)));
        if (definition.isEmpty()) {
            ofDefinition.faultText(new Place(null, "", 0), "not there (expected: the OpenAPI document of the API)");
        }
        Optional<Mapping> tree = definition.flatMap(project::definition);
        Mapping document = tree.orElseGet(() -> Mapping.empty(Place.DOCUMENT));
        List<Project.Deployment> deployments = Deployments.of(project);
        EndpointCertificates certificates = new EndpointCertificates(project);
        String type = yaml.type();
        Surroundings around = around(yaml, document, deployments, certificates, ofApi);
        yaml.report(document.has("x-wso2-cors"));
        Optional<Api> api = tree.flatMap(there -> OpenApiReader.api(there, around, defaults, ofDefinition));
        api.ifPresent(read -> new Overruled(read, yaml, ofApi).report(around));
        certificates.warnOfUnused();
        project.warnOfUnused();
        List<Finding> faults = project.faults();
        if (api.isEmpty() || !faults.isEmpty()) {
            return new Reading.Refused(faults, project.warnings());
        }
        return new Reading.Accepted(
                api.get(), Optional.of(project(api.get(), yaml.id(), type, deployments)), project.warnings());
    }

    private Surroundings around(
            ApiYaml yaml,
            Mapping document,
            List<Project.Deployment> deployments,
            EndpointCertificates certificates,
            Findings findings) {
        Optional<String> name = yaml.name();
        Optional<String> version = yaml.version();
        Surroundings named = new Surroundings(
                name,
                version,
                yaml.basePath(version.or(() -> Surroundings.info(document, "version"))),
                hosts(deployments),
                yaml.tokenHeader(),
                Configured.NOTHING,
                Configured.NOTHING,
                yaml.defaultVersion(),
                yaml.blocked(),
                certificates::trusting);
        if (yaml.unreadable()) {
            return named.with(Configured.unknown(new Said.Nonsense()), Configured.unknown(new Said.Nothing()));
        }
        EndpointReader endpoints = new EndpointReader(named.identity(document), named.trust(), defaults, findings);
        EndpointConfig config = new EndpointConfig(
                yaml.endpointConfig().orElseGet(() -> Mapping.empty(Place.DOCUMENT)), endpoints, defaults, findings);
        return named.with(config.configured("production"), config.configured("sandbox"));
    }

    private static Project project(Api api, Optional<String> id, String type, List<Project.Deployment> deployments) {
        return new Project(
                id.orElseGet(() -> hash(api.name() + ":" + api.version())),
                id.isPresent(),
                api.name(),
                api.version(),
                type,
                api.basePath(),
                deployments);
    }

    // As Choreo Connect makes it; it protects nothing.
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static Set<String> hosts(List<Project.Deployment> deployments) {
        return deployments.stream().map(Project.Deployment::virtualHost).collect(Collectors.toUnmodifiableSet());
    }
}
