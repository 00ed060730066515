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
 * @param defaultPath a second prefix under which it is served, that of whichever version is the default one; empty: none
 * @param blocked whether its requests are refused, whoever sends them
 * @param description what the document says of it, at most {@link #LONGEST_DESCRIPTION} characters; empty: nothing
 */
public record Api(
        String name,
        String version,
        String basePath,
        Set<String> virtualHosts,
        String tokenHeader,
        Optional<Cors> cors,
        List<Operation> operations,
        Optional<String> defaultPath,
        boolean blocked,
        String description) {

    public static final int LONGEST_DESCRIPTION = 2_000;

    public Api {
        description = shortened(description);
        requirePrefix("basePath", basePath);
        defaultPath.ifPresent(path -> requirePrefix("defaultPath", path));
        virtualHosts = virtualHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        operations = List.copyOf(operations);
    }

    public Api(
            String name,
            String version,
            String basePath,
            Set<String> virtualHosts,
            String tokenHeader,
            Optional<Cors> cors,
            List<Operation> operations,
            boolean blocked) {
        this(name, version, basePath, virtualHosts, tokenHeader, cors, operations, Optional.empty(), blocked, "");
    }

    /** The same with other operations. */
    Api with(List<Operation> others) {
        return new Api(
                name, version, basePath, virtualHosts, tokenHeader, cors, others, defaultPath, blocked, description);
    }

    /** The same on other virtual hosts. */
    public Api on(Set<String> hosts) {
        return new Api(
                name, version, basePath, hosts, tokenHeader, cors, operations, defaultPath, blocked, description);
    }

    /** The same under its second prefix alone; empty if it has none. */
    Optional<Api> asDefaultVersion() {
        return defaultPath.map(path -> new Api(
                name,
                version,
                path,
                virtualHosts,
                tokenHeader,
                cors,
                operations,
                Optional.empty(),
                blocked,
                description));
    }

    /** How many segments its base path has. */
    public int depth() {
        if (basePath.equals("/")) {
            return 0;
        }
        int depth = 0;
        for (int i = 0; i < basePath.length(); i++) {
            depth += basePath.charAt(i) == '/' ? 1 : 0;
        }
        return depth;
    }

    // Not between the two halves of one character.
    private static String shortened(String text) {
        if (text.length() <= LONGEST_DESCRIPTION) {
            return text;
        }
        int end = LONGEST_DESCRIPTION - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }

    private static void requirePrefix(String name, String path) {
        if (!path.startsWith("/") || (path.length() > 1 && path.endsWith("/"))) {
            throw new IllegalArgumentException(
                    name + ": '" + path + "' (expected: '/', or '/…' without a slash at its end)");
        }
    }
}
