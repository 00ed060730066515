package dev.understudy.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.testkit.Scrape;
import dev.understudy.testkit.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds the board, the alerts and the runbooks to a gateway in which everything has happened that they tell of: every meter,
 * label and value in them is one that Prometheus gets.
 */
class BoardsTests {

    private static final Path BOARD = Path.of("deploy/grafana/understudy.json");
    private static final Path RULES = Path.of("deploy/prometheus/understudy.rules.yml");
    private static final Path CASES = Path.of("deploy/prometheus/understudy.test.yml");
    private static final Path PROMETHEUS = Path.of("deploy/prometheus/prometheus.yml");
    private static final Path RUNBOOKS = Path.of("docs/runbooks");
    private static final Path HOW_TO = Path.of("docs/how-to/watch-with-prometheus-and-grafana.md");

    /** The variables of the board. */
    private static final Set<String> VARIABLES = Set.of("datasource", "instance", "api");

    private static final int COLUMNS = 24;

    private static EventfulGateway gateway;
    private static Scrape scrape;

    /** An alert. @param labels of what fires */
    record Alert(String name, String expression, Map<String, String> labels, Map<String, String> annotations) {

        private static final Pattern LINK =
                Pattern.compile("\\{\\{ or \\$externalLabels\\.understudy_docs \"docs\" }}/runbooks/([a-z-]+\\.md)");
        private static final Pattern LABEL = Pattern.compile("\\$labels\\.(\\w+)");

        String runbook() {
            var link = LINK.matcher(annotations.getOrDefault("runbook_url", ""));
            return link.matches() ? link.group(1) : "none";
        }

