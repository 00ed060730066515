package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.DEFAULTS;
import static dev.understudy.openapi.Readers.urls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.FailoverPolicy.Repeats;
import dev.understudy.testkit.ApiProjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of endpoints in a definition, and what {@code api.yaml} adds to them. */
@Timeout(60)
class CompletedListsTests {

    private static final Credentials GATEWAY = new Credentials("gateway", "secret");
    private static final Repeats THRICE = new Repeats(3, Set.of(504));

    private static final String HEAD = """
            openapi: 3.0.3
            info: {title: Orders, version: 1.0.0}
            """;
    private static final String GET = "get: {responses: {'200': {description: OK}}}";
    private static final String PATHS = "paths:\n  /orders: {" + GET + "}\n";

    private static final String API = """
            type: api
            version: v4.2.0
            data:
              name: Orders
              version: 1.0.0
              context: /orders
              endpointConfig:
                endpoint_type: http
                production_endpoints:
                  url: http://old
                  config: {actionDuration: "4500", retryTimeOut: "3"}
                sandbox_endpoints:
                  url: http://oldsand
                endpoint_security:
                  production: {enabled: true, type: BASIC, username: gateway, password: secret}
                  sandbox: {enabled: false}
            """;

    private static final String SECURITY = "api.yaml#/data/endpointConfig/endpoint_security/production (line 15)";

