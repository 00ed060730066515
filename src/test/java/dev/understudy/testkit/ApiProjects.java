package dev.understudy.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Projects as {@code apictl init} lays them out, without what nobody reads of them. */
public final class ApiProjects {

    private ApiProjects() {}

    /** PetStore 1.0.0 at {@code /petstore/1.0.0}, open, at the first of the URLs, and the others when it is away. */
    public static Map<String, String> petStore(String... urls) {
        return named("PetStore", "1.0.0", urls);
    }

    /** The same with another name and version. */
    public static Map<String, String> named(String name, String version, String... urls) {
        Map<String, String> files = new TreeMap<>();
        files.put("api.yaml", apiYaml(name, version, urls));
        files.put("Definitions/swagger.yaml", DEFINITION);
        files.put("deployment_environments.yaml", """
                type: deployment_environments
                version: v4.2.0
                data:
                  - displayOnDevportal: true
                    deploymentVhost: localhost
                    deploymentEnvironment: Default
                """);
        files.put("README.md", "# PetStore\n");
        files.put("Docs/docs.yaml", "documents: []\n");
        return files;
    }

    private static final String DEFINITION = """
            openapi: 3.0.3
            info:
              title: Swagger Petstore
              version: 2.1.0
            servers:
              - url: /
            x-wso2-disable-security: true
            paths:
              /pets:
                get:
                  responses:
                    '200':
                      description: OK
            """;

    private static String apiYaml(String name, String version, String... urls) {
        String failovers = Arrays.stream(urls)
                .skip(1)
                .map("      - {url: %s, endpoint_type: failover, template_not_supported: false}\n"::formatted)
                .collect(Collectors.joining("", "    production_failovers:\n", ""));
        return """
                type: api
                version: v4.2.0
                data:
                  name: %s
                  version: %s
                  context: /%s
                  type: HTTP
                  lifeCycleStatus: PUBLISHED
                  endpointImplementationType: ENDPOINT
                  isDefaultVersion: false
                  authorizationHeader: Authorization
                  apiThrottlingPolicy: Unlimited
                  securityScheme:
                    - oauth2
                    - oauth_basic_auth_api_key_mandatory
                  corsConfiguration:
                    corsConfigurationEnabled: false
                  endpointConfig:
                    endpoint_type: %s
                    failOver: "%s"
                    production_endpoints:
                      url: %s
                %s  operations:
                    - id: ""
                      target: /pets
                      verb: GET
                      authType: Application & Application User
                      throttlingPolicy: Unlimited
                      scopes: []
                      operationPolicies:
                        request: []
                        response: []
                        fault: []
                """.formatted(
                        name,
                        version,
                        name.toLowerCase(Locale.ROOT),
                        urls.length > 1 ? "failover" : "http",
                        urls.length > 1 ? "True" : "False",
                        urls[0],
                        urls.length > 1 ? failovers : "");
    }

    public static Map<String, byte[]> bytes(Map<String, String> files) {
        Map<String, byte[]> bytes = new TreeMap<>();
        files.forEach((path, text) -> bytes.put(path, text.getBytes(StandardCharsets.UTF_8)));
        return bytes;
    }

    /** As {@code apictl} packs a folder: with an entry for each folder, and sizes that follow. @param top folder, or empty */
    public static byte[] zip(String top, Map<String, String> files) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            String folder = top.isEmpty() ? "" : top + "/";
            if (!top.isEmpty()) {
                entry(zip, folder, new byte[0]);
            }
            for (String path : files.keySet().stream()
                    .filter(path -> path.contains("/"))
                    .map(path -> path.substring(0, path.indexOf('/') + 1))
                    .distinct()
                    .toList()) {
                entry(zip, folder + path, new byte[0]);
            }
            for (Map.Entry<String, byte[]> file : bytes(files).entrySet()) {
                entry(zip, folder + file.getKey(), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static void write(Path folder, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static void entry(ZipOutputStream zip, String path, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(path));
        zip.write(content);
        zip.closeEntry();
    }
}
