package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.accepted;
import static dev.understudy.openapi.Readers.operation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.EndpointGroup;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Health is kept under the name of a group, so that names must be neither mixed up nor lost. */
class EndpointReaderTests {

    private static final String OK = "{responses: {'200': {description: OK}}}";

    private static final String EVERY_LEVEL = """
            openapi: 3.0.3
            info: {title: Pets, version: 1.0.0}
            x-wso2-production-endpoints: {urls: ['http://a']}
            x-wso2-sandbox-endpoints: {urls: ['http://a']}
            paths:
              /x:
                get: %1$s
              /y:
                x-wso2-production-endpoints: {urls: ['http://a']}
                x-wso2-sandbox-endpoints: {urls: ['http://a']}
                get: %1$s
                post:
                  x-wso2-production-endpoints: {urls: ['http://a']}
                  x-wso2-sandbox-endpoints: {urls: ['http://a']}
                  responses: {'200': {description: OK}}
              /z:
                servers: [{url: 'http://a'}]
                get: %1$s
            """.formatted(OK);

    private static Set<EndpointGroup> groups(Api api) {
        return api.operations().stream()
                .flatMap(operation -> Stream.of(operation.production(), operation.sandbox()))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private static Set<String> names(Api api) {
        return groups(api).stream().map(EndpointGroup::name).collect(Collectors.toSet());
    }

    private static EndpointGroup production(Api api, String method, String path) {
        return operation(api, method, path).production().orElseThrow();
    }

    @Test
    void eachListHasANameOfItsOwn() {
        assertThat(names(accepted(EVERY_LEVEL)))
                .containsExactlyInAnyOrder(
                        "Pets 1.0.0/x-wso2-production-endpoints",
                        "Pets 1.0.0/x-wso2-sandbox-endpoints",
                        "Pets 1.0.0/paths/~1y/x-wso2-production-endpoints",
                        "Pets 1.0.0/paths/~1y/x-wso2-sandbox-endpoints",
                        "Pets 1.0.0/paths/~1y/post/x-wso2-production-endpoints",
                        "Pets 1.0.0/paths/~1y/post/x-wso2-sandbox-endpoints",
                        "Pets 1.0.0/paths/~1z/servers");
    }

    @Test
    void anotherVersionOfAnApiHasOtherNames() {
        Set<String> before = names(accepted(EVERY_LEVEL));
        Set<String> other = names(accepted(EVERY_LEVEL.replace("1.0.0", "1.0.1")));

        assertThat(other).hasSameSizeAs(before).doesNotContainAnyElementsOf(before);
    }

    @Test
    void namesStayWhenADocumentIsReadAgainWithOtherUrlsAndOtherLines() {
        String changed = EVERY_LEVEL.replace("http://a", "http://b").replace("paths:", "x-comment: more\npaths:");

        assertThat(names(accepted(changed))).isEqualTo(names(accepted(EVERY_LEVEL)));
    }

    @Test
    void allThatAPathInheritsIsOneGroup() {
        Api api = accepted(EVERY_LEVEL.replace("/x:\n    get:", "/x:\n    put: " + OK + "\n    get:"));

        assertThat(production(api, "PUT", "/x")).isSameAs(production(api, "GET", "/x"));
    }

    @Test
    void aNamedListIsOneGroupForAllThatReferToIt() {
        Api api = accepted("""
                openapi: 3.0.3
                info: {title: Pets, version: '1'}
                x-wso2-endpoints:
                  - first: {urls: ['http://a']}
                  - second: {urls: ['http://b']}
                x-wso2-production-endpoints: '#/x-wso2-endpoints/first'
                x-wso2-sandbox-endpoints: '#/x-wso2-endpoints/second'
                paths:
                  /x: {get: %1$s}
                  /y:
                    x-wso2-production-endpoints: '#/x-wso2-endpoints/second'
                    get: %1$s
                    post:
                      x-wso2-production-endpoints: '#/x-wso2-endpoints/first'
                      responses: {'200': {description: OK}}
                """.formatted(OK));

        EndpointGroup first = production(api, "GET", "/x");
        EndpointGroup second = production(api, "GET", "/y");
        assertThat(production(api, "POST", "/y")).isSameAs(first);
        assertThat(operation(api, "GET", "/x").sandbox()).containsSame(second);
        assertThat(first.name()).isEqualTo("Pets 1/x-wso2-endpoints/first");
        assertThat(second.name()).isEqualTo("Pets 1/x-wso2-endpoints/second");
    }

    @Test
    void theNameOfANamedListStaysWhenAnotherIsPutBeforeIt() {
        String before = """
                openapi: 3.0.3
                info: {title: Pets, version: '1'}
                x-wso2-endpoints:
                  - mine: {urls: ['http://a']}
                x-wso2-production-endpoints: '#/x-wso2-endpoints/mine'
                paths: {/x: {get: %s}}
                """.formatted(OK);
        String after = before.replace("  - mine", "  - another: {urls: ['http://b']}\n  - mine");

        assertThat(names(accepted(after))).isEqualTo(names(accepted(before)));
    }

    @Test
    void whatAnAliasOfYamlStandsForIsAListOfItsOwnAtEachPlace() {
        Operation operation = accepted("""
                        openapi: 3.0.3
                        info: {title: Pets, version: '1'}
                        x-wso2-production-endpoints: &list {urls: ['http://a']}
                        x-wso2-sandbox-endpoints: *list
                        paths: {/x: {get: %s}}
                        """.formatted(OK)).operations().get(0);

        assertThat(operation.production().orElseThrow().name())
                .isNotEqualTo(operation.sandbox().orElseThrow().name());
    }

    @Test
    void aPathItemThatIsReferredToTwiceHasItsListOnce() {
        Api api = accepted("""
                openapi: 3.1.0
                info: {title: Pets, version: '1'}
                paths:
                  /x: {$ref: '#/components/pathItems/Both'}
                  /y: {$ref: '#/components/pathItems/Both'}
                components:
                  pathItems:
                    Both:
                      x-wso2-production-endpoints: {urls: ['http://a', 'http://b']}
                      get: %s
                """.formatted(OK));

        assertThat(production(api, "GET", "/x")).isSameAs(production(api, "GET", "/y"));
    }
}
