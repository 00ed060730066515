package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.testkit.GeneratedPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds docs/reference/faults.md, which shows what each kind of bad document says, to what the reader says. */
class FaultsReferenceTests {

    /** @param name of the document @param text all of it */
    private record Bad(String title, String name, String text) {

        static Bad yaml(String title, String text) {
            return new Bad(title, "pets.yaml", text);
        }

        Reading.Refused reading() {
            Reading reading = new OpenApiReader(Readers.DEFAULTS)
                    .with(Secrets.any())
                    .read(name, text.getBytes(StandardCharsets.UTF_8));
            assertThat(reading).as(title).isInstanceOf(Reading.Refused.class);
            return (Reading.Refused) reading;
        }
    }

    private static final String OK = "get: {responses: {'200': {description: OK}}}";

    private static final List<Bad> ALL = List.of(
            Bad.yaml("A word that is almost the right one", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints:
                      urls: [http://localhost:2380/v2, 'ftp://localhost/v2']
                      type: failovr
                    paths:
                      /pets: {%s}
                    """.formatted(OK)),
            Bad.yaml("`type` beside the list instead of in it", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    paths:
                      /pets:
                        x-wso2-production-endpoints:
                          urls: [http://localhost:2380/v2, http://localhost:2381/v2]
                        type: failover
                        %s
                    """.formatted(OK)),
            Bad.yaml("A name that is almost an extension", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoint: {urls: [http://localhost:2380/v2]}
                    x-understudy-retries: 3
                    paths:
                      /pets: {%s}
                    """.formatted(OK)),
            Bad.yaml("No endpoints", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    servers: [{url: /pets/v1}]
                    paths:
                      /pets: {%s}
                      /cats:
                        x-wso2-production-endpoints: {urls: []}
                        %s
                    """.formatted(OK, OK)),
            Bad.yaml("A reference to no list", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-endpoints:
                      - inventory: {urls: [http://localhost:2380], type: failover}
                    x-wso2-production-endpoints: '#/x-wso2-endpoints/inventori'
                    paths:
                      /pets: {%s}
                    """.formatted(OK)),
            Bad.yaml("Limits that are none, and credentials that lack one", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints:
                      urls: [http://localhost:2380]
                      advanceEndpointConfig:
                        timeoutInMillis: soon
                        failover: {connectTimeout: 0s, responseTimout: 2s, statuses: [200]}
                      securityConfig: {type: BASIC, username: gateway}
                    paths:
                      /pets: {%s}
                    """.formatted(OK)),
            Bad.yaml("Secrets that are not there", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints:
                      urls: [http://localhost:2380]
                      securityConfig: {type: BASIC, username: "${env:SHOP_USER_THAT_IS_NOT_SET}", password: "${vault:shop}"}
                    paths:
                      /pets:
                        x-wso2-production-endpoints:
                          urls: [http://localhost:2381]
                          securityConfig:
                            type: BASIC
                            username: "${file:shop-user}"
                            password: "${file:/nowhere/shop-password}"
                        %s
                    """.formatted(OK)),
            Bad.yaml("Limits that do not fit together", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints:
                      urls: [http://localhost:2380, http://localhost:2381]
                      type: failover
                      advanceEndpointConfig:
                        timeoutInMillis: 5000
                        failover:
                          deadline: 2s
                          responseTimeout: 3s
                          suspendFor: 2m
                          suspendAtMost: 1m
                          suspendAtRate: 150
                          probe: {path: health}
                    paths:
                      /pets: {%s}
                    """.formatted(OK)),
            Bad.yaml("Security that cannot be understood", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints: {urls: [http://localhost:2380]}
                    x-wso2-disable-security: 'no'
                    components:
                      securitySchemes:
                        oauth: {type: oauth2, flows: {}}
                        old: {type: oauth}
                    security: {oauth: []}
                    paths:
                      /pets:
                        get: {security: [{oaut: [read]}], responses: {'200': {description: OK}}}
                        post: {security: [{oauth: read}], responses: {'200': {description: OK}}}
                        put: {security: [{oauth: ['read all']}], responses: {'200': {description: OK}}}
                    """),
            Bad.yaml("Paths", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-basePath: pets/../v1
                    x-wso2-production-endpoints: {urls: [http://localhost:2380]}
                    paths:
                      pets: {%1$s}
                      /pets/{id}: {%1$s}
                      /pets/{name}: {%1$s}
                      /pets/{id/photo: {%1$s}
                      /pets/*/photo: {%1$s}
                      /cats: {gett: {}}
                      /dogs: 5
                    """.formatted(OK)),
            Bad.yaml("References out of the document", """
                    openapi: 3.1.0
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints: {urls: [http://localhost:2380]}
                    paths:
                      /pets: {$ref: 'file:///etc/passwd'}
                      /cats: {$ref: '#/components/pathItems/Cats'}
                    """),
            Bad.yaml("Flags and headers", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-auth-header: Host
                    x-wso2-cors: {corsConfigurationEnabled: sometimes, accessControlAllowOrigins: '*'}
                    x-wso2-production-endpoints: {urls: [ws://localhost:2380, http://localhost:2381]}
                    paths:
                      /pets:
                        post: {x-understudy-idempotent: 1, x-understudy-websocket: true, responses: {'200': {description: OK}}}
                    """),
            Bad.yaml("Members of OpenAPI itself", """
                    openapi: 3.0.3
                    info: {title: ''}
                    x-wso2-production-endpoints: {urls: [http://localhost:2380]}
                    securty: [{oauth: []}]
                    paths:
                      /pets:
                        get: {sercurity: [], responses: {'200': {description: OK}}}
                    """),
            Bad.yaml("Another version", """
                    openapi: 4.0.0
                    info: {title: Pets, version: 1.0.0}
                    paths: {}
                    """),
            Bad.yaml("Something else", """
                    asyncapi: 2.6.0
                    info: {title: Pets, version: 1.0.0}
                    """),
            Bad.yaml("No operation", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    x-wso2-production-endpoints: {urls: [http://localhost:2380]}
                    paths: {}
                    """),
            Bad.yaml("No YAML", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0
                    paths:
                    """),
            Bad.yaml("A name that stands twice", """
                    openapi: 3.0.3
                    info: {title: Pets, version: 1.0.0}
                    paths:
                      /pets: {%1$s}
                      /pets: {%1$s}
                    """.formatted(OK)),
            Bad.yaml("A tag that would make an object", """
                    openapi: 3.0.3
                    info: !!javax.script.ScriptEngineManager [x]
                    """),
            new Bad("No JSON", "pets.json", "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"Pets\",}}\n"),
            new Bad("An empty file", "pets.yaml", "\n"));

    @Test
    void theReferenceIsWhatTheReaderSays() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Bad bad : ALL) {
            text.append("### ")
                    .append(bad.title())
                    .append("\n\n```\n")
                    .append(bad.text().stripTrailing());
            text.append("\n```\n\n");
            bad.reading()
                    .faults()
                    .forEach(fault -> text.append("> apis/")
                            .append(bad.name())
                            .append(fault)
                            .append("\n>\n"));
            text.setLength(text.length() - 2);
            text.append("\n");
        }
        new GeneratedPart(Path.of("docs/reference/faults.md"), getClass()).assertIs(text.toString());
    }

    @Test
    void everyFaultSaysWhatWasExpected() {
        assertThat(ALL.stream().flatMap(bad -> bad.reading().faults().stream()))
                .allSatisfy(fault -> assertThat(fault.text()).containsAnyOf("expected", "did you mean"));
    }
}
