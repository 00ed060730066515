package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeTests {

    private static Mapping tree(String name, String text) {
        Findings findings = new Findings();
        Optional<Mapping> tree = Tree.read(name, text.getBytes(StandardCharsets.UTF_8), findings);
        assertThat(findings.faults()).isEmpty();
        return tree.orElseThrow();
    }

    private static List<Finding> faults(String name, String text) {
        Findings findings = new Findings();
        assertThat(Tree.read(name, text.getBytes(StandardCharsets.UTF_8), findings))
                .isEmpty();
        return findings.faults();
    }

    private static Value member(Mapping tree, String name) {
        return tree.get(name).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    true, BOOLEAN
                    True, BOOLEAN
                    FALSE, BOOLEAN
                    yes, TEXT
                    No, TEXT
                    on, TEXT
                    off, TEXT
                    y, TEXT
                    tRUE, TEXT
                    12:30, TEXT
                    0o17, TEXT
                    0x1f, TEXT
                    1_000, TEXT
                    .inf, TEXT
                    .nan, TEXT
                    2001-01-01, TEXT
                    10, NUMBER
                    -1.5e3, NUMBER
                    1e99999, TEXT
                    ~, NULL
                    null, NULL
                    nULL, TEXT
                    '"true"', TEXT
                    '"1"', TEXT
                    '!!str true', TEXT
                    '!!bool yes', TEXT
                    <<, TEXT
                    """)
    void scalarsMeanWhatYaml12SaysAndNotWhatYaml11Said(String written, Scalar.Kind kind) {
        assertThat(((Scalar) member(tree("a.yaml", "a: " + written), "a")).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "1.0", "010", "0.50"})
    void numbersStayAsTheyAreWritten(String number) {
        assertThat(member(tree("a.yaml", "a: " + number), "a").asTextOrNumber()).contains(number);
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "1e2, 100", "1.0, 1", "-5, -5"})
    void wholeNumbersThatFitAreIntegers(String written, int expected) {
        assertThat(member(tree("a.json", "{\"a\": " + written + "}"), "a").asInteger())
                .contains(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "2147483648", "1e400", "1e99999999999", "1e-99999999999", "\"1\"", "true", "[1]"})
    void othersAreNot(String written) {
        assertThat(member(tree("a.json", "{\"a\": " + written + "}"), "a").asInteger())
                .isEmpty();
    }

    @Test
    void whatStandsInAMapWinsOverWhatIsMergedAndTheFirstMergeOverTheNext() {
        Mapping tree = tree("a.yaml", """
                one: &one {a: 1, b: 1}
                two: &two {b: 2, c: 2}
                all: {<<: [*one, *two], a: 0}
                again: {c: 3, <<: *two, <<: *one}
                text: {'<<': *one}
                """);

        assertThat(numbers(tree, "all")).containsExactlyInAnyOrder("a=0", "b=1", "c=2");
        assertThat(numbers(tree, "again")).containsExactlyInAnyOrder("a=1", "b=2", "c=3");
        assertThat(member(tree, "text").asMapping().orElseThrow().members()).containsOnlyKeys("<<");
    }

    private static List<String> numbers(Mapping tree, String name) {
        return member(tree, name).asMapping().orElseThrow().members().entrySet().stream()
                .map(entry ->
                        entry.getKey() + "=" + entry.getValue().asTextOrNumber().orElse(""))
                .toList();
    }

    @Test
    void everyValueKnowsItsPlace() {
        for (String name : List.of("a.yaml", "a.json")) {
            Mapping tree = tree(name, "{\"a/b\":\n  {\"c~d\":\n    [1,\n     {\"\": 2}]}}");
            Value list = References.find(tree, "#/a~1b/c~0d").orElseThrow();
            Value inner = References.find(tree, "#/a~1b/c~0d/1/").orElseThrow();

            assertThat(list.place().pointer()).isEqualTo("/a~1b/c~0d");
            assertThat(inner.place().pointer()).isEqualTo("/a~1b/c~0d/1/");
            assertThat(inner.place().line()).as(name).isEqualTo(4);
        }
    }

    @Test
    void aNameThatStandsTwiceIsToldWithBothLines() {
        for (String name : List.of("a.yaml", "a.json")) {
            assertThat(faults(name, "{\"a\": 1,\n \"b\": 2,\n \"a\": 3}"))
                    .as(name)
                    .containsExactly(new Finding("/a", 3, "'a' stands here and on line 1 (expected: once)"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1} x",
                "{\"a\": 1}{}",
                "{\"a\": 1,}",
                "{'a': 1}",
                "{a: 1}",
                "{\"a\": NaN}",
                "{\"a\": 01}",
                "// c\n{}"
            })
    void jsonIsReadAsStrictlyAsItsStandardSays(String text) {
        assertThat(faults("a.json", text)).hasSize(1);
    }

    @Test
    void aHundredLevelsAreReadAndMoreAreNot() {
        assertThat(tree("a.json", "{\"a\": " + "[".repeat(99) + "]".repeat(99) + "}")
                        .has("a"))
                .isTrue();
        assertThat(faults("a.json", "{\"a\": " + "[".repeat(101) + "]".repeat(101) + "}"))
                .hasSize(1);
        assertThat(faults("a.yaml", "{\"a\": " + "[".repeat(101) + "]".repeat(101) + "}"))
                .hasSize(1);
    }

    @Test
    void aliasesCountAsOftenAsTheyAreUsed() {
        String uses = String.join(", ", java.util.Collections.nCopies(300, "*t"));
        String text = "a: &t '" + "x".repeat(50_000) + "'\nb: [";

        assertThat(tree("a.yaml", text + uses + "]").has("b")).isTrue();
        assertThat(faults("a.yaml", text + uses + ", " + uses + "]"))
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("characters once aliases and references are followed");
    }
}
