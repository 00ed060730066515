package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.DEFAULTS;
import static dev.understudy.openapi.Readers.urls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Project.Deployment;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.Authority;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProjectReaderTests {

    private static final String API = "api.yaml";
    private static final String DEFINITION = "Definitions/swagger.yaml";
    private static final String DEPLOYMENTS = "deployment_environments.yaml";
    private static final String CERTIFICATES = "Endpoint-certificates/endpoint_certificates.yaml";

    private final Map<String, String> files = ApiProjects.petStore("http://one/v2", "http://two", "http://three:81/x");

    @Test
    void aProjectOfApictlIsReadAsItIs() {
        Reading.Accepted reading = accepted();
        Api api = reading.api();

        assertThat(api.name()).isEqualTo("PetStore");
        assertThat(api.version()).isEqualTo("1.0.0");
        assertThat(api.basePath()).isEqualTo("/petstore/1.0.0");
        assertThat(api.defaultPath()).isEmpty();
        assertThat(api.virtualHosts()).containsExactly("localhost");
        assertThat(api.tokenHeader()).isEqualTo("Authorization");
        assertThat(api.blocked()).isFalse();
        assertThat(reading.project())
                .contains(new Project(
                        "fcfd3673f2bbac81fc89c88ee483b7fa8900d7ba",
                        "PetStore",
                        "1.0.0",
                        "HTTP",
                        "/petstore/1.0.0",
                        List.of(Deployment.DEFAULT)));
        assertThat(warnings()).isEmpty();
    }

    @Nested
    class Endpoints {

        @Test
        void theFirstOneComesFirstAndItsFailoversInTheirOrder() {
            EndpointGroup group = production();

            assertThat(group.type()).isEqualTo(Type.FAILOVER);
            assertThat(urls(Optional.of(group))).containsExactly("http://one/v2", "http://two", "http://three:81/x");
            assertThat(group.name()).startsWith("PetStore 1.0.0");
        }

        @Test
        void aListOfThemTakesTurns() {
            api(
                    "production_endpoints:\n      url: http://one/v2",
                    "production_endpoints: [{url: 'http://a'}, {url: 'http://b'}]");
            withoutFailovers();

            assertThat(production().type()).isEqualTo(Type.LOAD_BALANCE);
            assertThat(urls(Optional.of(production()))).containsExactly("http://a", "http://b");
        }

        @Test
        void aListWithFailoversIsAskedInOrder() {
            api(
                    "production_endpoints:\n      url: http://one/v2",
                    "production_endpoints: [{url: 'http://a'}, {url: 'http://b'}]");

            assertThat(production().type()).isEqualTo(Type.FAILOVER);
            assertThat(urls(Optional.of(production())))
                    .containsExactly("http://a", "http://b", "http://two", "http://three:81/x");
        }

        @Test
        void thoseForSandboxTokensAreReadInTheSameWay() {
            api(
                    "    production_failovers:",
                    "    sandbox_endpoints: {url: 'http://sand'}\n"
                            + "    sandbox_failovers: [{url: 'http://sand2'}]\n    production_failovers:");

            Operation pets = operation();
            assertThat(urls(pets.sandbox())).containsExactly("http://sand", "http://sand2");
            assertThat(urls(pets.production())).hasSize(3);
        }

        @Test
        void theFirstOneSaysHowLongAllMayTakeAndHowOftenOneIsAskedAgain() {
            api(
                    "url: http://one/v2",
                    "url: http://one/v2\n      config: {actionDuration: '4500', retryTimeOut: '3', retryErroCode: []}");

            assertThat(production().policy().deadline()).isEqualTo(Duration.ofMillis(4500));
            assertThat(production().policy().repeats()).isEqualTo(new FailoverPolicy.Repeats(3, Set.of(504)));
        }

        @Test
        void aFormThatWasLeftEmptySaysNothing() {
            api("url: http://one/v2", "url: http://one/v2\n      config: {actionDuration: '', retryTimeOut: null}");

            assertThat(production().policy()).isEqualTo(Readers.POLICY);
        }

        @Test
        void limitsThatAreNoneAreFaults() {
            api("url: http://one/v2", "url: http://one/v2\n      config: {actionDuration: soon, retryTimeOut: often}");

            assertThat(faults()).hasSize(2).allMatch(fault -> fault.startsWith("api.yaml#/data/endpointConfig/"));
        }

        @Test
        void basicSignInGoesToThem() {
            security("{enabled: true, type: BASIC, username: gateway, password: secret, clientSecret: x}");

            assertThat(production().credentials()).contains(new Credentials("gateway", "secret"));
            assertThat(warnings()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"{enabled: false, type: BASIC}", "{type: BASIC}", "{enabled: true, type: NONE}"})
        void signInThatIsSwitchedOffIsNone(String security) {
            security(security);

            assertThat(production().credentials()).isEmpty();
        }

        @Test
        void signInOfAnotherTypeIsNotSentAndAWarningSaysSo() {
            security("{enabled: true, type: DIGEST, username: gateway, password: secret}");

            assertThat(production().credentials()).isEmpty();
            assertThat(warnings())
                    .anyMatch(
                            warning -> warning.startsWith("api.yaml#/data/endpointConfig/endpoint_security/production")
                                    && warning.contains("BASIC"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", ", password: ''", ", password: null"})
        void signInWithoutAPasswordIsAFaultThatShowsNoSecret(String password) {
            security("{enabled: true, type: BASIC, username: CANARY" + password + "}");

            assertThat(faults())
                    .singleElement()
                    .asString()
                    .startsWith("api.yaml#/data/endpointConfig/endpoint_security/production (line ")
                    .contains("no password", "${env:NAME}")
                    .doesNotContain("CANARY");
        }

        @Test
        void aDurationOfZeroSaysNothing() {
            api("url: http://one/v2", "url: http://one/v2\n      config: {actionDuration: '0'}");

            assertThat(production().policy()).isEqualTo(Readers.POLICY);
        }

        @Test
        void anEndpointThatAMediationChoosesIsNamedByItsUrlAlone() {
            api("endpoint_type: failover", "endpoint_type: default");
            assertThat(urls(Optional.of(production()))).hasSize(3);

            api("url: http://one/v2", "url: default");
            assertThat(faults())
                    .anyMatch(fault -> fault.startsWith("api.yaml#/data/endpointConfig/production_endpoints/url")
                            && fault.contains(
                                    "'default' (expected: the URL of an endpoint; an endpoint is not chosen"));
        }

        @Test
        void extensionsOfTheDefinitionCountAndAWarningSaysWhatDoesNot() {
            definition("paths:", "x-wso2-production-endpoints: {urls: ['http://own']}\npaths:");

            assertThat(urls(Optional.of(production()))).containsExactly("http://own");
            assertThat(warnings())
                    .anyMatch(warning -> warning.startsWith("api.yaml#/data/endpointConfig/production_endpoints")
                            && warning.contains("has no effect"));
        }

        @Test
        void extensionsThatSayTheSameGiveNoWarning() {
            definition(
                    "paths:",
                    "x-wso2-production-endpoints: {urls: ['http://one/v2', 'http://two', 'http://three:81/x'], type: failover}\npaths:");

            assertThat(warnings()).isEmpty();
        }

        @Test
        void serversOfTheDefinitionCountAndAWarningSaysWhatDoesNot() {
            definition("url: /", "url: https://server.example");

            assertThat(urls(Optional.of(production()))).containsExactly("https://server.example");
            assertThat(warnings()).anyMatch(warning -> warning.contains("'production_endpoints' has no effect"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "url: http://one/v2 | url: ftp://one",
                    "url: http://one/v2 | url: /relative",
                    "url: http://one/v2 | url: ''",
                    "url: http://one/v2 | uri: http://one",
                    "production_endpoints: | production_endpoint:",
                    "production_failovers: | production_failover:",
                    "endpoint_type: failover | endpoint_type: awslambda",
                    "url: http://one/v2 | url: default",
                })
        void whatNamesNoneIsAFault(String found, String instead) {
            api(found, instead);

            assertThat(faults())
                    .isNotEmpty()
                    .allMatch(fault -> fault.startsWith("api.yaml#/data/endpointConfig")
                            || fault.startsWith("Definitions/swagger.yaml#/paths/~1pets/get"));
        }
    }

    @Nested
    class BasePaths {

        @ParameterizedTest
        @CsvSource({
            "/petstore, /petstore/1.0.0",
            "/petstore/, /petstore/1.0.0",
            "petstore, /petstore/1.0.0",
            "/a/b, /a/b/1.0.0",
            "/, /1.0.0",
        })
        void areContextAndVersion(String context, String basePath) {
            api("context: /petstore", "context: " + context);

            assertThat(accepted().api().basePath()).isEqualTo(basePath);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "url: / | url: /v7 | /v7",
                    "url: / | url: https://a.example/v8 | /v8",
                    "url: / | url: https://a.example/ | /petstore/1.0.0",
                    "openapi: 3.0.3 | x-wso2-basePath: /own, openapi: 3.0.3 | /own",
                })
        void ofTheDefinitionCountAndAWarningSaysSo(String found, String instead, String basePath) {
            definition(found, instead.replace(", ", "\n"));

            assertThat(accepted().api().basePath()).isEqualTo(basePath);
            assertThat(warnings().stream().anyMatch(warning -> warning.contains("'context' has no effect")))
                    .isEqualTo(!basePath.equals("/petstore/1.0.0"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"/pet store", "/{version}", "/a/../b", "''", "[]"})
        void thatAreNoneAreFaults(String context) {
            api("context: /petstore", "context: " + context);

            assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith("api.yaml#/data/context (line 6)"));
        }

        @Test
        void ofTheDefaultVersionAreTwo() {
            api("isDefaultVersion: false", "isDefaultVersion: true");

            assertThat(accepted().api().defaultPath()).contains("/petstore");
        }

        @Test
        void ofTheDefaultVersionWithoutVersionAreOneAndAWarningSaysSo() {
            api("isDefaultVersion: false", "isDefaultVersion: true");
            definition("paths:", "x-wso2-basePath: /own\npaths:");

            assertThat(accepted().api().defaultPath()).isEmpty();
            assertThat(warnings()).anyMatch(warning -> warning.contains("'isDefaultVersion' has no effect"));
        }
    }

    @Nested
    class Names {

        @Test
        void ofApiYamlCountBeforeThoseOfTheDefinition() {
            definition("  title: Swagger Petstore\n  version: 2.1.0\n", "  description: none\n");

            assertThat(accepted().api().name()).isEqualTo("PetStore");
        }

        @Test
        void ofTheDefinitionCountWhereThereIsNoApiYaml() {
            files.remove(API);
            definition("paths:", "x-wso2-production-endpoints: {urls: ['http://own']}\npaths:");

            Reading.Accepted reading = accepted();
            assertThat(reading.api().name()).isEqualTo("Swagger Petstore");
            assertThat(reading.api().version()).isEqualTo("2.1.0");
            assertThat(reading.api().basePath()).isEqualTo("/");
            assertThat(reading.project().map(Project::name)).contains("Swagger Petstore");
        }

        @Test
        void keepTheirIdentity() {
            String made = id(accepted());
            assertThat(made).hasSize(40).isEqualTo(id(accepted()));

            api("  name: PetStore", "  id: 81f3c5ae\n  name: PetStore");
            assertThat(id(accepted())).isEqualTo("81f3c5ae");
        }
    }

    @Nested
    class Flags {

        @Test
        void aBlockedApiIsBlocked() {
            api("PUBLISHED", "BLOCKED");

            assertThat(accepted().api().blocked()).isTrue();
        }

        @Test
        void aPrototypeIsNotOpened() {
            api("PUBLISHED", "PROTOTYPED");
            definition("x-wso2-disable-security: true\n", "");

            assertThat(operation().access()).isInstanceOf(Access.Secured.class);
            assertThat(warnings()).anyMatch(warning -> warning.startsWith("api.yaml#/data/lifeCycleStatus"));
        }

        @Test
        void anOperationThatIsOpenInApiYamlAloneIsNotOpened() {
            api("authType: Application & Application User", "authType: None");
            definition("x-wso2-disable-security: true\n", "");

            assertThat(operation().access()).isInstanceOf(Access.Secured.class);
        }

        @Test
        void theHeaderOfTheTokenIsThatOfTheDefinitionElseThatOfApiYaml() {
            api("authorizationHeader: Authorization", "authorizationHeader: X-Token");
            assertThat(accepted().api().tokenHeader()).isEqualTo("X-Token");

            definition("paths:", "x-wso2-auth-header: X-Own\npaths:");
            assertThat(accepted().api().tokenHeader()).isEqualTo("X-Own");

            api("authorizationHeader: X-Token", "authorizationHeader: Host");
            assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith("api.yaml#/data/authorizationHeader"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "- oauth2 | - api_key | API keys",
                    "- oauth2 | - mutualssl_mandatory | mutual TLS",
                    "corsConfigurationEnabled: false | corsConfigurationEnabled: true | x-wso2-cors",
                    "apiThrottlingPolicy: Unlimited | apiThrottlingPolicy: Gold | rate limits",
                    "request: [] | request: [{policyName: addHeader}] | policies",
                    "type: HTTP | type: SOAP | no SOAP",
                })
        void whatIsNotDoneIsNamed(String found, String instead, String named) {
            api(found, instead);

            assertThat(warnings())
                    .singleElement()
                    .asString()
                    .startsWith("api.yaml#/data/")
                    .contains(named);
        }

        @ParameterizedTest
        @CsvSource({
            "type: HTTP, type: GRAPHQL",
            "type: HTTP, type: WS",
            "type: HTTP, type: HTPP",
            "endpointImplementationType: ENDPOINT, endpointImplementationType: MOCKED_OAS",
            "endpointImplementationType: ENDPOINT, endpointImplementationType: INLINE",
            "isDefaultVersion: false, isDefaultVersion: sometimes",
        })
        void whatCannotBeServedIsRefused(String found, String instead) {
            api(found, instead);

            assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith("api.yaml#/data/"));
        }
    }

    @Nested
    class Hosts {

        @Test
        void areThoseOfTheDeployments() {
            files.put(DEPLOYMENTS, """
                    data:
                      - {deploymentVhost: EU.example.com, deploymentEnvironment: Europe}
                      - {deploymentVhost: us.example.com, deploymentEnvironment: America}
                      - {deploymentEnvironment: Lab}
                    """);

            Reading.Accepted reading = accepted();
            assertThat(reading.api().virtualHosts())
                    .containsExactlyInAnyOrder("eu.example.com", "us.example.com", "localhost");
            assertThat(reading.project().orElseThrow().deployments())
                    .containsExactly(
                            new Deployment("Europe", "eu.example.com"),
                            new Deployment("America", "us.example.com"),
                            new Deployment("Lab", "localhost"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "data: []", "data:"})
        void areOrdinaryWhereNothingIsSaid(String text) {
            if (text.isEmpty()) {
                files.remove(DEPLOYMENTS);
            } else {
                files.put(DEPLOYMENTS, text);
            }

            assertThat(accepted().api().virtualHosts()).containsExactly("localhost");
        }

        @ParameterizedTest
        @ValueSource(strings = {"a b", "a:80", "'*.example.com'", "-a", "a..b", "[]", "http://a"})
        void thatAreNoneAreFaults(String host) {
            files.put(
                    DEPLOYMENTS,
                    "data: [{deploymentVhost: "
                            + (host.startsWith("'") || host.startsWith("[") ? host : "'" + host + "'") + "}]");

            assertThat(faults())
                    .hasSize(1)
                    .allMatch(
                            fault -> fault.startsWith("deployment_environments.yaml#/data/0/deploymentVhost (line 1)"));
        }

        @Test
        void tellListsOfEndpointsApart() {
            String before = production().name();
            files.put(DEPLOYMENTS, "data: [{deploymentVhost: a.example}]");

            assertThat(production().name()).isNotEqualTo(before);
        }
    }

    @Nested
    class Certificates {

        private final String one = certificate("one");
        private final String two = certificate("two");

        @Test
        void areThoseThatEndpointsAreJudgedBy() {
            api("http://one/v2", "https://one/v2");
            api("http://two", "https://two");
            files.put(CERTIFICATES, """
                    data:
                      - {alias: a, endpoint: 'https://one/v2', certificate: one.crt}
                      - {alias: b, endpoint: 'https://two:443', certificate: two.pem}
                      - {alias: c, endpoint: 'https://one', certificate: two.pem}
                    """);
            files.put("Endpoint-certificates/one.crt", "a text that explains\n" + one);
            files.put("Endpoint-certificates/two.pem", two);

            List<Endpoint> endpoints = production().endpoints();
            assertThat(endpoints.get(0).trust().orElseThrow().certificates()).containsExactly(one, two);
            assertThat(endpoints.get(1).trust().orElseThrow().certificates()).containsExactly(two);
            assertThat(endpoints.get(2).trust()).isEmpty();
            assertThat(warnings()).isEmpty();
        }

        @Test
        void holdForEndpointsOfTheDefinitionOnEveryLevel() {
            definition("    get:", "    x-wso2-production-endpoints: {urls: ['wss://three/x']}\n    get:");
            files.put(CERTIFICATES, "data: [{endpoint: 'https://three', certificate: one.crt}]");
            files.put("Endpoint-certificates/one.crt", one);

            assertThat(production().endpoints().get(0).trust()).isPresent();
        }

        @Test
        void forNoEndpointAreNamed() {
            files.put(CERTIFICATES, "data: [{endpoint: 'https://one/v20', certificate: one.crt}]");
            files.put("Endpoint-certificates/one.crt", one);
            files.put("Endpoint-certificates/two.pem", two);

            assertThat(warnings())
                    .anyMatch(warning -> warning.startsWith(CERTIFICATES + "#/data/0/endpoint (line 1)"))
                    .anyMatch(warning -> warning.startsWith("Endpoint-certificates/two.pem#: not used"));
        }

        @Test
        void thatAreMissingOrNoneAreFaults() {
            files.put(CERTIFICATES, """
                    data:
                      - {endpoint: 'https://one', certificate: missing.crt}
                      - {endpoint: 'https://one', certificate: ../api.yaml}
                      - {endpoint: 'https://one', certificate: text.crt}
                      - {endpoint: 'https://one', certificate: broken.crt}
                      - {endpoint: 'https://one', certificate: cut.crt}
                      - {endpoint: 'https://one'}
                      - {certificate: one.crt}
                      - {endpoint: 'ftp://one', certificate: one.crt}
                    """);
            files.put("Endpoint-certificates/one.crt", one);
            files.put("Endpoint-certificates/text.crt", "no certificate");
            files.put("Endpoint-certificates/broken.crt", one.replace("MII", "AAA"));
            files.put("Endpoint-certificates/cut.crt", one.substring(0, 100));

            assertThat(faults())
                    .hasSize(8)
                    .anyMatch(fault -> fault.startsWith(CERTIFICATES + "#/data/0/certificate (line 2): 'missing.crt'"))
                    .anyMatch(fault -> fault.startsWith(CERTIFICATES + "#/data/1/certificate (line 3)"))
                    .anyMatch(fault -> fault.startsWith("Endpoint-certificates/text.crt#: no certificate in PEM"))
                    .anyMatch(fault -> fault.startsWith("Endpoint-certificates/broken.crt#:"))
                    .anyMatch(fault -> fault.startsWith("Endpoint-certificates/cut.crt#:"));
        }

        private static String certificate(String name) {
            X509KeyManager keys = (X509KeyManager) new Authority(name).issue("server")[0];
            X509Certificate own = keys.getCertificateChain("key")[1];
            try {
                return "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(own.getEncoded())
                        + "\n-----END CERTIFICATE-----\n";
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Nested
    class Files {

        @Test
        void withFaultsAreToldAllAtOnceEachWithItsName() {
            api("url: http://one/v2", "url: ftp://one");
            definition("paths:", "x-wso2-cors: 5\npaths:");
            files.put(DEPLOYMENTS, "data: 5");
            files.put(CERTIFICATES, "[]");

            assertThat(faults())
                    .hasSize(4)
                    .anyMatch(
                            fault -> fault.startsWith("api.yaml#/data/endpointConfig/production_endpoints/url (line "))
                    .anyMatch(fault -> fault.startsWith("Definitions/swagger.yaml#/x-wso2-cors (line "))
                    .anyMatch(fault -> fault.startsWith("deployment_environments.yaml#/data (line 1)"))
                    .anyMatch(fault -> fault.startsWith(CERTIFICATES + "# (line 1)"));
        }

        @Test
        void thatAreJsonAreReadAsWell() {
            files.remove(API);
            files.remove(DEFINITION);
            files.put("api.json", """
                    {"type": "api", "data": {"name": "Json", "version": "2", "context": "/json",
                     "endpointConfig": {"production_endpoints": {"url": "http://one"}}}}
                    """);
            files.put("Definitions/swagger.json", """
                    {"swagger": "2.0", "info": {"title": "t", "version": "1"},
                     "paths": {"/pets": {"get": {"responses": {"200": {"description": "OK"}}}}}}
                    """);

            assertThat(accepted().api().basePath()).isEqualTo("/json/2");
        }

        @Test
        void ofWhichThereMayBeOneAreRefusedInBothForms() {
            files.put("api.json", "{}");
            files.put("Definitions/swagger.json", "{}");

            assertThat(faults())
                    .containsExactly(
                            "api.json# (line 1): beside api.yaml (expected: one of them)",
                            "Definitions/swagger.json# (line 1): beside Definitions/swagger.yaml (expected: one of them)");
        }

        @Test
        void withoutADefinitionAreRefused() {
            files.remove(DEFINITION);
            files.put("Definitions/asyncapi.yaml", "asyncapi: 2.0.0");

            assertThat(faults())
                    .containsExactly(
                            "Definitions/swagger.yaml#: not there (expected: the OpenAPI document of the API)");
            assertThat(warnings()).contains("Definitions/asyncapi.yaml#: not used: the gateway does not do AsyncAPI");
        }

        @ParameterizedTest
        @ValueSource(strings = {API, DEFINITION, DEPLOYMENTS})
        void thatAreEmptyOrHalfWrittenAreRefused(String file) {
            String whole = files.get(file);
            files.put(file, "");
            assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith(file + "#: an empty document"));
            files.put(file, "# nothing\n");
            assertThat(faults()).hasSize(1).allMatch(fault -> fault.startsWith(file + "#: an empty document"));
            files.put(file, whole + "\n  'half");
            assertThat(faults()).isNotEmpty().allMatch(fault -> fault.startsWith(file + "#"));
        }

        @Test
        void ofThe3xToolAreRefused() {
            files.put(API, "id: {providerName: admin, apiName: PetStore, version: 1.0.0}\n");

            assertThat(faults())
                    .anyMatch(fault -> fault.startsWith("api.yaml# (line 1): no data (expected: data with name"));
        }

        @Test
        void thatNobodyAsksForAreNamed() {
            files.put("Client-certificates/client_certificates.yaml", "data: []");
            files.put("Policies/addHeader_v1.yaml", "type: operation_policy_specification");
            files.put("Endpoint-certificates/interceptors/a.crt", "x");
            files.put("Interceptors/a.jar", "x");

            assertThat(warnings())
                    .contains(
                            "Client-certificates/client_certificates.yaml#: not used: the gateway does not do mutual TLS of callers",
                            "Policies/addHeader_v1.yaml#: not used: the gateway does not do policies",
                            "Endpoint-certificates/interceptors/a.crt#: not used: the gateway does not do interceptors",
                            "Interceptors/a.jar#: not used: the gateway does not do interceptors");
        }

        @Test
        void thatAreTooLongAreRefused() {
            files.put(API, "# " + "x".repeat(ProjectFiles.LARGEST_BYTES));

            assertThat(faults()).anyMatch(fault -> fault.startsWith("api.yaml#: more than 5242880 bytes"));
        }
    }

    @Nested
    class Changed {

        @ParameterizedTest
        @ValueSource(strings = {API, DEPLOYMENTS, CERTIFICATES})
        void filesAreReadOrRefusedAndNeverOpenAnything(String file) {
            definition("x-wso2-disable-security: true\n", "");
            files.put(CERTIFICATES, "data: [{alias: a, endpoint: 'https://one', certificate: one.crt}]");
            files.put("Endpoint-certificates/one.crt", Certificates.certificate("one"));
            long seed = System.nanoTime();
            System.out.println("seed of changes in " + file + ": " + seed);
            Random random = new Random(seed);
            Mutations mutations = new Mutations(Objects.requireNonNull(files.get(file)));
            int accepted = 0;
            for (int round = 0; round < 3_000; round++) {
                files.put(file, mutations.next(random));
                Reading reading = read();
                if (reading instanceof Reading.Accepted read) {
                    accepted++;
                    assertThat(read.api().operations())
                            .allSatisfy(
                                    operation -> assertThat(operation.access()).isInstanceOf(Access.Secured.class));
                } else {
                    assertThat(((Reading.Refused) reading).faults())
                            .as(files.get(file))
                            .isNotEmpty();
                }
            }
            assertThat(accepted).isBetween(100, 2_900);
        }
    }

    private EndpointGroup production() {
        return operation().production().orElseThrow();
    }

    private Operation operation() {
        return Readers.operation(accepted().api(), "GET", "/pets");
    }

    private void api(String found, String instead) {
        change(API, found, instead);
    }

    private void definition(String found, String instead) {
        change(DEFINITION, found, instead);
    }

    private void security(String production) {
        api(
                "    production_failovers:",
                "    endpoint_security: {production: " + production + "}\n    production_failovers:");
    }

    private void withoutFailovers() {
        files.computeIfPresent(
                API, (file, text) -> text.replaceAll("(?m)^    production_failovers:\\n(      - .*\\n)+", ""));
    }

    private void change(String file, String found, String instead) {
        assertThat(files.get(file)).contains(found);
        files.computeIfPresent(file, (name, text) -> text.replace(found, instead));
    }

    private Reading read() {
        return new ProjectReader(DEFAULTS).read(ApiProjects.bytes(new TreeMap<>(files)));
    }

    private Reading.Accepted accepted() {
        Reading reading = read();
        assertThat(reading)
                .as(() -> reading instanceof Reading.Refused refused
                        ? refused.faults().toString()
                        : "")
                .isInstanceOf(Reading.Accepted.class);
        return (Reading.Accepted) reading;
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

    private static String id(Reading.Accepted reading) {
        return reading.project().orElseThrow().id();
    }
}
