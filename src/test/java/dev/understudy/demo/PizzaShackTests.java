package dev.understudy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The demo endpoints, and the sample document that people start from, are about the same API. */
class PizzaShackTests {

    private static final String PRODUCTION = "x-wso2-production-endpoints";
    private static final String SANDBOX = "x-wso2-sandbox-endpoints";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    private final Map<String, Object> sample = sample();

    @Test
    void everyOperationOfTheSampleIsAnsweredByEveryEndpointAsItSays() {
        List<String> asked = new ArrayList<>();
        map(sample, "paths")
                .forEach((path, item) -> operations(item).forEach((method, operation) -> {
                    for (String url : urls(item)) {
                        String target = URI.create(url).getPath() + path.replace("{orderId}", "a%20b");
                        PizzaShack.Answer answer = PizzaShack.answer(method.toUpperCase(Locale.ROOT), target);
                        assertThat(map(operation, "responses")).containsOnlyKeys(String.valueOf(answer.status()));
                        asked.add(method + " " + target);
                    }
                }));
        assertThat(asked)
                .hasSize(7 * 4)
                .contains("get /v2/menu", "get /sandbox/menu", "get /v1/pet/findByStatus", "delete /v2/order/a%20b");
    }

    @Test
    void theSampleNamesTheStandardPorts() {
        for (String key : List.of(PRODUCTION, SANDBOX)) {
            assertThat(texts(map(sample, key), "urls"))
                    .extracting(url -> URI.create(url).getPort())
                    .containsExactly(DemoPorts.STANDARD.first(), DemoPorts.STANDARD.second());
        }
    }

    @Test
    void thePrintedTokenHasTheScopesOfTheSample() {
        Map<String, Object> scheme = map(map(map(sample, "components"), "securitySchemes"), "pizzashack");
        Set<String> scopes =
                map(map(map(scheme, "flows"), "clientCredentials"), "scopes").keySet();
        assertThat(Set.of(Scene.SCOPES.split(" "))).isEqualTo(scopes);
    }

    @Test
    void whatIsNotInTheSampleIsRefused() {
        assertThat(PizzaShack.answer("GET", "/").status()).isEqualTo(404);
        assertThat(PizzaShack.answer("GET", "/v1/menu").status()).isEqualTo(404);
        assertThat(PizzaShack.answer("GET", "/v2/order/1/2").status()).isEqualTo(404);
        assertThat(PizzaShack.answer("GET", "/v2/order/%zz").status()).isEqualTo(400);
        assertThat(PizzaShack.answer("PATCH", "/v2/order/1"))
                .extracting(PizzaShack.Answer::status, PizzaShack.Answer::headers)
                .containsExactly(405, Map.of("Allow", "GET, PUT, DELETE"));
    }

    @Test
    void petsAreFoundByTheirStatus() {
        assertThat(PizzaShack.answer("GET", "/v1/pet/findByStatus?status=pending")
                        .members())
                .containsEntry("pets", List.of(Map.of("name", "Caper", "status", "pending")));
    }

    // The nearest level counts, production and sandbox apart.
    private List<String> urls(Object item) {
        List<String> urls = new ArrayList<>();
        for (String key : List.of(PRODUCTION, SANDBOX)) {
            Map<String, Object> level = map(item).containsKey(key) ? map(item) : sample;
            urls.addAll(texts(map(level, key), "urls"));
        }
        return urls;
    }

    private static Map<String, Object> operations(Object item) {
        Map<String, Object> operations = new TreeMap<>(map(item));
        operations.keySet().retainAll(METHODS);
        return operations;
    }

    private static Map<String, Object> map(Object map, String key) {
        return map(value(map, key));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<String> texts(Object map, String key) {
        return (List<String>) value(map, key);
    }

    private static Object value(Object map, String key) {
        return Objects.requireNonNull(map(map).get(key), key);
    }

    private static Map<String, Object> sample() {
        try (Reader text = Files.newBufferedReader(Path.of("apis", "pizzashack.yaml"))) {
            return new Yaml().load(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
