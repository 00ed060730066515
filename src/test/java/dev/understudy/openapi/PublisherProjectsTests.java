package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.urls;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Credentials;
import dev.understudy.endpoint.EndpointGroup.Type;
import dev.understudy.testkit.ApiProjects;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Projects of the shapes in which WSO2's Publisher exports them, with all that it writes and nobody here reads. */
class PublisherProjectsTests {

    private static final String API = """
            type: api
            version: v4.3.0
            data:
              id: 7a205b23-7cba-4481-9560-b40ec888b63f
              name: Orders
              displayName: Orders
              context: /orders
              version: "1.0"
              provider: admin
              lifeCycleStatus: PUBLISHED
              cacheTimeout: 300
              isDefaultVersion: false
              isRevision: false
              revisionId: 0
              type: HTTP
              audiences: [all]
              transport: [http, https]
              tags: []
              policies: [Unlimited]
              apiThrottlingPolicy: Unlimited
              authorizationHeader: Authorization
              apiKeyHeader: ApiKey
              securityScheme: [oauth2, oauth_basic_auth_api_key_mandatory]
              visibility: PUBLIC
              additionalProperties: []
              businessInformation: {}
              corsConfiguration: {corsConfigurationEnabled: false, accessControlAllowOrigins: ['*']}
              websubSubscriptionConfiguration: null
              createdTime: "1667890908062"
              lastUpdatedTime: 2022-11-08 12:31:51.42
              endpointConfig:
            %s
              endpointImplementationType: ENDPOINT
              scopes: []
              operations:
                - id: ""
                  target: /orders
                  verb: GET
                  authType: Application & Application User
                  throttlingPolicy: Unlimited
                  scopes: []
                  usedProductIds: []
                  operationPolicies: {request: [], response: [], fault: []}
              keyManagers: [all]
              advertiseInfo: {advertised: false, apiExternalProductionEndpoint: null, apiOwner: admin, vendor: WSO2}
              gatewayVendor: wso2
              gatewayType: wso2/synapse
              asyncTransportProtocols: []
              organizationId: carbon.super
            """;

    private static final String DEFINITION = """
            openapi: 3.0.1
            info: {title: Orders, version: "1.0"}
            servers: [{url: /}]
            security: [{default: []}]
            paths:
              /orders:
                get:
                  responses: {"200": {description: OK}}
                  security: [{default: []}]
                  x-auth-type: Application & Application User
                  x-throttling-tier: Unlimited
                  x-wso2-application-security: {security-types: [oauth2], optional: false}
            components:
              securitySchemes:
                default: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://test.com', scopes: {}}}}
            x-wso2-auth-header: Authorization
            x-wso2-api-key-header: ApiKey
            x-throttling-tier: Unlimited
            x-wso2-cors: {corsConfigurationEnabled: false, accessControlAllowOrigins: ['*']}
            x-wso2-basePath: /orders/1.0
            x-wso2-transports: [http, https]
            x-wso2-application-security: {security-types: [oauth2], optional: false}
            x-wso2-response-cache: {enabled: false, cacheTimeoutInSeconds: 300}
            %s
            """;

    private static final String PLAIN = """
            endpoint_type: http
            production_endpoints: {url: 'https://one.example/v1/'}
            sandbox_endpoints: {url: 'https://sand.example/v1/'}
            """;

    private static final String SECURED = PLAIN + """
            endpoint_security:
              production: {enabled: true, type: BASIC, username: admin, password: secret, customParameters: {}}
              sandbox: {enabled: false, customParameters: {}}
            """;

    private static final String FAILOVER = """
            endpoint_type: failover
            failOver: "True"
            algoCombo: org.apache.synapse.endpoints.algorithms.RoundRobin
            sessionManagement: ""
            sessionTimeOut: ""
            production_endpoints:
              url: https://one.example/v1
              config: {actionDuration: "4500", actionSelect: fault, factor: "", retryErroCode: [], retryTimeOut: ""}
            production_failovers:
              - {url: https://two.example/v1, endpoint_type: failover, template_not_supported: false}
            sandbox_failovers: []
            """;

    @Test
    void areServedWithoutAWarning() {
        Operation orders = operation(PLAIN, """
                x-wso2-production-endpoints: {urls: ['https://one.example/v1/'], type: http}
                x-wso2-sandbox-endpoints: {urls: ['https://sand.example/v1/'], type: http}
                """);

        assertThat(urls(orders.production())).containsExactly("https://one.example/v1");
        assertThat(urls(orders.sandbox())).containsExactly("https://sand.example/v1");
        assertThat(orders.access()).isInstanceOf(Access.Secured.class);
    }

