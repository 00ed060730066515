package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.testkit.AdminApiDescription;
import dev.understudy.testkit.AdminApiDescription.Operation;
import dev.understudy.testkit.AdminCaller;
import dev.understudy.testkit.JsonSchema;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what the admin API says of itself to what it does. */
class AdminApiDocumentTests {

    /** Sees the application context of the admin listener, too. */
    static class Contexts implements ApplicationListener<ContextRefreshedEvent> {

        private final List<ApplicationContext> all = new ArrayList<>();

        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            all.add(event.getApplicationContext());
        }
    }

    private static RunningGateway gateway;
    private static AdminCaller anna;

    @BeforeAll
    static void start() throws IOException {
        gateway = RunningGateway.withBeans(
                List.of(Contexts.class),
                Map.of(),
                "understudy.admin.users[0].username=anna",
                "understudy.admin.users[0].password={noop}CANARY-anna");
        anna = AdminCaller.of(gateway.adminPort(), basic("anna", "CANARY-anna"));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    static Stream<Operation> operations() {
        return anna.description().operations().stream();
    }

    @Test
    void itIsAnOpenApiDocument() {
        String text = anna.description().document().toString();
        SwaggerParseResult result = new OpenAPIV3Parser().readContents(text);
        assertThat(result.getMessages()).isEmpty();
        assertThat(result.getOpenAPI().getPaths()).isNotEmpty();
    }

    @Test
    void allRoutesThatThereAreAreDescribedAndNoOthers() {
        assertThat(operations().map(Operation::toString))
                .containsExactlyInAnyOrderElementsOf(routes())
                .hasSizeGreaterThan(5);
    }

    @Test
    void allReferencesLeadSomewhere() {
        JsonNode document = anna.description().document();
        assertThat(document.findValuesAsString("$ref"))
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eachOperationAnswersAsItIsDescribed(Operation operation) throws IOException {
        example();
        RawMessage answer = call(operation);
        anna.description().assertDescribes(operation, answer);
        assertThat(answer.status())
                .as(answer.text())
                .isLessThan(operation.path().startsWith(ApisApi.APIS) ? 300 : 500);
        RawMessage nobody = anna.as("Basic x").unchecked(operation.method(), path(operation), new byte[0]);
        assertThat(nobody.status()).isEqualTo(401);
        anna.description().assertDescribes(operation, nobody);
    }

    @Test
    void otherMethodsAreNotAllowed() throws IOException {
        Map<String, Set<String>> methods = operations()
                .collect(Collectors.groupingBy(
                        AdminApiDocumentTests::path,
                        Collectors.mapping(Operation::method, Collectors.toCollection(TreeSet::new))));
        for (Map.Entry<String, Set<String>> path : methods.entrySet()) {
            RawMessage refused = anna.unchecked("PATCH", path.getKey(), new byte[0]);
            assertThat(refused.status()).as(path.getKey()).isEqualTo(405);
            Set<String> allowed =
                    new TreeSet<>(Set.of(refused.header("Allow").orElseThrow().split(", ?")));
            allowed.remove("HEAD");
            assertThat(allowed).as(path.getKey()).isEqualTo(path.getValue());
        }
    }

    @Test
    void twoPartsWithTheSameThingAreRefused() {
        Map<String, Object> whole = new LinkedHashMap<>();
        AdminApiDocument.merge(whole, paths("/a"), "one.yaml");
        AdminApiDocument.merge(whole, paths("/b"), "two.yaml");
        assertThat(whole).isEqualTo(Map.of("paths", Map.of("/a", Map.of(), "/b", Map.of())));
        assertThatThrownBy(() -> AdminApiDocument.merge(whole, paths("/a"), "three.yaml"))
                .hasMessage("three.yaml paths: '/a' is in another part already");
    }

    /** What the other tests ask about. */
    private static void example() throws IOException {
        Operation put = operations()
                .filter(each -> each.node().path("operationId").asString().equals("putApi"))
                .findFirst()
                .orElseThrow();
        assertThat(call(put).status()).isIn(200, 201);
    }

    private static RawMessage call(Operation operation) throws IOException {
        JsonNode bodies = operation.node().path("requestBody").path("content");
        for (Map.Entry<String, JsonNode> body : bodies.properties()) {
            JsonNode example = body.getValue().path("example");
            if (!example.isMissingNode()) {
                String text = example.isString() ? example.stringValue() : example.toString();
                return anna.unchecked(
                        operation.method(),
                        path(operation),
                        text.getBytes(StandardCharsets.UTF_8),
                        "Content-Type: " + body.getKey());
            }
        }
        return streams(operation)
                ? anna.unchecked(operation.method(), path(operation), new byte[0], "Accept: application/json")
                : anna.unchecked(operation.method(), path(operation), new byte[0]);
    }

    /** Whether its answer has no end, unless another one is asked for. */
    private static boolean streams(Operation operation) {
        JsonNode content = operation.node().path("responses").path("200").path("content");
        return content.has("text/event-stream") || content.has("application/x-ndjson");
    }

    /** With the examples that the document has for its variables. */
    private static String path(Operation operation) {
        String path = operation.path();
        for (Map.Entry<String, String> example :
                anna.description().examples(operation).entrySet()) {
            path = path.replace("{" + example.getKey() + "}", example.getValue());
        }
        return path;
    }

    private static Map<String, Object> paths(String path) {
        return Map.of("paths", Map.of(path, Map.of()));
    }

    private static Set<String> routes() {
        Routes routes = new Routes();
        gateway.bean(Contexts.class).all.stream()
                .filter(context -> context.getParent() != null)
                .flatMap(context -> context.getBeansOfType(RouterFunction.class).values().stream())
                .forEach(function -> function.accept(routes));
        return routes.found;
    }

    /** Methods and paths of all routes of the admin API, but for HEAD, which goes with GET. */
    private static final class Routes implements RouterFunctions.Visitor {

        private final Set<String> found = new TreeSet<>();
        private final Deque<String> prefixes = new ArrayDeque<>();

        @Override
        public void startNested(RequestPredicate predicate) {
            prefixes.addLast(Predicate.of(predicate).path);
        }

        @Override
        public void endNested(RequestPredicate predicate) {
            prefixes.removeLast();
        }

        @Override
        public void route(RequestPredicate predicate, HandlerFunction<?> handler) {
            Predicate read = Predicate.of(predicate);
            String path = String.join("", prefixes) + read.path;
            read.methods.stream()
                    .filter(method -> path.startsWith("/api/v1") && method != HttpMethod.HEAD)
                    .forEach(method -> found.add(method + " " + path));
        }

        @Override
        public void resources(Function<ServerRequest, Mono<Resource>> lookup) {}

        @Override
        public void attributes(Map<String, Object> attributes) {}

        @Override
        public void unknown(RouterFunction<?> function) {
            throw new AssertionError("a route of a kind that this test cannot look into");
        }
    }

    private static final class Predicate implements RequestPredicates.Visitor {

        private final Set<HttpMethod> methods = new HashSet<>();
        private String path = "";

        static Predicate of(RequestPredicate predicate) {
            Predicate read = new Predicate();
            predicate.accept(read);
            return read;
        }

        @Override
        public void method(Set<HttpMethod> all) {
            methods.addAll(all);
        }

        @Override
        public void path(String pattern) {
            path = pattern;
        }

        @Override
        public void pathExtension(String extension) {}

        @Override
        public void header(String name, String value) {}

        @Override
        public void queryParam(String name, String value) {}

        @Override
        public void version(String version) {}

        @Override
        public void startAnd() {}

        @Override
        public void and() {}

        @Override
        public void endAnd() {}

        @Override
        public void startOr() {}

        @Override
        public void or() {}

        @Override
        public void endOr() {}

        @Override
        public void startNegate() {}

        @Override
        public void endNegate() {}

        @Override
        public void unknown(RequestPredicate predicate) {}
    }

    @Nested
    class EachCheckCanFail {

        private static final JsonMapper JSON = new JsonMapper();

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                value = {
                    "{\"type\": \"string\"} | 1",
                    "{\"type\": [\"string\", \"null\"]} | 1",
                    "{\"enum\": [\"a\"]} | \"b\"",
                    "{\"minimum\": 1} | 0",
                    "{\"pattern\": \"a+\"} | \"b\"",
                    "{\"format\": \"date-time\"} | \"yesterday\"",
                    "{\"required\": [\"a\"]} | {}",
                    "{\"properties\": {\"a\": {\"type\": \"null\"}}} | {\"a\": 1}",
                    "{\"properties\": {}, \"additionalProperties\": false} | {\"a\": 1}",
                    "{\"items\": {\"type\": \"null\"}} | [1]",
                    "{\"$ref\": \"#/a\"} | 1",
                    "{\"maximum\": 1} | 0"
                })
        void onAValueThatDoesNotFit(String schema, String value) {
            JsonNode document = JSON.readTree("{\"a\": {\"type\": \"null\"}}");
            assertThat(JsonSchema.faults(document, JSON.readTree(schema), JSON.readTree(value)))
                    .hasSize(1);
        }

        @Test
        void onAnAnswerThatIsNotDescribed() {
            AdminApiDescription description = new AdminApiDescription("""
                    {"paths": {"/a/{b}": {"get": {"responses": {"200": {"description": "OK", "content":
                        {"application/json": {"schema": {"type": "array"}}}}}}}}}
                    """);
            Map<String, RawMessage> answers = new HashMap<>();
            answers.put("another status", answer(201, "application/json", "[]"));
            answers.put("another type", answer(200, "text/plain", "[]"));
            answers.put("another body", answer(200, "application/json", "{}"));
            description.assertDescribes("GET", "/a/1?c=d", answer(200, "application/json", "[]"));
            answers.forEach(
                    (name, answer) -> assertThatThrownBy(() -> description.assertDescribes("GET", "/a/1", answer))
                            .as(name)
                            .isInstanceOf(AssertionError.class));
            assertThatThrownBy(() -> description.assertDescribes("PUT", "/a/1", answer(200, "application/json", "[]")))
                    .isInstanceOf(AssertionError.class);
        }

        private static RawMessage answer(int status, String type, String body) {
            return new RawMessage(
                    "HTTP/1.1 " + status + " OK",
                    List.of("Content-Type: " + type),
                    body.getBytes(StandardCharsets.UTF_8),
                    true);
        }
    }
}
