package dev.understudy.catalog;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One OpenAPI document being served.
 *
 * @param basePath {@code /}, or a path of concrete segments without a slash at its end, as the document has it
 * @param virtualHosts lower case, without port; empty: every host that has no APIs of its own
 * @param tokenHeader name of the header that carries the token
 * @param cors empty: calls from other origins are not told anything
 * @param blocked whether its requests are refused, whoever sends them
 */
public record Api(
        String name,
        String version,
        String basePath,
        Set<String> virtualHosts,
        String tokenHeader,
        Optional<Cors> cors,
        List<Operation> operations,
        boolean blocked) {

    public Api {
        if (!basePath.startsWith("/") || (basePath.length() > 1 && basePath.endsWith("/"))) {
            throw new IllegalArgumentException(
                    "basePath: '" + basePath + "' (expected: '/', or '/…' without a slash at its end)");
        }
        virtualHosts = virtualHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        operations = List.copyOf(operations);
    }

    /** How many segments its base path has. */
    public int depth() {
        return basePath.equals("/")
                ? 0
                : (int) basePath.chars().filter(c -> c == '/').count();
    }
}