        Set<String> labelsTold() {
            return names(LABEL, String.join(" ", annotations.values()));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        gateway = EventfulGateway.start();
        scrape = gateway.scrape();
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    static Stream<JsonNode> panels() throws IOException {
        return board().get("panels").valueStream().filter(panel -> !isRow(panel));
    }

    static Stream<Alert> alerts() throws IOException {
        return alerts(Files.readString(RULES));
    }

    @ParameterizedTest
    @MethodSource("panels")
    void everyPanelAsksForSeriesThatThereAreAndNamesLabelsThatTheyHave(JsonNode panel) {
        assertThat(panel.get("targets").valueStream().flatMap(target -> faults(target, panel)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void everyPanelSaysWhatItShowsAndInWhatUnit(JsonNode panel) {
        assertThat(panel.at("/title").asString("")).isNotBlank();
        assertThat(panel.at("/description").asString("")).endsWith(".");
        assertThat(panel.at("/fieldConfig/defaults/unit").asString("")).isNotBlank();
        assertThat(panel.at("/fieldConfig/defaults/thresholds/steps").isEmpty()).isFalse();
        assertThat(panel.at("/datasource/uid").asString("")).isEqualTo("${datasource}");
        assertThat(panel.get("targets").isEmpty()).isFalse();
    }

    @Test
    void thePanelsHaveIdsOfTheirOwnAndDoNotOverlap() throws IOException {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> taken = new HashSet<>();
        board().get("panels").forEach(panel -> {
            assertThat(ids.add(panel.get("id").asInt()))
                    .as("id of " + panel.get("title"))
                    .isTrue();
            for (int column = at(panel, "x"); column < at(panel, "x") + at(panel, "w"); column++) {
                assertThat(column).isLessThan(COLUMNS);
                for (int line = at(panel, "y"); line < at(panel, "y") + at(panel, "h"); line++) {
                    assertThat(taken.add(List.of(column, line)))
                            .as("place of " + panel.get("title"))
                            .isTrue();
                }
            }
        });
    }

    @Test
    void theVariablesAndMarksOfTheBoardAskForSeriesThatThereAre() throws IOException {
        Pattern values = Pattern.compile("label_values\\((.*), (\\w+)\\)");
        JsonNode board = board();
        List<JsonNode> variables = board.at("/templating/list").valueStream().toList();

        assertThat(variables)
                .extracting(variable -> variable.get("name").asString())
                .containsExactlyInAnyOrderElementsOf(VARIABLES);
        for (JsonNode variable : variables) {
            if (variable.get("type").asString().equals("query")) {
                var query = values.matcher(variable.at("/query/query").asString());
                assertThat(query.matches()).isTrue();
                assertThat(PromQl.labels(query.group(1), scrape)).contains(query.group(2));
            }
        }
        for (JsonNode mark : board.at("/annotations/list")) {
            assertThat(PromQl.labels(mark.get("expr").asString(), scrape))
                    .containsAll(names(LEGEND, mark.get("textFormat").asString()));
        }
        assertThat(names(Pattern.compile("\\$\\{?([a-z]\\w*)"), Files.readString(BOARD)))
                .isEqualTo(new TreeSet<>(VARIABLES));
    }

    @Test
    void theBoardCanBeImported() throws IOException {
        JsonNode board = board();
        assertThat(board.get("uid").asString()).isEqualTo("understudy");
        // An id is one of the Grafana that it was made in.
        assertThat(board.get("id").isNull()).isTrue();
        assertThat(board.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void everyAlertAsksForSeriesThatThereAreAndTellsOfLabelsThatTheyHave(Alert alert) {
        assertThat(PromQl.labels(alert.expression(), scrape)).containsAll(alert.labelsTold());
        assertThat(alert.labels().get("severity")).isIn("critical", "warning");
        assertThat(alert.annotations().get("summary")).isNotBlank();
        assertThat(alert.annotations().get("description")).endsWith(".");
    }

    @Test
    void everyAlertHasARunbookAndEveryRunbookAnAlert() throws IOException {
        List<Alert> alerts = alerts().toList();
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .containsExactlyInAnyOrderElementsOf(
                            alerts.stream().map(Alert::runbook).distinct().toList());
        }
        String index = Files.readString(RUNBOOKS.resolve("README.md"));
        for (Alert alert : alerts) {
            assertThat(Files.readString(RUNBOOKS.resolve(alert.runbook()))).contains("`" + alert.name() + "`");
            assertThat(index)
                    .contains(
                            "| `" + alert.name() + "` | " + alert.labels().get("severity") + " |",
                            "(" + alert.runbook() + ")");
        }
    }

    @Test
    void everyAlertHasACaseInWhichItFires() throws IOException {
        Set<String> fired = new TreeSet<>();
        for (Map<String, ?> test : maps(yaml(CASES).get("tests"))) {
            for (Map<String, ?> expected : maps(test.get("alert_rule_test"))) {
                if (expected.containsKey("exp_alerts")) {
                    fired.add(String.valueOf(expected.get("alertname")));
                }
            }
        }
        assertThat(fired)
                .containsExactlyInAnyOrderElementsOf(alerts().map(Alert::name).toList());
    }

    @Test
    void theSampleOfPrometheusReadsTheAlertsAndAsksWhatTheGatewayAnswers() throws Exception {
        Map<String, ?> sample = yaml(PROMETHEUS);
        assertThat(sample.get("rule_files"))
                .isEqualTo(List.of(RULES.getFileName().toString()));
        assertThat(String.valueOf(sample.get("global"))).contains("understudy_docs=");
        Map<String, ?> job = maps(sample.get("scrape_configs")).get(0);
        assertThat(job.get("job_name")).isEqualTo("understudy");
        assertThat(job.get("scheme")).isEqualTo("https");
        String path = String.valueOf(job.get("metrics_path"));
        assertThat(gateway.asViewer(path)).isEqualTo(200);
        assertThat(TlsClient.get(gateway.adminPort(), path).statusCode()).isEqualTo(401);
    }

    @Test
    void whatTheRunbooksAskTheGatewayAnswers() throws Exception {
        Pattern call = Pattern.compile("https://localhost:9843(/[^\"'\\s]*)");
        Set<String> asked = new TreeSet<>();
        for (Path file : documents()) {
            asked.addAll(names(call, Files.readString(file)));
        }
        assertThat(asked)
                .anyMatch(target -> target.startsWith("/api/v1/explain?"))
                .anyMatch(target -> target.startsWith("/api/v1/requests?"))
                .contains("/api/v1/endpoints", "/api/v1/events", "/api/v1/definitions");
        for (String target : asked) {
            assertThat(gateway.asViewer(gateway.filled(target))).as(target).isEqualTo(200);
        }
    }

    @Test
    void everyMeterThatTheRunbooksNameIsThere() throws IOException {
        Pattern meter = Pattern.compile("`((?!understudy_docs)(?:understudy|ssl|jvm|process|http)_[a-z_]+)");
        for (Path file : documents()) {
            assertThat(names(meter, Files.readString(file)))
                    .as(file.toString())
                    .allSatisfy(name -> assertThat(scrape.named(name)).isNotEmpty());
        }
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.list(RUNBOOKS)) {
            return Stream.concat(files, Stream.of(HOW_TO)).sorted().toList();
        }
    }

    private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");

    /** What is wrong with a query of a panel. */
    private static Stream<String> faults(JsonNode target, JsonNode panel) {
        try {
            Set<String> labels = PromQl.labels(target.get("expr").asString(), scrape);
            Set<String> told = names(LEGEND, target.get("legendFormat").asString());
            panel.path("transformations")
                    .valueStream()
                    .flatMap(transformation -> Stream.of("excludeByName", "indexByName", "renameByName")
                            .flatMap(option -> transformation
                                    .path("options")
                                    .path(option)
                                    .propertyStream()
                                    .map(Map.Entry::getKey)))
                    .filter(column -> !Set.of("Time", "Value", "__name__").contains(column))
                    .forEach(told::add);
            return told.stream()
                    .filter(label -> !labels.contains(label))
                    .map(label -> "no label '" + label + "' in " + labels);
        } catch (PromQl.Fault fault) {
            return Stream.of(fault.getMessage());
        }
    }

    private static JsonNode board() throws IOException {
        return JsonMapper.shared().readTree(Files.readString(BOARD));
    }

    private static boolean isRow(JsonNode panel) {
        return panel.get("type").asString().equals("row");
    }

    private static int at(JsonNode panel, String measure) {
        return panel.at("/gridPos/" + measure).asInt();
    }

    private static Stream<Alert> alerts(String rules) {
        List<Alert> alerts = new ArrayList<>();
        for (Map<String, ?> group : maps(yaml(rules).get("groups"))) {
            for (Map<String, ?> rule : maps(group.get("rules"))) {
                alerts.add(new Alert(
                        String.valueOf(rule.get("alert")),
                        String.valueOf(rule.get("expr")),
                        texts(rule.get("labels")),
                        texts(rule.get("annotations"))));
            }
        }
        return alerts.stream();
    }

    private static Map<String, ?> yaml(Path file) throws IOException {
        return yaml(Files.readString(file));
    }

    private static Map<String, ?> yaml(String text) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, ?>> maps(@Nullable Object list) {
        return (List<Map<String, ?>>) Objects.requireNonNull(list);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(@Nullable Object map) {
        return map == null ? Map.of() : (Map<String, String>) map;
    }

    private static Set<String> names(Pattern pattern, String text) {
        Set<String> names = new TreeSet<>();
        pattern.matcher(text)
                .results()
                .map((Function<MatchResult, String>) found -> found.group(1))
                .forEach(names::add);
        return names;
    }

    /** Each check finds what is wrong in a query written to be wrong. */
    @Nested
    class EachCheckCanFail {

        @ParameterizedTest
        @CsvSource(
                delimiterString = " => ",
                quoteCharacter = '`',
                value = {
                    "understudy_failover_total => no meter is called understudy_failover_total",
                    "sum(rate(understudy_requests_count[5m])) => no meter is called understudy_requests_count",
                    "understudy_endpoint_state{endpoint=\"1\"} => no label 'endpoint'",
                    "understudy_endpoint_state{state=\"up\"} => no series of understudy_endpoint_state has state=\"up\"",
                    "understudy_endpoint_state{state=~\"ready|up\"} => no series of understudy_endpoint_state has state=\"up\"",
                    "understudy_requests_seconds_count{code!=\"102599\"} => no series of understudy_requests_seconds_count has code=\"102599\"",
                    "understudy_requests_seconds_count{status=\"2xx\", code=\"404\"} => no series of understudy_requests_seconds_count has all of that",
                    "up{job=\"gateway\"} => no series of up has job=\"gateway\"",
                    "sum by (endpoint) (understudy_endpoint_state) => no label 'endpoint'",
                    "sum without (endpoint) (understudy_endpoint_state) => no label 'endpoint'",
                    "sum(understudy_ready) by (instance) => 'by' is too much",
                    "histogram_quantile(0.9, sum by (api) (rate(understudy_requests_seconds_bucket[5m]))) => no label 'le'",
                    "understudy_ready and on (api) understudy_endpoint_state => no label 'api'",
                    "understudy_endpoint_state / understudy_group_active_position => never meet",
                    "sum by (api) (understudy_endpoint_state) unless understudy_ready => never meet",
                    "understudy_ready < on (store) group_left () understudy_store_revision => no label 'store'",
                    "rote(understudy_failovers_total[5m]) => 'rote' is no function",
                    "sum(understudy_ready => ends too early",
                    "understudy_ready ? 1 => cannot be read",
                    "1 + 1 => a number"
                })
        void onAQueryThatWouldFindNothing(String query, String fault) {
            assertThatThrownBy(() -> PromQl.labels(query, scrape))
                    .isInstanceOf(PromQl.Fault.class)
                    .hasMessageContaining(fault);
        }

        @ParameterizedTest
        @CsvSource(
                delimiterString = " => ",
                quoteCharacter = '`',
                value = {
                    "sum by (api) (understudy_endpoint_state) => [api]",
                    "sum without (state, position) (understudy_endpoint_state{state=\"ready\"}) => [api, group, instance, job]",
                    "count(understudy_ready == 0) or vector(0) => []",
                    "understudy_ready > 0.5 * 2 => [instance, job]",
                    "understudy_definitions{state=\"served\"} / on (instance) understudy_ready => [instance]",
                    "understudy_definitions unless ignoring (state) understudy_ready => [instance, job, state]",
                    "absent(up{job=\"understudy\"}) => [job]",
                    "understudy_store_revision < on (store) group_left () max by (store) (understudy_store_revision offset 1m) => [instance, job, store]"
                })
        void andFindsTheLabelsOfOneThatIsRight(String query, String labels) {
            assertThat(PromQl.labels(query, scrape)).hasToString(labels);
        }

        @ParameterizedTest
        @ValueSource(strings = {"{{endpoint}}", "{{api}} {{reason}}"})
        void onALegendWithALabelThatIsNotThere(String legend) {
            JsonNode target = JsonMapper.shared()
                    .createObjectNode()
                    .put("expr", "sum by (api) (understudy_failovers_total)")
                    .put("legendFormat", legend);
            assertThat(faults(target, target)).hasSize(1);
        }

        @Test
        void onAnAlertWithoutARunbook() {
            assertThat(
                            alerts(
                                    "groups: [{rules: [{alert: A, expr: up, annotations: {summary: '{{ $labels.url }}', runbook_url: x}}]}]"))
                    .allSatisfy(alert -> {
                        assertThat(alert.runbook()).isEqualTo("none");
                        assertThat(alert.labelsTold()).containsExactly("url");
                    });
        }
    }
}
