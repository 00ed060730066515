package dev.understudy.admin;

import dev.understudy.testkit.AdminApiDescription;
import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds the reference of the admin API to what the gateway says of it. */
class AdminApiReferenceTests {

    private static final AdminApiDescription DESCRIPTION =
            new AdminApiDescription(new JsonMapper().writeValueAsString(AdminApiDocument.read()));

    @Test
    void theReferenceIsWhatTheDocumentSays() throws IOException {
        new GeneratedPart(Path.of("docs/reference/admin-api.md"), AdminApiReferenceTests.class).assertIs(reference());
    }

    private static String reference() {
        StringBuilder text = new StringBuilder();
        DESCRIPTION.operations().forEach(operation -> {
            JsonNode node = operation.node();
            text.append("\n### `").append(operation).append("`\n\n");
            text.append(node.path("summary").stringValue()).append(".\n");
            if (node.has("description")) {
                text.append("\n").append(node.path("description").stringValue()).append("\n");
            }
            parameters(operation, text);
            text.append("\n| status | when |\n|---|---|\n");
            node.path("responses")
                    .properties()
                    .forEach(response -> text.append("| ")
                            .append(response.getKey())
                            .append(" | ")
                            .append(cell(DESCRIPTION.resolved(response.getValue())))
                            .append(" |\n"));
        });
        return text.append("\n").toString();
    }

    private static void parameters(AdminApiDescription.Operation operation, StringBuilder text) {
        List<JsonNode> parameters = Stream.of(operation.pathItem(), operation.node())
                .flatMap(node -> node.path("parameters").valueStream())
                .map(DESCRIPTION::resolved)
                .filter(parameter -> parameter.has("description"))
                .toList();
        if (!parameters.isEmpty()) {
            text.append("\n| parameter | in | meaning |\n|---|---|---|\n");
        }
        parameters.forEach(parameter -> text.append("| `")
                .append(parameter.path("name").stringValue())
                .append("` | ")
                .append(parameter.path("in").stringValue())
                .append(" | ")
                .append(cell(parameter))
                .append(" |\n"));
    }

    private static String cell(JsonNode described) {
        return described.path("description").stringValue().replace("|", "\\|").replace("*", "\\*");
    }
}
