package dev.understudy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/keys.md to the records that the keys are bound to. */
class KeysReferenceTests {

    private static final Path DOCUMENT = Path.of("docs/reference/keys.md");

    private final List<KeyReference> keys = KeyReference.all();

    @Test
    void theReferenceIsWhatTheCodeGives() throws IOException {
        new GeneratedPart(DOCUMENT, getClass()).assertIs(KeyReference.table(keys));
    }

    @Test
    void everyKeyIsThereAndHasAMeaning() {
        assertThat(keys)
                .extracting(KeyReference::name)
                .containsExactlyInAnyOrderElementsOf(Keys.all().stream()
                        .map(key -> key.replaceAll("\\[]$", ""))
                        .toList());
        assertThat(keys).extracting(KeyReference::meaning).noneMatch(String::isBlank);
    }

    /** Editors read their hints from what the annotation processor writes, which leaves out what is in lists. */
    @Test
    void theHintsOfEditorsSayTheSame() throws IOException {
        Map<String, KeyReference> byName =
                keys.stream().collect(Collectors.toMap(KeyReference::name, Function.identity()));
        List<Map<String, Object>> hints = hints();
        assertThat(hints).hasSizeGreaterThan(30).allSatisfy(hint -> {
            KeyReference key = byName.get(hint.get("name"));
            if (key != null) {
                assertThat(key.meaning()).isEqualTo(hint.get("description"));
                assertThat(defaultIn(hint)).as(key.name()).isEqualTo(key.defaultValue());
            } else {
                assertThat(byName.keySet()).anyMatch(name -> name.startsWith(hint.get("name") + "[]."));
            }
        });
    }

    private static String defaultIn(Map<String, Object> hint) {
        Object value = hint.get("defaultValue");
        return value == null
                ? "none"
                : Stream.of(value.toString().replaceAll("^\\[|]$", "").split(", "))
                        .map(each -> "`" + each + "`")
                        .collect(Collectors.joining(", "));
    }

    private static List<Map<String, Object>> hints() throws IOException {
        String file = "/META-INF/spring-configuration-metadata.json";
        try (InputStream in = UnderstudyProperties.class.getResourceAsStream(file)) {
            return JsonPath.parse(Objects.requireNonNull(in)).read("$.properties[?(@.name =~ /understudy\\..*/)]");
        }
    }
}
