package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.openapi.EndpointLists.Kind;
import dev.understudy.openapi.EndpointLists.Level;
import dev.understudy.openapi.EndpointLists.Listed;
import dev.understudy.openapi.EndpointLists.Place;
import dev.understudy.openapi.EndpointLists.Written;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointListsTests {

    private static final String PIZZA = """
            # The menu of all shops.
            openapi: 3.0.3
            info: {title: Pizza, version: '1.0'}   # as printed
            # Who makes it:
            x-wso2-production-endpoints:
              urls:          # in this order
                - https://oven.example.com    # the big one
                - https://grill.example.com
              type: failover
              securityConfig: {type: BASIC, username: cook, password: "p # w"}
              advanceEndpointConfig:
                failover: {connectTimeout: 300ms}  # they are near
            # All there is:
            paths:
              /menu:
                # for everybody
                get:
                  responses: {'200': {description: ok}}
              /order/{id}:
                x-wso2-production-endpoints: {urls: [https://till.example.com], type: failover}
                post:
                  x-wso2-sandbox-endpoints: "#/x-wso2-endpoints/toys"
                  responses: {'200': {description: ok}}
            x-wso2-endpoints:
              - toys:
                  urls: [https://toy.example.com]
                  securityConfig: {type: BASIC, username: u, password: p}
            """;

    private static final Level MENU = new Level("/menu", "");
    private static final Level ORDER = new Level("/order/{id}", "");
    private static final Level POST = new Level("/order/{id}", "post");

    @Test
    void levelsAreThoseOfTheDocument() {
        assertThat(lists(PIZZA).levels()).containsExactly(Level.API, MENU, new Level("/menu", "get"), ORDER, POST);
    }

    @Test
    void aListIsToldAsItIsWritten() {
        assertThat(lists(PIZZA).own(Level.API, Kind.PRODUCTION))
                .contains(new Listed(
                        "failover",
                        List.of("https://oven.example.com", "https://grill.example.com"),
                        Map.of("failover.connectTimeout", "300ms"),
                        Optional.empty(),
                        true));
        assertThat(lists(PIZZA).own(POST, Kind.SANDBOX))
                .contains(new Listed(
                        "",
                        List.of("https://toy.example.com"),
                        Map.of(),
                        Optional.of("#/x-wso2-endpoints/toys"),
                        true));
        assertThat(lists(PIZZA).own(MENU, Kind.PRODUCTION)).isEmpty();
    }

    @Test
    void withoutAListOfItsOwnALevelHasThatOfTheOneAbove() {
        EndpointLists lists = lists(PIZZA);

        assertThat(lists.effective(new Level("/menu", "get"), Kind.PRODUCTION))
                .isEqualTo(lists.own(Level.API, Kind.PRODUCTION));
        assertThat(lists.effective(POST, Kind.PRODUCTION)).isEqualTo(lists.own(ORDER, Kind.PRODUCTION));
        assertThat(lists.effective(MENU, Kind.SANDBOX)).isEmpty();
    }

    @Test
    void nothingWantedChangesNothing() {
        assertThat(with(PIZZA, Map.of())).isEqualTo(PIZZA);
        assertThat(with(PIZZA, at(Level.API, lists(PIZZA).own(Level.API, Kind.PRODUCTION))))
                .isEqualTo(PIZZA);
        assertThat(with(PIZZA, at(MENU, Optional.empty()))).isEqualTo(PIZZA);
    }

    @Test
    void anotherOrderMovesTheUrlsWithTheirCommentsAndNothingElse() {
        Listed other = Listed.of(
                "failover",
                List.of("https://grill.example.com", "https://new.example.com:8443/v1", "https://oven.example.com"),
                Map.of("failover.connectTimeout", "300ms"));

        assertThat(with(PIZZA, at(Level.API, Optional.of(other))))
                .isEqualTo(PIZZA.replace("""
                            - https://oven.example.com    # the big one
                            - https://grill.example.com
                        """.indent(0), """
                            - https://grill.example.com
                            - https://new.example.com:8443/v1
                            - https://oven.example.com    # the big one
                        """.indent(0)));
    }

    @Test
    void aListThatIsNewStandsAboveWhatElseItsLevelHas() {
        Listed own = Listed.of(
                "failover",
                List.of("https://a.example.com", "https://b.example.com"),
                Map.of("failover.deadline", "5s"));

        assertThat(with(PIZZA, at(MENU, Optional.of(own))))
                .isEqualTo(PIZZA.replace("    # for everybody\n", """
                            x-wso2-production-endpoints:
                              urls:
                                - https://a.example.com
                                - https://b.example.com
                              type: failover
                              advanceEndpointConfig:
                                failover:
                                  deadline: 5s
                            # for everybody
                        """.indent(0)));
    }

    @Test
    void aListThatIsNewSignsInAsTheOneThatHeldThereWhereThoseAreItsHosts() {
        Place menu = new Place(MENU, Kind.PRODUCTION);
        Listed own =
                Listed.of("failover", List.of("https://grill.example.com/fast", "https://oven.example.com"), Map.of());

        assertThat(lists(PIZZA).signsInAlike(menu, own.urls())).isTrue();
        assertThat(with(PIZZA, at(MENU, Optional.of(own))))
                .isEqualTo(PIZZA.replace("    # for everybody\n", """
                            x-wso2-production-endpoints:
                              urls:
                                - https://grill.example.com/fast
                                - https://oven.example.com
                              type: failover
                              securityConfig:
                                type: BASIC
                                username: cook
                                password: "p # w"
                            # for everybody
                        """.indent(0)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://other.example.com",
                "http://oven.example.com",
                "https://oven.example.com:8443",
                "https://oven.example.com.evil.example",
                "https://oven.example.com@evil.example",
                "no url"
            })
    void credentialsGoToNoHostAndPortThatTheyAreNotForAlready(String url) {
        Listed own = Listed.of("failover", List.of("https://oven.example.com", url), Map.of());

        assertThat(lists(PIZZA).signsInAlike(new Place(MENU, Kind.PRODUCTION), own.urls()))
                .isFalse();
        assertThat(lists(with(PIZZA, at(MENU, Optional.of(own)))).own(MENU, Kind.PRODUCTION))
                .hasValueSatisfying(list -> assertThat(list.signsIn()).isFalse());
    }

    @Test
    void theNearestListWithoutCredentialsLeavesNoneToTakeOver() {
        Listed own = Listed.of("failover", List.of("https://till.example.com"), Map.of());

        assertThat(lists(with(PIZZA, at(POST, Optional.of(own)))).own(POST, Kind.PRODUCTION))
                .contains(own);
    }

    @Test
    void theListOfTheApiStandsBeforeItsPaths() {
        Listed sandbox = Listed.of("", List.of("https://s.example.com"), Map.of());

        assertThat(with(PIZZA, Map.of(new Place(Level.API, Kind.SANDBOX), Optional.of(sandbox))))
                .isEqualTo(PIZZA.replace(
                        "# All there is:\n",
                        "x-wso2-sandbox-endpoints:\n  urls:\n    - https://s.example.com\n# All there is:\n"));
    }

    @Test
    void aListThatGoesTakesItsLinesWithIt() {
        assertThat(with(PIZZA, at(ORDER, Optional.empty())))
                .isEqualTo(PIZZA.replace(
                        "    x-wso2-production-endpoints: {urls: [https://till.example.com], type: failover}\n", ""));
    }

    @Test
    void aListInBracesStaysInBraces() {
        Listed two = Listed.of("load_balance", List.of("https://till.example.com", "https://b.example.com"), Map.of());

        assertThat(with(PIZZA, at(ORDER, Optional.of(two))))
                .isEqualTo(PIZZA.replace(
                        "{urls: [https://till.example.com], type: failover}",
                        "{urls: [https://till.example.com, https://b.example.com], type: load_balance}"));
    }

    @Test
    void whatIsReferredToIsCopiedSoThatOthersKeepIt() {
        Listed other = Listed.of("failover", List.of("https://toy.example.com", "https://b.example.com"), Map.of());

        String changed = with(PIZZA, Map.of(new Place(POST, Kind.SANDBOX), Optional.of(other)));

        assertThat(changed).contains("- toys:\n      urls: [https://toy.example.com]\n");
        assertThat(lists(changed).own(POST, Kind.SANDBOX))
                .contains(new Listed("failover", other.urls(), Map.of(), Optional.empty(), true));
    }

    @Test
    void aLimitThatIsEmptiedGoesAndSoDoesWhatHeldNothingElse() {
        Listed without =
                Listed.of("failover", List.of("https://oven.example.com", "https://grill.example.com"), Map.of());

        assertThat(with(PIZZA, at(Level.API, Optional.of(without))))
                .isEqualTo(PIZZA.replace(
                        "  advanceEndpointConfig:\n    failover: {connectTimeout: 300ms}  # they are near\n", ""));
    }

    @Test
    void limitsAreWrittenAsWhatTheyAre() {
        Map<String, String> limits = Map.of(
                "timeoutInMillis", "5000",
                "failover.statuses", "502, 503",
                "failover.probe.always", "true",
                "failover.probe.path", "/health?deep=1",
                "failover.suspendFor", "2s");

        String changed = with(PIZZA, at(MENU, Optional.of(Listed.of("failover", List.of("http://a"), limits))));

        assertThat(changed)
                .contains("timeoutInMillis: 5000\n", "- 502\n", "always: true\n", "path: \"/health?deep=1\"\n")
                .contains("suspendFor: 2s\n");
        assertThat(read(changed)).isInstanceOf(Reading.Accepted.class);
    }

    @Test
    void whatNoListCanBeIsWrittenAllTheSameAndRefusedWhenItIsRead() {
        String hostile = "https://a.example.com/\"'\n#: {x}, [y] \u0085\u2028é😀";

        String changed = with(PIZZA, at(MENU, Optional.of(Listed.of("failovr", List.of(hostile), Map.of()))));

        assertThat(lists(changed).own(MENU, Kind.PRODUCTION).orElseThrow().urls())
                .containsExactly(hostile);
        assertThat(read(changed)).isInstanceOf(Reading.Refused.class);
    }

    @Test
    void linesEndAsTheyDidAndAByteOrderMarkStays() {
        String windows = "\uFEFF" + PIZZA.replace("\n", "\r\n");

        String changed = with(windows, at(MENU, Optional.of(Listed.of("failover", List.of("https://a"), Map.of()))));

        assertThat(changed).startsWith("\uFEFF# The menu").contains("- https://a\r\n");
        assertThat(changed.replace("\r\n", "")).doesNotContain("\n");
    }

    @Test
    void whatStandsBehindAnAliasStaysForThoseWhoShareIt() {
        String aliased = """
                openapi: 3.0.3
                info: {title: t, version: '1'}
                x-wso2-production-endpoints: {urls: [https://a]}
                paths:
                  /one: &one
                    get: {responses: {'200': {description: ok}}}
                  /two: *one
                """;
        Listed own = Listed.of("failover", List.of("https://b"), Map.of());

        String changed = with(aliased, at(new Level("/two", ""), Optional.of(own)));

        assertThat(changed).startsWith(aliased.substring(0, aliased.indexOf("  /two")));
        assertThat(lists(changed).own(new Level("/two", ""), Kind.PRODUCTION)).contains(own);
        assertThat(lists(changed).own(new Level("/one", ""), Kind.PRODUCTION)).isEmpty();
        assertThat(lists(changed).levels()).isEqualTo(lists(aliased).levels());
    }

    @Test
    void whatCannotBeChangedInPlaceIsRefusedAndSaysWhere() {
        String merged = """
                openapi: 3.0.3
                info: {title: t, version: '1'}
                x-base: &base {x-wso2-production-endpoints: {urls: [https://a]}}
                paths:
                  /one:
                    <<: *base
                    get: {responses: {'200': {description: ok}}}
                """;

        assertThat(lists(merged).with(at(new Level("/one", ""), Optional.empty())))
                .isEqualTo(new Written.Refused(List.of(new Finding(
                        "/paths/~1one/x-wso2-production-endpoints",
                        3,
                        "merged from elsewhere, and cannot be taken away (expected: no merge)"))));
    }

    @Nested
    class InJson {

        private static final String PRETTY = """
                {
                    "openapi": "3.0.3",
                    "info": {"title": "t", "version": "1"},
                    "x-wso2-production-endpoints": {"urls": ["https://a"], "type": "failover"},
                    "paths": {
                        "/one": {
                            "get": {"responses": {"200": {"description": "ok"}}}
                        }
                    }
                }
                """;

        @Test
        void aListHasLinesOfItsOwnWhereItsNeighboursHave() {
            Listed own = Listed.of("failover", List.of("https://b"), Map.of());

            assertThat(withJson(PRETTY, at(new Level("/one", ""), Optional.of(own))))
                    .isEqualTo(
                            PRETTY.replace("            \"get\"", """
                                        "x-wso2-production-endpoints": {
                                            "urls": [
                                                "https://b"
                                            ],
                                            "type": "failover"
                                        },
                                        "get"\
                            """.indent(0).stripTrailing()));
        }

        @Test
        void aListInOneLineStaysInOneLine() {
            Listed other = Listed.of("", List.of("https://a", "https://\"quoted\""), Map.of());

            assertThat(withJson(PRETTY, at(Level.API, Optional.of(other))))
                    .isEqualTo(PRETTY.replace(
                            "[\"https://a\"], \"type\": \"failover\"", "[\"https://a\", \"https://\\\"quoted\\\"\"]"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"\t", ""})
        void tabsAndNoSpaceAtAllAreFine(String indent) {
            String text = indent.isEmpty() ? PRETTY.replaceAll("\\s", "") : PRETTY.replaceAll("    ", indent);

            String changed = withJson(
                    text, at(new Level("/one", "get"), Optional.of(Listed.of("", List.of("https://b"), Map.of()))));

            assertThat(lists("d.json", changed).own(new Level("/one", "get"), Kind.PRODUCTION))
                    .contains(Listed.of("", List.of("https://b"), Map.of()));
        }
    }

    /** Documents of all forms, changed again and again: what is written is what was wanted, and comments stay. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverTheFormWhatIsWrittenIsWhatWasWanted(long seed) {
        Random random = new Random(seed);
        boolean json = random.nextInt(4) == 0;
        String text = new GeneratedDocument(random, json).text();
        String name = json ? "d.json" : "d.yaml";
        for (int round = 0; round < 6; round++) {
            EndpointLists before = lists(name, text);
            Map<Place, Optional<Listed>> wanted = wanted(random, before);

            Written written = before.with(wanted);

            assertThat(written)
                    .as("seed %d, round %d of%n%s", seed, round, text)
                    .isInstanceOf(Written.Document.class);
            String changed = text(written);
            EndpointLists after = lists(name, changed);
            for (Level level : before.levels()) {
                for (Kind kind : Kind.values()) {
                    Optional<Listed> expected = wanted.getOrDefault(new Place(level, kind), before.own(level, kind));
                    assertThat(after.own(level, kind).map(EndpointListsTests::said))
                            .as("seed %d: %s %s in%n%s%nof%n%s", seed, level, kind, changed, text)
                            .isEqualTo(expected.map(EndpointListsTests::said));
                }
            }
            text.lines()
                    .filter(line -> line.contains("# kept"))
                    .forEach(comment -> assertThat(changed)
                            .as("seed %d", seed)
                            .contains(comment.substring(comment.indexOf("# kept"))));
            text = changed;
        }
    }

    static LongStream seeds() {
        long from = Long.getLong("seed", System.nanoTime());
        return LongStream.range(from, from + Integer.getInteger("documents", 300));
    }

    private static List<Object> said(Listed list) {
        return List.of(list.type(), list.urls(), new LinkedHashMap<>(list.limits()));
    }

    private static Map<Place, Optional<Listed>> wanted(Random random, EndpointLists lists) {
        Map<Place, Optional<Listed>> wanted = new LinkedHashMap<>();
        List<Level> levels = new ArrayList<>(lists.levels());
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            Level level = levels.get(random.nextInt(levels.size()));
            Kind kind = Kind.values()[random.nextInt(2)];
            wanted.put(
                    new Place(level, kind),
                    random.nextInt(3) == 0 ? Optional.empty() : Optional.of(GeneratedDocument.list(random)));
        }
        return wanted;
    }

    private static Map<Place, Optional<Listed>> at(Level level, Optional<Listed> list) {
        return Map.of(new Place(level, Kind.PRODUCTION), list);
    }

    private static EndpointLists lists(String yaml) {
        return lists("d.yaml", yaml);
    }

    private static EndpointLists lists(String name, String text) {
        return EndpointLists.of(name, text.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> new AssertionError("not readable:\n" + text));
    }

    private static String with(String yaml, Map<Place, Optional<Listed>> wanted) {
        return text(lists(yaml).with(wanted));
    }

    private static String withJson(String json, Map<Place, Optional<Listed>> wanted) {
        return text(lists("d.json", json).with(wanted));
    }

    private static String text(Written written) {
        assertThat(written).isInstanceOf(Written.Document.class);
        return new String(((Written.Document) written).content(), StandardCharsets.UTF_8);
    }

    private static Reading read(String yaml) {
        return Readers.read(yaml);
    }
}