    @Test
    void signInToTheirEndpointsThoughTheDefinitionHasNoPassword() {
        Operation orders = operation(SECURED, """
                x-wso2-production-endpoints:
                  {urls: ['https://one.example/v1/'], type: http, securityConfig: {type: BASIC, username: admin}}
                x-wso2-sandbox-endpoints: {urls: ['https://sand.example/v1/'], type: http}
                """);

        assertThat(orders.production().orElseThrow().credentials()).contains(new Credentials("admin", "secret"));
        assertThat(orders.sandbox().orElseThrow().credentials()).isEmpty();
    }

    @Test
    void thatDoNotSignInToTheSandboxAreServedThoughTheDefinitionSaysThatTheyDo() {
        String one = "{urls: ['https://one.example/v1/'], type: http, securityConfig: {type: BASIC, username: admin}}";
        Reading reading = read(
                SECURED,
                "x-wso2-production-endpoints: " + one + "\nx-wso2-sandbox-endpoints: "
                        + one.replace("one.example", "sand.example"));

        assertThat(Readers.operation(Readers.accepted(reading), "GET", "/orders")
                        .sandbox()
                        .orElseThrow()
                        .credentials())
                .isEmpty();
        assertThat(reading.warnings()).singleElement().asString().contains("is switched off: nothing is sent");
    }

    @Test
    void withFailoverKeepTheirOrderAndTheirLimits() {
        Operation orders = operation(
                FAILOVER,
                "x-wso2-production-endpoints: {urls: ['https://one.example/v1', 'https://two.example/v1'], type: failover}");

        assertThat(orders.production().orElseThrow().type()).isEqualTo(Type.FAILOVER);
        assertThat(urls(orders.production())).containsExactly("https://one.example/v1", "https://two.example/v1");
        assertThat(orders.production().orElseThrow().policy().deadline()).isEqualTo(Duration.ofMillis(4500));
    }

    @Test
    void withALoadBalanceTakeTurns() {
        Operation orders = operation(
                """
                endpoint_type: load_balance
                algoCombo: org.apache.synapse.endpoints.algorithms.RoundRobin
                sessionManagement: none
                sessionTimeOut: "300"
                production_endpoints:
                  - {url: https://one.example, template_not_supported: false}
                  - {url: https://two.example, endpoint_type: load_balance}
                production_failovers: []
                """,
                "x-wso2-production-endpoints: {urls: ['https://one.example', 'https://two.example'], type: load_balance}");

        assertThat(orders.production().orElseThrow().type()).isEqualTo(Type.LOAD_BALANCE);
        assertThat(urls(orders.production())).hasSize(2);
    }

    @Test
    void withEndpointsThatAMediationChoosesAreRefusedInWordsThatSaySo() {
        Reading reading = read(
                "endpoint_type: default\nproduction_endpoints: {url: default}\nsandbox_endpoints: {url: default}",
                "x-wso2-production-endpoints: {type: default}");

        assertThat(reading).isInstanceOf(Reading.Refused.class);
        assertThat(((Reading.Refused) reading).faults())
                .hasSize(3)
                .anyMatch(fault -> fault.toString().contains("an endpoint is not chosen by a mediation"))
                .anyMatch(fault -> fault.toString()
                        .startsWith("Definitions/swagger.yaml#/x-wso2-production-endpoints (line 24): no urls"));
    }

    private static Operation operation(String config, String endpoints) {
        Reading reading = read(config, endpoints);
        Operation operation = Readers.operation(Readers.accepted(reading), "GET", "/orders");
        assertThat(reading.warnings()).isEmpty();
        assertThat(Readers.accepted(reading).basePath()).isEqualTo("/orders/1.0");
        assertThat(Optional.of(reading)
                        .map(Reading.Accepted.class::cast)
                        .flatMap(Reading.Accepted::project)
                        .map(Project::id))
                .contains("7a205b23-7cba-4481-9560-b40ec888b63f");
        return operation;
    }

    private static Reading read(String config, String endpoints) {
        Map<String, String> files = new TreeMap<>();
        files.put("api.yaml", API.formatted(config.stripTrailing().indent(4).stripTrailing()));
        files.put("Definitions/swagger.yaml", DEFINITION.formatted(endpoints));
        files.put("api_meta.yaml", "name: Orders\nversion: '1.0'\ndeploy: {import: {update: true}}\n");
        files.put("Docs/Guide/document.yaml", "type: document\n");
        files.put("README.md", "# Orders\n");
        return new ProjectReader(Readers.DEFAULTS).read(ApiProjects.bytes(files));
    }
}
