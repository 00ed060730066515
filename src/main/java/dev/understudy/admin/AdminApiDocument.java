package dev.understudy.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The OpenAPI document of the admin API, put together from the files of its parts. */
final class AdminApiDocument {

    private static final String PARTS = "classpath*:admin-api/*.yaml";

    private AdminApiDocument() {}

    /** @throws IllegalStateException if two parts have the same thing */
    static Map<String, Object> read() {
        Map<String, Object> document = new LinkedHashMap<>();
        for (Resource part : parts()) {
            merge(document, yaml(part), String.valueOf(part.getFilename()));
        }
        return document;
    }

    /** Adds what a part has. @param where for the message, should it be there already */
    static void merge(Map<String, Object> whole, Map<String, Object> part, String where) {
        part.forEach((name, value) -> {
            Object there = whole.get(name);
            if (there == null) {
                whole.put(name, value instanceof Map ? new LinkedHashMap<>(map(value)) : value);
            } else if (there instanceof Map && value instanceof Map && !name.startsWith("/")) {
                merge(map(there), map(value), where + " " + name);
            } else {
                throw new IllegalStateException(where + ": '" + name + "' is in another part already");
            }
        });
    }

    // That with the head of the document comes first.
    private static List<Resource> parts() {
        try {
            return Arrays.stream(new PathMatchingResourcePatternResolver().getResources(PARTS))
                    .sorted(Comparator.comparing((Resource part) -> !"openapi.yaml".equals(part.getFilename()))
                            .thenComparing(part -> String.valueOf(part.getFilename())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> yaml(Resource part) {
        try (InputStream in = part.getInputStream()) {
            Object tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
            return map(Objects.requireNonNull(tree, "empty"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }
}
