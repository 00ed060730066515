package dev.understudy.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Whether a value fits a schema of an OpenAPI 3.1 document. It knows the few keywords that our own documents use; one that
 * it does not know is a fault, so that none is passed over.
 */
public final class JsonSchema {

    private static final Set<String> WITHOUT_EFFECT = Set.of("description", "default", "example", "title");

    private final JsonNode document;
    private final List<String> faults = new ArrayList<>();

    private JsonSchema(JsonNode document) {
        this.document = document;
    }

    /** @param document in which references lead somewhere @return what does not fit; empty: all does */
    public static List<String> faults(JsonNode document, JsonNode schema, JsonNode value) {
        JsonSchema check = new JsonSchema(document);
        check.check(schema, value, "");
        return check.faults;
    }

    /** What a reference leads to; what is none stays what it is. */
    public static JsonNode resolved(JsonNode document, JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isMissingNode()
                ? node
                : resolved(document, document.at(reference.stringValue().substring(1)));
    }

    private void check(JsonNode unresolved, JsonNode value, String at) {
        JsonNode schema = resolved(document, unresolved);
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            check(schema, keyword.getKey(), keyword.getValue(), value, at);
        }
    }

    private void check(JsonNode schema, String keyword, JsonNode expected, JsonNode value, String at) {
        boolean fits = switch (keyword) {
            case "type" -> isOfType(expected, value);
            case "enum" -> value.isNull() || contains(expected, value);
            case "minimum" -> !value.isNumber() || value.doubleValue() >= expected.doubleValue();
            case "pattern" -> !value.isString() || Pattern.matches(expected.stringValue(), value.stringValue());
            case "format" -> !value.isString() || hasFormat(expected.stringValue(), value.stringValue());
            case "required" -> !value.isObject() || hasAll(expected, value);
            case "properties" -> checkProperties(expected, value, at);
            case "additionalProperties" -> checkOthers(schema, expected, value, at);
            case "items" -> checkItems(expected, value, at);
            default -> WITHOUT_EFFECT.contains(keyword) || isUnknown(keyword);
        };
        if (!fits) {
            faults.add(at + ": " + shortened(value) + " (expected: " + keyword + " " + expected + ")");
        }
    }

    private boolean checkProperties(JsonNode properties, JsonNode value, String at) {
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            JsonNode there = value.path(property.getKey());
            if (!there.isMissingNode()) {
                check(property.getValue(), there, at + "/" + property.getKey());
            }
        }
        return true;
    }

    private boolean checkOthers(JsonNode schema, JsonNode allowed, JsonNode value, String at) {
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            if (schema.path("properties").has(member.getKey())) {
                continue;
            }
            if (allowed.isBoolean() && !allowed.booleanValue()) {
                faults.add(at + "/" + member.getKey() + ": not in the schema");
            } else if (allowed.isObject()) {
                check(allowed, member.getValue(), at + "/" + member.getKey());
            }
        }
        return true;
    }

    private boolean checkItems(JsonNode items, JsonNode value, String at) {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            check(items, value.get(i), at + "/" + i);
        }
        return true;
    }

    private boolean isUnknown(String keyword) {
        faults.add("the check does not know the keyword " + keyword);
        return true;
    }

    private static boolean isOfType(JsonNode types, JsonNode value) {
        if (types.isArray()) {
            return types.valueStream().anyMatch(type -> isOfType(type, value));
        }
        return switch (types.stringValue()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> false;
        };
    }

    private static boolean hasFormat(String format, String text) {
        try {
            return !format.equals("date-time") || Instant.parse(text) != null;
        } catch (java.time.format.DateTimeParseException e) {
            return false;
        }
    }

    private static boolean hasAll(JsonNode names, JsonNode value) {
        return names.valueStream().allMatch(name -> value.has(name.stringValue()));
    }

    private static boolean contains(JsonNode all, JsonNode value) {
        return all.valueStream().anyMatch(value::equals);
    }

    private static String shortened(JsonNode value) {
        String text = value.toString();
        return text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}