    private final Map<String, String> files = new TreeMap<>(Map.of("api.yaml", API));
    private Defaults defaults = DEFAULTS;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x-wso2-production-endpoints: {urls: ['http://new']} | /x-wso2-production-endpoints",
                "x-wso2-production-endpoints: '#/x-wso2-endpoints/new' | /x-wso2-production-endpoints",
                "servers: [{url: 'http://new'}] | /servers",
            })
    void areSentTheCredentialsAndHaveTheLimits(String list, String place) {
        definition(HEAD + list + "\nx-wso2-endpoints: [{new: {urls: ['http://new']}}]\n" + PATHS);

        EndpointGroup group = production("/orders");
        assertThat(urls(Optional.of(group))).containsExactly("http://new");
        assertThat(group.credentials()).contains(GATEWAY);
        assertThat(group.policy().deadline()).isEqualTo(Duration.ofMillis(4500));
        assertThat(group.policy().repeats()).isEqualTo(THRICE);
        assertThat(group.name()).isEqualTo("Orders 1.0.0 localhost" + place);
        assertThat(warnings())
                .containsExactly(
                        "api.yaml#/data/endpointConfig/production_endpoints (line 9): 'production_endpoints' has no"
                                + " effect but for its config: the definition has production endpoints of its own"
                                + " (x-wso2-production-endpoints or servers)");
    }

    @Test
    void ofSwaggerAreCompletedToo() {
        definition("swagger: '2.0'\ninfo: {title: Orders, version: 1.0.0}\nhost: new\nschemes: [https]\n" + PATHS);

        assertThat(urls(Optional.of(production("/orders")))).containsExactly("https://new");
        assertThat(production("/orders").credentials()).contains(GATEWAY);
    }

    @Test
    void forSandboxTokensAreCompletedByTheirOwnPart() {
        api("sandbox: {enabled: false}", "sandbox: {enabled: true, type: basic, username: s, password: t}");
        definition(HEAD + "x-wso2-sandbox-endpoints: {urls: ['http://newsand']}\n" + PATHS);

        EndpointGroup sandbox = operation("/orders").sandbox().orElseThrow();
        assertThat(sandbox.credentials()).contains(new Credentials("s", "t"));
        assertThat(sandbox.policy()).isEqualTo(Readers.POLICY);
        assertThat(urls(operation("/orders").production())).containsExactly("http://old");
    }

    @Test
    void areCompletedWhereApiYamlHasNoEndpointsAtAll() {
        api(
                "    production_endpoints:\n      url: http://old\n      config: {actionDuration: \"4500\", retryTimeOut: \"3\"}\n",
                "");
        definition(HEAD + "x-wso2-production-endpoints: {urls: ['http://new']}\n" + PATHS);

        assertThat(production("/orders").credentials()).contains(GATEWAY);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void thatSayTheSameAreCompletedWithoutAWord() {
        definition(HEAD + "x-wso2-production-endpoints: {urls: ['http://old'], type: http}\n" + PATHS);

        assertThat(production("/orders").credentials()).contains(GATEWAY);
        assertThat(production("/orders").policy().deadline()).isEqualTo(Duration.ofMillis(4500));
        assertThat(warnings()).isEmpty();
    }

    @Test
    void keepWhatTheySayThemselvesAndAWarningSaysWhatDoesNotCount() {
        definition(HEAD + """
                x-wso2-production-endpoints:
                  urls: ['http://new']
                  securityConfig: {type: BASIC, username: own, password: p}
                  advanceEndpointConfig: {timeoutInMillis: 2000, retryConfig: {count: 1, statusCodes: [503]}}
                """ + PATHS);

        EndpointGroup group = production("/orders");
        assertThat(group.credentials()).contains(new Credentials("own", "p"));
        assertThat(group.policy().deadline()).isEqualTo(Duration.ofSeconds(2));
        assertThat(group.policy().repeats()).isEqualTo(new Repeats(1, Set.of(503)));
        assertThat(warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.startsWith("api.yaml#/data/endpointConfig/production_endpoints (line 9):"
                        + " 'production_endpoints' has no effect: "))
                .anyMatch(
                        warning -> warning.startsWith(SECURITY + ": 'production' of endpoint_security has no effect"));
    }

    @Test
    void keepOneLimitAndAreGivenTheOther() {
        definition(HEAD + """
                x-wso2-production-endpoints:
                  urls: ['http://old']
                  advanceEndpointConfig: {retryConfig: {count: 0}, failover: {responseTimeout: 3s}}
                """ + PATHS);

        assertThat(production("/orders").policy().repeats()).isEqualTo(Repeats.NONE);
        assertThat(production("/orders").policy().deadline()).isEqualTo(Duration.ofMillis(4500));
        assertThat(production("/orders").policy().responseTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(warnings()).singleElement().asString().contains("'retryTimeOut' has no effect");
    }

    @Test
    void areToldThatTheLimitsOfApiYamlCutTheirsShort() {
        definition(HEAD + """
                x-wso2-production-endpoints:
                  urls: ['http://old']
                  advanceEndpointConfig: {failover: {responseTimeout: 5s}}
                """ + PATHS);

        assertThat(warnings())
                .singleElement()
                .asString()
                .contains("'5s' is cut short by the deadline, which is 4500ms");
    }

    @Test
    void areSentNothingWhereTheySaySo() {
        definition(
                HEAD + "x-wso2-production-endpoints: {urls: ['http://old'], securityConfig: {type: NONE}}\n" + PATHS);

        assertThat(production("/orders").credentials()).isEmpty();
        assertThat(warnings()).singleElement().asString().startsWith(SECURITY);
    }

    @Test
    void atPathsAndOperationsAreNotCompleted() {
        definition(HEAD + """
                x-wso2-endpoints: [{shared: {urls: ['http://shared']}}]
                x-wso2-production-endpoints: '#/x-wso2-endpoints/shared'
                x-wso2-sandbox-endpoints: '#/x-wso2-endpoints/shared'
                paths:
                  /orders: {%1$s}
                  /path: {x-wso2-production-endpoints: {urls: ['http://path']}, %1$s}
                  /reference: {x-wso2-production-endpoints: '#/x-wso2-endpoints/shared', %1$s}
                  /servers: {servers: [{url: 'http://server'}], %1$s}
                  /operation: {get: {x-wso2-production-endpoints: {urls: ['http://op']}, responses: {'200': {description: OK}}}}
                """.formatted(GET));

        assertThat(production("/orders").credentials()).contains(GATEWAY);
        for (String path : List.of("/path", "/reference", "/servers", "/operation")) {
            assertThat(production(path).credentials()).as(path).isEmpty();
            assertThat(production(path).policy()).as(path).isEqualTo(Readers.POLICY);
        }
        assertThat(urls(Optional.of(production("/reference")))).isEqualTo(urls(Optional.of(production("/orders"))));
        assertThat(production("/reference").name())
                .isNotEqualTo(production("/orders").name());
        Api api = Readers.accepted(read());
        assertThat(Readers.operation(api, "GET", "/orders").sandbox())
                .isEqualTo(Readers.operation(api, "GET", "/reference").production());
    }

    @Test
    void atPathsAloneLeaveApiYamlWithoutEffectAndAWarningSaysSo() {
        definition(HEAD + "paths:\n  /orders: {x-wso2-production-endpoints: {urls: ['http://path']}, " + GET + "}\n");

        assertThat(production("/orders").credentials()).isEmpty();
        assertThat(warnings()).hasSize(2).anyMatch(warning -> warning.startsWith(SECURITY));
    }

    @Test
    void ofOneNameInBothPlacesAreTwoGroupsWhereTheyAreCompletedDifferently() {
        api("sandbox: {enabled: false}", "sandbox: {enabled: true, type: BASIC, username: s, password: t}");
        definition(HEAD + """
                x-wso2-endpoints: [{shared: {urls: ['http://shared']}}]
                x-wso2-production-endpoints: '#/x-wso2-endpoints/shared'
                x-wso2-sandbox-endpoints: '#/x-wso2-endpoints/shared'
                """ + PATHS);

        EndpointGroup sandbox = operation("/orders").sandbox().orElseThrow();
        assertThat(production("/orders").credentials()).contains(GATEWAY);
        assertThat(sandbox.credentials()).contains(new Credentials("s", "t"));
        assertThat(sandbox.name()).isNotEqualTo(production("/orders").name());
    }

    @Test
    void ofOneNameKeepItWhereNothingCompletesThem() {
        files.put("api.yaml", API.substring(0, API.indexOf("  endpointConfig")));
        definition(HEAD + """
                x-wso2-endpoints: [{shared: {urls: ['http://shared']}}]
                x-wso2-production-endpoints: '#/x-wso2-endpoints/shared'
                paths:
                  /orders: {%1$s}
                  /reference: {x-wso2-production-endpoints: '#/x-wso2-endpoints/shared', %1$s}
                """.formatted(GET));

        Api api = Readers.accepted(read());
        assertThat(Readers.operation(api, "GET", "/orders").production())
                .isEqualTo(Readers.operation(api, "GET", "/reference").production());
        assertThat(production("/orders").name()).endsWith("/x-wso2-endpoints/shared");
    }

    /** As Publisher writes them: with a username alone. */
    @Nested
    class WithoutAPassword {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{type: BASIC, username: gateway}",
                    "{type: BASIC}",
                    "{type: BASIC, username: gateway, password: }"
                })
        void areSentTheOneOfApiYaml(String config) {
            list("{urls: ['http://old'], type: http, securityConfig: " + config + "}");

            assertThat(production("/orders").credentials()).contains(GATEWAY);
            assertThat(warnings()).isEmpty();
        }

        @Test
        void areSentTheOneOfApiYamlByReferenceToo() {
            list(
                    "'#/x-wso2-endpoints/new'\n"
                            + "x-wso2-endpoints: [{new: {urls: ['http://old'], securityConfig: {type: BASIC, username: gateway}}}]");

            assertThat(production("/orders").credentials()).contains(GATEWAY);
            assertThat(warnings()).isEmpty();
        }

        @Test
        void areSentThePairOfApiYamlWhereTheUsernameDiffersAndAWarningSaysSo() {
            list("{urls: ['http://old'], securityConfig: {type: BASIC, username: CANARY}}");

            assertThat(production("/orders").credentials()).contains(GATEWAY);
            assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith("Definitions/swagger.yaml#/x-wso2-production-endpoints/securityConfig (line 3):"
                            + " another username than that of endpoint_security.production of api.yaml")
                    .doesNotContain("CANARY", "gateway", "secret");
        }

        @ParameterizedTest
        @ValueSource(strings = {"type: BASIC, username: gateway, password: secret", ""})
        void areRefusedWhereApiYamlHasNoneEither(String security) {
            api("enabled: true, type: BASIC, username: gateway, password: secret", security);
            list("{urls: ['http://old'], securityConfig: {type: BASIC, username: CANARY}}");

            assertThat(faults())
                    .containsExactly("Definitions/swagger.yaml#/x-wso2-production-endpoints/securityConfig (line 3): no"
                            + " password, neither here nor as endpoint_security.production of api.yaml (expected: one in"
                            + " either of them, with its username, as text, ${env:NAME} or ${file:/path})");
        }

        @Test
        void areSentNothingWhereApiYamlSwitchesItOffAndAWarningSaysSo() {
            definition(HEAD + "x-wso2-sandbox-endpoints: {urls: ['http://oldsand'], securityConfig: {type: BASIC,"
                    + " username: gateway}}\n" + PATHS);

            assertThat(operation("/orders").sandbox().orElseThrow().credentials())
                    .isEmpty();
            assertThat(warnings())
                    .containsExactly("Definitions/swagger.yaml#/x-wso2-sandbox-endpoints/securityConfig (line 3): no"
                            + " password, and endpoint_security.sandbox of api.yaml is switched off: nothing is sent");
        }

        @Test
        void areRefusedWhereApiYamlHasAnEmptyOne() {
            api("password: secret", "password: ''");
            list("{urls: ['http://old'], securityConfig: {type: BASIC, username: gateway}}");

            assertThat(faults()).singleElement().asString().startsWith(SECURITY + ": no password (expected: ");
        }

        @Test
        void areRefusedOnceWhereApiYamlCannotBeRead() {
            files.put("api.yaml", "data: [");
            list("{urls: ['http://old'], securityConfig: {type: BASIC, username: gateway}}");

            assertThat(faults()).singleElement().asString().startsWith("api.yaml#");
        }

        @Test
        void areRefusedAtPathsAndWhereNobodyRefersToThem() {
            definition(HEAD + """
                    x-wso2-endpoints: [{one: {urls: ['http://a'], securityConfig: {type: BASIC, username: CANARY}}}]
                    paths:
                      /orders:
                        x-wso2-production-endpoints: {urls: ['http://b'], securityConfig: {type: BASIC, username: CANARY}}
                        %s
                    """.formatted(GET));

            assertThat(faults())
                    .hasSize(2)
                    .allMatch(fault -> fault.endsWith(
                            "no password (expected: one beside the username, as text, ${env:NAME} or ${file:/path})"));
        }

        private void list(String list) {
            definition(HEAD + "x-wso2-production-endpoints: " + list + "\n" + PATHS);
        }
    }

    @Test
    void withCredentialsOfTheirOwnDoNotNeedThoseThatAnExportLeftOut() {
        api("password: secret", "password: ''");
        definition(HEAD + "x-wso2-production-endpoints: {urls: ['http://old'], securityConfig: {type: BASIC, username:"
                + " gateway, password: secret}}\n" + PATHS);

        assertThat(production("/orders").credentials()).contains(GATEWAY);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void areSentAPasswordFromAFile(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("password"), "secret\n");
        api("password: secret", "password: '${file:" + secret + "}'");
        definition(HEAD + "x-wso2-production-endpoints: {urls: ['http://old'], securityConfig: {type: BASIC, username:"
                + " gateway}}\n" + PATHS);
        assertThat(faults())
                .singleElement()
                .asString()
                .contains("endpoint_security/production/password", "may not be named");

        defaults = DEFAULTS.with(Secrets.only(List.of(folder), List.of()));
        assertThat(production("/orders").credentials()).contains(GATEWAY);
    }

    @Test
    void ofBareDocumentsHaveNothingAroundThem() {
        assertThat(Readers.faults(
                        HEAD + "x-wso2-production-endpoints: {urls: ['http://a'], securityConfig: {type: BASIC,"
                                + " username: gateway}}\n" + PATHS))
                .containsExactly(
                        "#/x-wso2-production-endpoints/securityConfig (line 3): no password (expected: one beside"
                                + " the username, as text, ${env:NAME} or ${file:/path})");
    }

    private EndpointGroup production(String path) {
        return operation(path).production().orElseThrow();
    }

    private Operation operation(String path) {
        Reading reading = read();
        assertThat(reading)
                .as(() -> reading instanceof Reading.Refused refused
                        ? refused.faults().toString()
                        : "")
                .isInstanceOf(Reading.Accepted.class);
        return Readers.operation(Readers.accepted(reading), "GET", path);
    }

    private void definition(String text) {
        files.put("Definitions/swagger.yaml", text);
    }

    private void api(String found, String instead) {
        assertThat(files.get("api.yaml")).contains(found);
        files.computeIfPresent("api.yaml", (name, text) -> text.replace(found, instead));
    }

    private Reading read() {
        return new ProjectReader(defaults).read(ApiProjects.bytes(files));
    }

    private List<String> faults() {
        Reading reading = read();
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return ((Reading.Refused) reading)
                .faults().stream().map(Finding::toString).toList();
    }

    private List<String> warnings() {
        return read().warnings().stream().map(Finding::toString).toList();
    }
}
