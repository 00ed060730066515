package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the admin API says of itself, and whether an answer is as it says. */
public final class AdminApiDescription {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** One method on one path template. @param node what the document says of it, and of its path */
    public record Operation(String method, String path, JsonNode pathItem, JsonNode node) {

        @Override
        public String toString() {
            return method + " " + path;
        }

        private long variables() {
            return path.chars().filter(c -> c == '{').count();
        }

        private boolean matches(String verb, String requested) {
            return method.equals(verb) && requested.matches(path.replaceAll("\\{[^}]+}", "[^/]+"));
        }
    }

    private final JsonNode document;

    public AdminApiDescription(String document) {
        this.document = JSON.readTree(document);
    }

    public JsonNode document() {
        return document;
    }

    public List<Operation> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(member -> METHODS.contains(member.getKey()))
                        .map(member -> new Operation(
                                member.getKey().toUpperCase(Locale.ROOT),
                                path.getKey(),
                                path.getValue(),
                                member.getValue())))
                .toList();
    }

    public JsonNode resolved(JsonNode node) {
        return JsonSchema.resolved(document, node);
    }

    /** Fails where the answer to a request is none that is described. @param target with or without a query */
    public void assertDescribes(String method, String target, RawMessage answer) {
        String path = target.replaceAll("\\?.*", "");
        Optional<Operation> operation = operations().stream()
                .filter(each -> each.matches(method, path))
                .min(Comparator.comparing(Operation::variables));
        assertThat(operation).as("what describes %s %s", method, path).isPresent();
        assertDescribes(operation.get(), answer);
    }

    public void assertDescribes(Operation operation, RawMessage answer) {
        JsonNode responses = operation.node().path("responses");
        String status = String.valueOf(answer.status());
        assertThat(responses.propertyNames())
                .as("statuses of %s, which answered: %s", operation, answer.text())
                .contains(status);
        JsonNode content = resolved(responses.path(status)).path("content");
        if (content.isMissingNode()) {
            assertThat(answer.body()).as("body of %s %s", operation, status).isEmpty();
            return;
        }
        String type = answer.header("Content-Type").orElse("none").replaceAll(";.*", "");
        assertThat(content.propertyNames())
                .as("types of %s %s", operation, status)
                .contains(type);
        JsonNode schema = content.path(type).path("schema");
        if (type.endsWith("json") && !schema.isMissingNode()) {
            assertThat(JsonSchema.faults(document, schema, tree(answer.text())))
                    .as("%s %s: %s", operation, status, answer.text())
                    .isEmpty();
        }
    }

    /** The examples of its parameters in the path, by name. */
    public Map<String, String> examples(Operation operation) {
        return operation
                .pathItem()
                .path("parameters")
                .valueStream()
                .map(this::resolved)
                .filter(parameter -> parameter.path("in").stringValue().equals("path"))
                .collect(Collectors.toMap(
                        parameter -> parameter.path("name").stringValue(),
                        parameter -> parameter.path("example").asString()));
    }

    private static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
