package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Scalar;
import dev.understudy.openapi.Value.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** A document with one to three of its values replaced, deleted or written twice, as JSON. */
final class Mutations {

    private static final List<String> OTHERS = List.of(
            "null",
            "0",
            "-1",
            "1e99999999999",
            "1.5",
            "\"\"",
            "\" \"",
            "\"text\"",
            "\"None\"",
            "\"/a\"",
            "\"http://x\"",
            "\"#/paths\"",
            "\"#\"",
            "\"\\n\\u0000\\u2028\"",
            "\"${a} #{b}\"",
            "true",
            "false",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[{}]",
            "[\"a\"]",
            "{\"\": null}",
            "{\"$ref\": \"#/paths\"}",
            "{\"$ref\": \"#/components/pathItems/shared\"}",
            "{\"get\": {}}",
            "\"" + "x".repeat(20_000) + "\"",
            "\"" + "/a".repeat(10_000) + "\"");

    private static final List<String> OPENING = List.of(SecurityReader.DISABLE, SecurityReader.AUTH_TYPE);

    private final Value document;
    private final List<Value> places = new ArrayList<>();
    private Map<Value.Place, String> changes = Map.of();
    private boolean mayOpen;

    Mutations(String yaml) {
        document = YamlTree.read(yaml);
        gather(document);
    }

    String next(Random random) {
        Map<Value.Place, String> next = new LinkedHashMap<>();
        mayOpen = false;
        for (int i = random.nextInt(3); i >= 0; i--) {
            Value at = places.get(random.nextInt(places.size()));
            String other = OTHERS.get(random.nextInt(OTHERS.size()));
            String change = random.nextInt(4) > 0 ? other : random.nextBoolean() ? "" : "twice";
            next.put(at.place(), change);
            // What opens was put there, or what closes again was taken away, alone or with all around it.
            mayOpen |= opens(at);
        }
        changes = next;
        return text(document);
    }

    /** Whether the last one touched what opens and closes operations. */
    boolean mayOpen() {
        return mayOpen;
    }

    private static boolean opens(Value at) {
        return OPENING.contains(at.place().token()) || closes(at);
    }

    private static boolean closes(Value at) {
        boolean here = at.place().token().equals(SecurityReader.DISABLE)
                && !at.asBoolean().orElse(true);
        return here
                || at.asMapping().stream()
                        .flatMap(map -> map.members().values().stream())
                        .anyMatch(Mutations::closes);
    }

    private void gather(Value value) {
        places.add(value);
        value.asMapping().ifPresent(mapping -> mapping.members().values().forEach(this::gather));
        value.asItems().ifPresent(items -> items.forEach(this::gather));
    }

    private String text(Value value) {
        String change = changes.getOrDefault(value.place(), "twice");
        return change.equals("twice") || change.isEmpty() ? original(value) : change;
    }

    private String original(Value value) {
        if (value instanceof Mapping mapping) {
            return mapping.members().values().stream()
                    .flatMap(member -> repeated(member).stream()
                            .map(text -> quoted(member.place().token()) + ": " + text))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value instanceof Sequence sequence) {
            return sequence.items().stream()
                    .flatMap(item -> repeated(item).stream())
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        Scalar scalar = (Scalar) value;
        return switch (scalar.kind()) {
            case TEXT -> quoted(scalar.text());
            case NULL -> "null";
            default -> scalar.text();
        };
    }

    private List<String> repeated(Value value) {
        String change = changes.get(value.place());
        if (change == null) {
            return List.of(text(value));
        }
        if (change.isEmpty()) {
            return List.of();
        }
        return change.equals("twice") ? List.of(text(value), text(value)) : List.of(change);
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }
}
