package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Sequence;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the references of path items and of parameters (OpenAPI 3.1 §4.8.23) within the document. No file and no URL is
 * ever opened: a reference out of the document is a fault where it hides operations, and a warning elsewhere.
 */
final class References {

    private static final String REF = "$ref";
    private static final int LONGEST_CHAIN = 20;

    private final Mapping root;
    private final Findings findings;
    private final Tree.Budget budget = new Tree.Budget();

    private References(Mapping root, Findings findings) {
        this.root = root;
        this.findings = findings;
    }

    /** The document with what the references name in their place. */
    static Mapping resolved(Mapping root, Findings findings) {
        References references = new References(root, findings);
        Optional<Mapping> paths = root.get("paths").flatMap(Value::asMapping);
        references.warnOfOthers(root);
        return paths.map(items -> root.with("paths", references.paths(items))).orElse(root);
    }

    /** What a reference within a document names: {@code #/a/b~1c}; empty if there is no such thing. */
    static Optional<Value> find(Mapping root, String reference) {
        if (!reference.startsWith("#/")) {
            return Optional.empty();
        }
        Optional<Value> at = Optional.of(root);
        for (String token : reference.substring(2).split("/", -1)) {
            String name = unescaped(token);
            at = at.flatMap(value -> child(value, name));
        }
        return at;
    }

    private Mapping paths(Mapping paths) {
        Map<String, Value> items = new LinkedHashMap<>();
        paths.members()
                .forEach((path, item) -> items.put(
                        path, item.asMapping().<Value>map(this::pathItem).orElse(item)));
        return new Mapping(paths.place(), items);
    }

    private Mapping pathItem(Mapping item) {
        Map<String, Value> members = new LinkedHashMap<>(target(item, 0));
        item.members().forEach((name, value) -> {
            boolean operationTwice = members.containsKey(name) && ApiReader.METHODS.contains(name);
            if (operationTwice) {
                findings.faultText(
                        value.place(), "'" + name + "' beside a $ref that has it too (expected: one of them)");
            }
            members.put(name, value);
        });
        members.remove(REF);
        members.forEach((name, value) -> budget.spend(item.place(), name));
        members.replaceAll((name, value) -> name.equals("parameters") ? parameters(value) : withParameters(value));
        return new Mapping(item.place(), members);
    }

    private Map<String, Value> target(Mapping item, int followed) {
        Optional<Value> reference = item.get(REF);
        if (reference.isEmpty()) {
            return followed == 0 ? Map.of() : item.members();
        }
        Optional<Mapping> target =
                reference.get().asText().flatMap(text -> find(root, text)).flatMap(Value::asMapping);
        if (target.isEmpty() || followed == LONGEST_CHAIN) {
            findings.fault(
                    reference.get(),
                    followed == LONGEST_CHAIN
                            ? "a reference that does not lead back to itself"
                            : "a path item within this document, such as #/components/pathItems/Pets; files and"
                                    + " URLs are not followed");
            return Map.of();
        }
        Map<String, Value> members = new LinkedHashMap<>(target(target.get(), followed + 1));
        members.putAll(target.get().members());
        return members;
    }

    private Value withParameters(Value operation) {
        return operation
                .asMapping()
                .filter(mapping -> mapping.has("parameters"))
                .<Value>map(mapping -> mapping.with(
                        "parameters", parameters(mapping.get("parameters").orElseThrow())))
                .orElse(operation);
    }

    private Value parameters(Value parameters) {
        if (!(parameters instanceof Sequence sequence)) {
            return parameters;
        }
        List<Value> resolved = new ArrayList<>();
        for (Value parameter : sequence.items()) {
            budget.spend(sequence.place(), "");
            resolved.add(parameter
                    .asMapping()
                    .flatMap(mapping -> mapping.get(REF))
                    .flatMap(Value::asText)
                    .flatMap(text -> find(root, text))
                    .orElse(parameter));
        }
        return new Sequence(sequence.place(), resolved);
    }

    private void warnOfOthers(Value value) {
        if (value instanceof Sequence sequence) {
            sequence.items().forEach(this::warnOfOthers);
        }
        if (value instanceof Mapping mapping) {
            mapping.get(REF)
                    .filter(reference -> !isPathItem(mapping.place()))
                    .flatMap(reference -> reference.asText().filter(text -> !text.startsWith("#")))
                    .ifPresent(text -> findings.warn(
                            mapping.place(),
                            Value.shown(text) + " is not followed: only references within the document are"));
            mapping.members().values().forEach(this::warnOfOthers);
        }
    }

    private static boolean isPathItem(Place place) {
        return place.parent() != null && place.parent().pointer().equals("/paths");
    }

    private static Optional<Value> child(Value value, String name) {
        return value.asMapping()
                .flatMap(mapping -> mapping.get(name))
                .or(() -> value.asItems()
                        .filter(items -> name.matches("\\d{1,6}") && Integer.parseInt(name) < items.size())
                        .map(items -> items.get(Integer.parseInt(name))));
    }

    // First as the fragment of a URI, then as a JSON pointer (RFC 6901 §6).
    private static String unescaped(String token) {
        String name = token.indexOf('%') < 0 ? token : percentDecoded(token);
        return name.replace("~1", "/").replace("~0", "~");
    }

    private static String percentDecoded(String token) {
        try {
            return URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return token;
        }
    }
}
