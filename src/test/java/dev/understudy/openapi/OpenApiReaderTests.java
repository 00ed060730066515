package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.accepted;
import static dev.understudy.openapi.Readers.faults;
import static dev.understudy.openapi.Readers.operation;
import static dev.understudy.openapi.Readers.urls;
import static dev.understudy.openapi.Readers.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.testkit.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenApiReaderTests {

    private static final String OK = "{responses: {'200': {description: OK}}}";

    /** A document with one GET on {@code /x}. @param root lines of the document @param path lines of the path item */
    private static String document(String root, String path) {
        return "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n" + root.stripTrailing() + "\npaths:\n  /x:\n"
                + path.indent(4);
    }

    private static String withEndpoints(String root, String path) {
        return document("x-wso2-production-endpoints: {urls: ['http://a']}\n" + root, path);
    }

    private static Operation only(String document) {
        Api api = accepted(document);
        assertThat(api.operations()).hasSize(1);
        return api.operations().get(0);
    }

    private static Access access(String root, String operation) {
        return only(withEndpoints(root, "get: {" + operation + "responses: {'200': {description: OK}}}"))
                .access();
    }

    @Test
    void readsEveryMethodOfEveryPath() {
        Api api = accepted(document("""
                x-wso2-production-endpoints: {urls: ['http://a']}
                """, """
                get: %1$s
                put: %1$s
                post: %1$s
                delete: %1$s
                options: %1$s
                head: %1$s
                patch: %1$s
                trace: %1$s
                """.formatted(OK)));

        assertThat(api.operations())
                .extracting(Operation::method)
                .containsExactlyInAnyOrder("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE");
    }

    @Test
    void readsJsonLikeYaml() {
        byte[] json = """
                {"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
                 "x-wso2-production-endpoints": {"urls": ["http://a"], "type": "failover"},
                 "paths": {"/x": {"get": {"responses": {"200": {"description": "OK"}}}}}}
                """.getBytes(StandardCharsets.UTF_8);

        Api api = accepted(new OpenApiReader(Readers.DEFAULTS).read("T.JSON", json));

        assertThat(urls(operation(api, "GET", "/x").production())).containsExactly("http://a");
    }

    @Test
    void aVersionThatLooksLikeANumberStaysAsItIsWritten() {
        Api api = accepted("""
                openapi: 3.0.3
                info: {title: 007, version: 1.10}
                servers: [{url: http://a}]
                paths: {/x: {get: %s}}
                """.formatted(OK));

        assertThat(api.version()).isEqualTo("1.10");
        assertThat(api.name()).isEqualTo("007");
    }

    @Test
    void mergeKeysAndAliasesAreWhatTheyStandFor() {
        Operation operation = only("""
                openapi: 3.0.3
                info: {title: T, version: '1'}
                x-lists:
                  common: &common {urls: ['http://a', 'http://b'], type: failover}
                paths:
                  /x:
                    get:
                      x-wso2-production-endpoints: {<<: *common, type: load_balance}
                      x-wso2-sandbox-endpoints: *common
                      responses: {'200': {description: OK}}
                """);

        assertThat(operation.production().orElseThrow().type()).isEqualTo(EndpointGroup.Type.LOAD_BALANCE);
        assertThat(urls(operation.production())).containsExactly("http://a", "http://b");
        assertThat(operation.sandbox().orElseThrow().type()).isEqualTo(EndpointGroup.Type.FAILOVER);
    }

    @Test
    void pathItemsAndParametersOfTheSameDocumentAreFollowed() {
        Api api = accepted("""
                openapi: 3.1.0
                info: {title: T, version: '1'}
                x-wso2-production-endpoints: {urls: ['http://a']}
                paths:
                  /x/{id}: {$ref: '#/components/pathItems/X', x-wso2-disable-security: true}
                  /y/{id}: {$ref: '#/paths/~1x~1%7Bid%7D'}
                components:
                  parameters: {Id: {name: id, in: path, required: true, schema: {type: string}}}
                  pathItems:
                    X: {parameters: [{$ref: '#/components/parameters/Id'}], get: {responses: {'200': {description: OK}}}}
                """);

        assertThat(operation(api, "GET", "/x/{id}").access()).isEqualTo(new Access.Open());
        assertThat(operation(api, "GET", "/y/{id}").access()).isEqualTo(new Access.Open());
    }

    @Test
    void aReferenceOutOfTheDocumentThatHidesNoOperationIsAWarning() {
        String document = withEndpoints(
                "", "get: {responses: {'200': {$ref: 'http://127.0.0.1:1/common.yaml#/components/responses/Ok'}}}");

        assertThat(only(document).method()).isEqualTo("GET");
        assertThat(warnings(document))
                .anySatisfy(warning ->
                        assertThat(warning).contains("/paths/~1x/get/responses/200", "line 6", "is not followed"));
    }

    @Nested
    class BasePath {

        @ParameterizedTest
        @CsvSource({
            "'x-wso2-basePath: /a/1.0', /a/1.0",
            "'x-wso2-basePath: /a/', /a",
            "'x-wso2-basePath: /', /",
            "'servers: [{url: http://h/v1}, {url: http://i/v2}]', /v1",
            "'servers: [{url: http://h}]', /",
            "'servers: [{url: /v3/}]', /v3",
            "'servers: [{url: v4}]', /v4",
            "'servers: [{url: \"https://{h}.example/{b}\", variables: {h: {default: x}, b: {default: v5}}}]', /v5",
            "'', /",
        })
        void isTheExtensionElseThePathOfTheFirstServer(String root, String expected) {
            assertThat(accepted(withEndpoints(root, "get: " + OK)).basePath()).isEqualTo(expected);
        }

        @Test
        void winsOverServersWhereItIsGiven() {
            Api api = accepted(document("x-wso2-basePath: /mine\nservers: [{url: http://h/v1}]", "get: " + OK));

            assertThat(api.basePath()).isEqualTo("/mine");
            assertThat(urls(api.operations().get(0).production())).containsExactly("http://h/v1");
        }
    }

    @Nested
    class Endpoints {

        @Test
        void theNearestLevelWinsAsAWholeProductionAndSandboxApart() {
            Api api = accepted("""
                    openapi: 3.0.3
                    info: {title: T, version: '1'}
                    x-wso2-production-endpoints: {urls: ['http://api'], type: failover}
                    x-wso2-sandbox-endpoints: {urls: ['http://api-sand']}
                    paths:
                      /a:
                        get: %1$s
                      /b:
                        x-wso2-production-endpoints: {urls: ['http://path', 'http://path2'], type: failover}
                        get: %1$s
                        post:
                          x-wso2-production-endpoints: {urls: ['http://operation']}
                          x-wso2-sandbox-endpoints: {urls: ['http://operation-sand'], type: failover}
                          responses: {'200': {description: OK}}
                    """.formatted(OK));

            assertThat(urls(operation(api, "GET", "/a").production())).containsExactly("http://api");
            assertThat(urls(operation(api, "GET", "/b").production())).containsExactly("http://path", "http://path2");
            assertThat(urls(operation(api, "GET", "/b").sandbox())).containsExactly("http://api-sand");
            assertThat(urls(operation(api, "POST", "/b").production())).containsExactly("http://operation");
            assertThat(urls(operation(api, "POST", "/b").sandbox())).containsExactly("http://operation-sand");
        }

        @ParameterizedTest
        @CsvSource({
            "failover, 2, FAILOVER",
            "load_balance, 2, LOAD_BALANCE",
            "loadbalance, 2, LOAD_BALANCE",
            "http, 2, LOAD_BALANCE",
            "service, 2, LOAD_BALANCE",
            "address, 2, LOAD_BALANCE",
            "default, 2, LOAD_BALANCE",
            "http, 1, FAILOVER",
        })
        void theTypeSaysHowTheyTakeTurns(String type, int size, EndpointGroup.Type expected) {
            String urls = size == 1 ? "[http://a]" : "[http://a, http://b]";
            Operation operation = only(
                    document("x-wso2-production-endpoints: {urls: %s, type: %s}".formatted(urls, type), "get: " + OK));

            assertThat(operation.production().orElseThrow().type()).isEqualTo(expected);
        }

        @Test
        void takeTurnsWhereNoTypeIsGiven() {
            Operation operation =
                    only(document("x-wso2-production-endpoints: {urls: [http://a, http://b]}", "get: " + OK));

            assertThat(operation.production().orElseThrow().type()).isEqualTo(EndpointGroup.Type.LOAD_BALANCE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"Failover", "failovr", "load-balance", "round_robin", "''", "5", "[failover]", "null"})
        void anyOtherTypeIsRefused(String type) {
            assertThat(faults(document(
                            "x-wso2-production-endpoints: {urls: [http://a], type: " + type + "}", "get: " + OK)))
                    .singleElement()
                    .asString()
                    .contains("/x-wso2-production-endpoints/type", "expected: failover or load_balance");
        }

        @Test
        void areFoundByName() {
            Operation operation = only(document("""
                    x-wso2-endpoints:
                      - first: {urls: ['http://a', 'http://b'], type: failover}
                      - second: {urls: ['http://c']}
                    x-wso2-production-endpoints: '#/x-wso2-endpoints/first'
                    x-wso2-sandbox-endpoints: '#/x-wso2-endpoints/second'
                    """, "get: " + OK));

            assertThat(urls(operation.production())).containsExactly("http://a", "http://b");
            assertThat(urls(operation.sandbox())).containsExactly("http://c");
        }

        @Test
        void oneThatStandsTwiceInAListIsAWarning() {
            String document = document("x-wso2-production-endpoints: {urls: [http://a/, http://A]}", "get: " + OK);

            assertThat(only(document).production()).isPresent();
            assertThat(warnings(document))
                    .singleElement()
                    .asString()
                    .contains("/urls/1", "'http://A'", "more than once");
        }

        @Test
        void haveThePolicyOfTheirListAndTheDefaultsForTheRest() {
            Operation operation = only(document("""
                    x-wso2-production-endpoints:
                      urls: ['http://a']
                      advanceEndpointConfig:
                        failover: {connectTimeout: 300ms, idleTimeout: 5s, statuses: [429, 503], exposeHeaders: true}
                    """, "get: " + OK));

            assertThat(operation.production().orElseThrow().policy())
                    .isEqualTo(Policies.policy()
                            .connect(Duration.ofMillis(300))
                            .idle(Duration.ofSeconds(5))
                            .eventStreamIdle(Duration.ofSeconds(5))
                            .statuses(429, 503)
                            .exposeHeaders()
                            .build());
        }

        @Test
        void areSentTheirCredentials() {
            Operation operation = only(document("""
                    x-wso2-production-endpoints:
                      urls: ['http://a']
                      securityConfig: {type: basic, username: gateway, password: 4711}
                    """, "get: " + OK));

            assertThat(operation.production().orElseThrow().credentials()).contains(new Credentials("gateway", "4711"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"{type: DIGEST, username: u, password: s3cret}", "{type: BASIC, username: s3cret}"})
        void credentialsThatCannotBeSentAreRefusedWithoutBeingShown(String config) {
            assertThat(faults(document(
                            "x-wso2-production-endpoints: {urls: ['http://a'], securityConfig: " + config + "}",
                            "get: " + OK)))
                    .singleElement()
                    .asString()
                    .contains("securityConfig")
                    .containsAnyOf("BASIC", "no password (expected: one beside the username")
                    .doesNotContain("s3cret");
        }

        @Test
        void ofWebSocketMakeAGetOne() {
            Api api = accepted(document(
                    "x-wso2-production-endpoints: {urls: ['ws://a', 'wss://b'], type: failover}",
                    "get: " + OK + "\npost: " + OK));

            assertThat(operation(api, "GET", "/x").webSocket()).isTrue();
            assertThat(operation(api, "POST", "/x").webSocket()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(strings = {"1", "'true'", "yes", "[true]", "{}", "null"})
        void aFlagIsABooleanAndNothingElse(String value) {
            assertThat(faults(withEndpoints(
                            "",
                            "post: {x-understudy-idempotent: " + value + ", responses: {'200': {description: OK}}}")))
                    .singleElement()
                    .asString()
                    .contains("#/paths/~1x/post/x-understudy-idempotent", "expected: true or false");
        }

        @Test
        void whatCountsAtAnotherLevelAloneIsAWarningAndDoesNotCount() {
            String document = withEndpoints("x-understudy-idempotent: true", """
                    x-understudy-idempotent: true
                    x-wso2-cors: {}
                    post: {x-wso2-auth-header: X-Token, responses: {'200': {description: OK}}}
                    """);

            assertThat(only(document).idempotent()).isFalse();
            assertThat(accepted(document).tokenHeader()).isEqualTo("Authorization");
            assertThat(warnings(document))
                    .satisfiesExactly(
                            first -> assertThat(first)
                                    .startsWith("#/x-understudy-idempotent")
                                    .contains("has no effect here (expected: on an operation)"),
                            second -> assertThat(second)
                                    .startsWith("#/paths/~1x/x-understudy-idempotent")
                                    .contains("has no effect here (expected: on an operation)"),
                            third -> assertThat(third)
                                    .startsWith("#/paths/~1x/x-wso2-cors")
                                    .contains("(expected: on the API, at the top of the document)"),
                            fourth -> assertThat(fourth).startsWith("#/paths/~1x/post/x-wso2-auth-header"));
        }

        @Test
        void flagsOfAnOperationAreRead() {
            Api api = accepted(withEndpoints("", """
                    get: {x-understudy-websocket: true, responses: {'200': {description: OK}}}
                    post: {x-understudy-idempotent: true, responses: {'200': {description: OK}}}
                    """));

            assertThat(operation(api, "GET", "/x").webSocket()).isTrue();
            assertThat(operation(api, "POST", "/x").idempotent()).isTrue();
        }
    }

    @Nested
    class Servers {

        @Test
        void takeTurnsWhereThereIsNoListAndTheNearestWins() {
            Api api = accepted("""
                    openapi: 3.0.3
                    info: {title: T, version: '1'}
                    servers: [{url: 'https://a/v1'}, {url: /relative}, {url: 'https://b/v1'}]
                    paths:
                      /x:
                        get: %1$s
                        post: {servers: [{url: 'https://c'}], responses: {'200': {description: OK}}}
                      /y:
                        servers: [{url: 'https://d'}]
                        get: %1$s
                    """.formatted(OK));

            assertThat(urls(operation(api, "GET", "/x").production())).containsExactly("https://a/v1", "https://b/v1");
            assertThat(operation(api, "GET", "/x").production().orElseThrow().type())
                    .isEqualTo(EndpointGroup.Type.LOAD_BALANCE);
            assertThat(urls(operation(api, "POST", "/x").production())).containsExactly("https://c");
            assertThat(urls(operation(api, "GET", "/y").production())).containsExactly("https://d");
        }

        @Test
        void doNotCountBesideAList() {
            Operation operation = only(withEndpoints("servers: [{url: 'http://not-this-one:99999'}]", "get: " + OK));

            assertThat(urls(operation.production())).containsExactly("http://a");
        }

        @Test
        void thatAreNeededAndNoEndpointsAreRefused() {
            assertThat(faults(document("servers: [{url: 'ftp://a'}]", "get: " + OK)))
                    .anySatisfy(fault -> assertThat(fault).contains("/servers", "'ftp://a'"));
        }
    }

    @Nested
    class Swagger {

        private static final String SWAGGER = """
                swagger: '2.0'
                info: {title: T, version: '1'}
                host: api.example.com:8443
                basePath: /v2
                schemes: [http, https]
                securityDefinitions:
                  oauth: {type: oauth2, flow: implicit, authorizationUrl: 'https://i', scopes: {read: r}}
                  key: {type: apiKey, name: k, in: header}
                security: [{oauth: [read]}]
                %s
                paths:
                  /x:
                    get: %s
                    post:
                      security: [{key: []}]
                      responses: {'200': {description: OK}}
                """;

        @Test
        void hasOneEndpointWhichIsTheSecureOne() {
            Api api = accepted(SWAGGER.formatted("", OK));

            assertThat(api.basePath()).isEqualTo("/v2");
            assertThat(urls(operation(api, "GET", "/x").production()))
                    .containsExactly("https://api.example.com:8443/v2");
            assertThat(operation(api, "GET", "/x").access()).isEqualTo(new Access.Secured(List.of(Set.of("read"))));
        }

        @Test
        void asksForAnyTokenWhereItsSchemeIsNotTheGatewaysToCheck() {
            String document = SWAGGER.formatted("", OK);

            assertThat(operation(accepted(document), "POST", "/x").access()).isEqualTo(new Access.Secured(List.of()));
            assertThat(warnings(document))
                    .anySatisfy(warning -> assertThat(warning).contains("/paths/~1x/post/security/0/key", "'key'"));
        }

        @Test
        void hasTheSameExtensions() {
            Api api = accepted(SWAGGER.formatted(
                    "x-wso2-basePath: /own\nx-wso2-production-endpoints: {urls: ['http://a', 'http://b'], type: failover}",
                    "{x-wso2-disable-security: true, responses: {'200': {description: OK}}}"));

            assertThat(api.basePath()).isEqualTo("/own");
            assertThat(urls(operation(api, "GET", "/x").production())).containsExactly("http://a", "http://b");
            assertThat(operation(api, "GET", "/x").access()).isEqualTo(new Access.Open());
        }
    }

    @Nested
    class Security {

        private static final String SCHEMES = """
                components:
                  securitySchemes:
                    oauth: {type: oauth2, flows: {}}
                    oidc: {type: openIdConnect, openIdConnectUrl: 'https://i'}
                    bearer: {type: http, scheme: Bearer}
                    basic: {type: http, scheme: basic}
                    key: {type: apiKey, name: k, in: header}
                    tls: {$ref: '#/components/securitySchemes/same'}
                    same: {type: mutualTLS}
                """;

        @ParameterizedTest
        @CsvSource({
            "'', ''",
            "'security: [],', ''",
            "'security: [{}],', '[]'",
            "'security: [{oauth: [a, b]}],', '[a, b]'",
            "'security: [{oauth: [a]}, {oidc: [b]}],', '[a][b]'",
            "'security: [{oauth: [a], oidc: [b]}],', '[a, b]'",
            "'security: [{bearer: []}],', '[]'",
            "'security: [{basic: []}],', ''",
            "'security: [{key: []}, {tls: []}],', ''",
            "'security: [{oauth: [a], key: []}, {oauth: [c]}],', '[c]'",
        })
        void alternativesAreSetsOfScopesAndAlwaysATokenIsAsked(String operation, String expected) {
            Access access = access(SCHEMES, operation);

            assertThat(access).isInstanceOf(Access.Secured.class);
            StringBuilder alternatives = new StringBuilder();
            ((Access.Secured) access)
                    .alternatives()
                    .forEach(scopes ->
                            alternatives.append(scopes.stream().sorted().toList()));
            assertThat(alternatives).hasToString(expected);
        }

        @Test
        void isInheritedFromTheDocumentAndReplacedByTheOperation() {
            String root = SCHEMES + "security: [{oauth: [all]}]";

            assertThat(access(root, "")).isEqualTo(new Access.Secured(List.of(Set.of("all"))));
            assertThat(access(root, "security: [{oauth: [one]}],"))
                    .isEqualTo(new Access.Secured(List.of(Set.of("one"))));
            assertThat(access(root, "security: [],")).isEqualTo(new Access.Secured(List.of()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "security: {oauth: []}",
                    "security: oauth",
                    "security: [oauth]",
                    "security: [{oauth: a}]",
                    "security: [{oauth: {}}]",
                    "security: [{oauth: [1]}]",
                    "security: [{oauth: ['a b']}]",
                    "security: [{nobody: []}]",
                    "security: null",
                })
        void thatIsNoListOfMapsOfDeclaredSchemesRefusesTheDocument(String security) {
            assertThat(faults(withEndpoints(SCHEMES + security, "get: " + OK)))
                    .singleElement()
                    .asString()
                    .contains("#/security", "expected");
            assertThat(faults(withEndpoints(SCHEMES, "get: {" + security + ", responses: {'200': {description: OK}}}")))
                    .singleElement()
                    .asString()
                    .contains("#/paths/~1x/get/security", "expected");
        }

        @ParameterizedTest
        @CsvSource({
            "true, , , true",
            "true, false, , false",
            "true, false, true, true",
            "false, true, , true",
            ", true, false, false",
            ", , true, true",
            ", , , false",
        })
        void isTakenAwayAndGivenBackByTheNearestLevel(String api, String path, String operation, boolean open) {
            String root = api == null ? "" : "x-wso2-disable-security: " + api;
            String item = path == null ? "" : "x-wso2-disable-security: " + path + "\n";
            String own = operation == null ? "" : "x-wso2-disable-security: " + operation + ", ";

            Access access = only(withEndpoints(root, item + "get: {" + own + "responses: {'200': {description: OK}}}"))
                    .access();

            assertThat(access instanceof Access.Open).isEqualTo(open);
        }

        @ParameterizedTest
        @CsvSource({
            "None, true",
            "none, false",
            "Application & Application User, false",
            "Any, false",
        })
        void isTakenAwayByTheAuthTypeThatPublisherWrites(String type, boolean open) {
            assertThat(access("", "x-auth-type: '" + type + "', ") instanceof Access.Open)
                    .isEqualTo(open);
        }

        @Test
        void isNotTakenAwayByTheAuthTypeOfAPathOrTheDocument() {
            String document = withEndpoints("x-auth-type: None", "x-auth-type: None\nget: " + OK);

            assertThat(only(document).access()).isInstanceOf(Access.Secured.class);
        }

        @Test
        void staysWhereTheTwoWaysToTakeItAwayDisagree() {
            assertThat(access("", "x-auth-type: None, x-wso2-disable-security: false, "))
                    .isInstanceOf(Access.Secured.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"'true'", "yes", "1", "[]", "null", "on"})
        void isNotTakenAwayByAnythingButABoolean(String value) {
            assertThat(faults(withEndpoints("x-wso2-disable-security: " + value, "get: " + OK)))
                    .singleElement()
                    .asString()
                    .contains("#/x-wso2-disable-security", "expected: true or false");
        }
    }

    @Nested
    class CrossOrigin {

        @Test
        void rulesAreReadAndTheirGapsFilledFromTheConfiguration() {
            Api api = accepted(withEndpoints("""
                    x-wso2-cors:
                      corsConfigurationEnabled: true
                      accessControlAllowOrigins: ['https://shop.example']
                      accessControlAllowCredentials: true
                    """, "get: " + OK));

            assertThat(api.cors())
                    .contains(new Cors(
                            List.of("https://shop.example"),
                            Readers.CORS.allowMethods(),
                            Readers.CORS.allowHeaders(),
                            Readers.CORS.exposeHeaders(),
                            true));
        }

        @Test
        void everyOriginWithCredentialsIsAWarning() {
            String any = "x-wso2-cors: {accessControlAllowOrigins: ['*'], accessControlAllowCredentials: %s}";

            assertThat(Readers.warnings(withEndpoints(any.formatted(true), "get: " + OK)))
                    .singleElement()
                    .asString()
                    .contains("#/x-wso2-cors", "every origin may call with credentials");
            assertThat(Readers.warnings(withEndpoints(any.formatted(false), "get: " + OK)))
                    .isEmpty();
        }

        @Test
        void rulesOfTheConfigurationCountWhereTheDocumentHasNoneOrSwitchesThemOff() {
            OpenApiReader reader = new OpenApiReader(new Defaults(Readers.POLICY, 0, Readers.CORS, true));
            for (String root : List.of("", "x-wso2-cors: {corsConfigurationEnabled: false}")) {
                byte[] document = withEndpoints(root, "get: " + OK).getBytes(StandardCharsets.UTF_8);

                assertThat(accepted(reader.read("t.yaml", document)).cors()).contains(Readers.CORS);
            }
        }
    }

    @Test
    void theHeaderOfTheTokenCanBeAnother() {
        assertThat(accepted(withEndpoints("x-wso2-auth-header: X-Token", "get: " + OK))
                        .tokenHeader())
                .isEqualTo("X-Token");
    }

    @Test
    void whatADocumentAsksAndTheGatewayDoesNotDoIsNamedWithItsPlace() {
        List<String> warnings = warnings(withEndpoints("""
                x-wso2-mutual-ssl: mandatory
                x-wso2-response-cache: {enabled: false}
                x-throttling-tier: Unlimited
                x-wso2-application-security: {security-types: [oauth2], optional: false}
                """, """
                x-wso2-request-interceptor: {serviceURL: 'http://i'}
                get: {x-throttling-tier: Gold, x-amzn-resource-name: 'arn:x', responses: {'200': {description: OK}}}
                """));

        assertThat(warnings)
                .satisfiesExactly(
                        first -> assertThat(first).contains("#/x-wso2-mutual-ssl (line 4)", "mutual TLS"),
                        second -> assertThat(second).contains("#/paths/~1x/x-wso2-request-interceptor", "interceptors"),
                        third -> assertThat(third).contains("#/paths/~1x/get/x-throttling-tier", "rate limits"),
                        fourth -> assertThat(fourth).contains("#/paths/~1x/get/x-amzn-resource-name", "Lambda"));
    }

    @Test
    void allFaultsOfADocumentAreReportedAtOnceInItsOrder() {
        assertThat(faults("""
                openapi: 3.0.3
                info: {title: T}
                x-wso2-basePath: a
                x-wso2-production-endpoints: {urls: ['http://a', 5], type: failovr}
                paths:
                  /x:
                    get: {security: [{oauth: []}], responses: {'200': {description: OK}}}
                    post: {x-wso2-disable-security: 1, responses: {'200': {description: OK}}}
                """))
                .extracting(fault -> fault.replaceAll("\\).*", ")"))
                .containsExactly(
                        "#/info (line 2)",
                        "#/x-wso2-basePath (line 3)",
                        "#/x-wso2-production-endpoints/urls/1 (line 4)",
                        "#/x-wso2-production-endpoints/type (line 4)",
                        "#/paths/~1x/get/security/0/oauth (line 7)",
                        "#/paths/~1x/post/x-wso2-disable-security (line 8)");
    }

    @Test
    void whatOnlyCallersAndEndpointsNeedIsNeverAFault() {
        String document = withEndpoints("""
                tags: 5
                components: {schemas: {Pet: 7}}
                """, "get: {operationId: 9}");

        assertThat(only(document).method()).isEqualTo("GET");
        assertThat(warnings(document)).isNotEmpty();
    }
}
