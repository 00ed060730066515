package dev.understudy.openapi;

import dev.understudy.openapi.Project.Deployment;
import dev.understudy.openapi.Value.Mapping;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code deployment_environments.yaml}: on which virtual hosts an API is served. */
final class Deployments {

    private static final List<String> FILES = List.of("deployment_environments.yaml", "deployment_environments.json");

    private static final Pattern HOST =
            Pattern.compile("[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?(\\.[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?){0,30}");

    private Deployments() {}

    /** Where nothing is said: the default environment, for every host that has no APIs of its own. */
    static List<Deployment> of(ProjectFiles files) {
        List<Deployment> found = files.oneOf(FILES)
                .flatMap(
                        file -> files.tree(file, "a list of deployments").map(root -> read(root, files.findings(file))))
                .orElse(List.of());
        return found.isEmpty() ? List.of(Deployment.DEFAULT) : found;
    }

    private static List<Deployment> read(Mapping root, Findings findings) {
        List<Value> items =
                ApiYaml.present(root, "data").flatMap(findings::items).orElse(List.of());
        if (items.size() > Findings.AT_MOST) {
            findings.faultText(root.place(), items.size() + " entries (expected: " + Findings.AT_MOST + " at most)");
            return List.of();
        }
        return items.stream()
                .flatMap(item -> findings.mapping(item).stream())
                .map(item -> deployment(item, findings))
                .distinct()
                .toList();
    }

    private static Deployment deployment(Mapping item, Findings findings) {
        String environment = ApiYaml.present(item, "deploymentEnvironment")
                .flatMap(findings::text)
                .map(String::strip)
                .orElse(Deployment.DEFAULT.environment());
        String host = filled(item)
                .flatMap(value -> findings.orFault(value, host(value), "the name of a host, without port"))
                .orElse(Deployment.DEFAULT.virtualHost());
        return new Deployment(environment, host);
    }

    private static Optional<Value> filled(Mapping item) {
        return ApiYaml.present(item, "deploymentVhost")
                .filter(value -> value.asText().filter(String::isBlank).isEmpty());
    }

    private static Optional<String> host(Value value) {
        return value.asTextOrNumber()
                .map(text -> text.strip().toLowerCase(Locale.ROOT))
                .filter(host -> host.length() <= 253 && HOST.matcher(host).matches());
    }
}
