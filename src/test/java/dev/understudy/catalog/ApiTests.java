package dev.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiTests {

    @Test
    void aDescriptionThatIsTooLongIsCutBetweenCharacters() {
        assertThat(described("x".repeat(2_000))).isEqualTo("x".repeat(2_000));
        assertThat(described("x".repeat(2_001))).isEqualTo("x".repeat(1_999) + "…");
        assertThat(described("x".repeat(1_998) + "🍕".repeat(9))).isEqualTo("x".repeat(1_998) + "…");
    }

    private static String described(String text) {
        Api api = new Api(
                "A", "1", "/a", Set.of(), "Authorization", Optional.empty(), List.of(), Optional.of("/"), false, text);
        assertThat(api.asDefaultVersion().orElseThrow().description()).isEqualTo(api.description());
        return api.on(Set.of("b.example")).description();
    }
}
