package dev.understudy.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Projects as {@code apictl init} lays them out, without what nobody reads of them. */
public final class ApiProjects {

    private ApiProjects() {}

    /** PetStore 1.0.0 at {@code /petstore/1.0.0}, open, at the first of the URLs, and the others when it is away. */
    public static Map<String, String> petStore(String... urls) {
        return named("PetStore", "1.0.0", urls);
    }

    /** All that {@code apictl init PetStore} makes, empty folders included, with the URL put in, and opened. */
    public static Map<String, String> initialized(String url) {
        Map<String, String> files = new TreeMap<>();
        for (String folder : INIT_FOLDERS) {
            files.put(folder, "");
        }
        files.put("api.yaml", INIT_API.formatted(url, url));
        files.put("api_meta.yaml", """
                name: PetStore
                version: 1.0.0
                deploy:
                  import:
                    update: true
                    preserveProvider: true
                    rotateRevision: false
                    skipSubscriptions: false
                """);
        files.put("Definitions/swagger.yaml", """
                swagger: '2.0'
                info:
                  version: 1.0.0
                  title: Generated API
                x-wso2-disable-security: true
                paths:
                  /*:
                    get:
                      responses:
                        '200':
                          description: ''
                """);
        files.put("deployment_environments.yaml", """
                type: deployment_environments
                version: v4.2.0
                data:
                 -
                   displayOnDevportal: true
                   deploymentEnvironment: Default
                """);
        files.put("README.md", "# WSO2 API Manager Project\n\n## Project structure\n");
        return files;
    }

    /** Where the same project is to be served. @param placements host and environment, with a space between them */
    public static Map<String, String> at(Map<String, String> files, String... placements) {
        StringBuilder environments = new StringBuilder("type: deployment_environments\nversion: v4.2.0\ndata:\n");
        for (String placement : placements) {
            int space = placement.indexOf(' ');
            environments
                    .append("  - displayOnDevportal: true\n    deploymentVhost: ")
                    .append(placement, 0, space)
                    .append("\n    deploymentEnvironment: ")
                    .append(placement.substring(space + 1))
                    .append('\n');
        }
        Map<String, String> placed = new TreeMap<>(files);
        placed.put("deployment_environments.yaml", environments.toString());
        return placed;
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

    private static final List<String> INIT_FOLDERS = List.of(
            "Client-certificates/",
            "Definitions/",
            "Docs/",
            "Endpoint-certificates/",
            "Image/",
            "Interceptors/",
            "Policies/",
            "Sequences/",
            "libs/");

    private static final String INIT_API = """
            type: api
            version: v4.2.0
            data:
              name: PetStore
              context: /petstore
              version: 1.0.0
              provider: admin
              lifeCycleStatus: CREATED
              enableStore: true
              type: HTTP
              transport:
              - http
              - https
              tags: []
              policies: []
              visibility: PUBLIC
              endpointConfig:
                endpoint_type: http
                production_endpoints:
                  url: %s
                sandbox_endpoints:
                  url: %s
              endpointImplementationType: ENDPOINT
            """;

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
                if (!file.getKey().endsWith("/")) {
                    entry(zip, folder + file.getKey(), file.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The files of a zip, by name. */
    public static Map<String, String> files(byte[] zip) {
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.isDirectory()) {
                    files.put(entry.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    public static void write(Path folder, Map<String, String> files) throws IOException {
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (file.getKey().endsWith("/")) {
                Files.createDirectories(path);
            } else {
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
            }
        }
    }

    private static void entry(ZipOutputStream zip, String path, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(path));
        zip.write(content);
        zip.closeEntry();
    }
}
