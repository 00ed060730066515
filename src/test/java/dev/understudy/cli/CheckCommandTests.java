package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.cli.Ran.Around;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.JsonSchema;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine.Help.Ansi;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckCommandTests {

    static final String GOOD = """
            openapi: 3.0.3
            info: {title: Test, version: '1'}
            x-wso2-basePath: /a
            x-wso2-production-endpoints:
              urls: [http://localhost:1, http://localhost:2]
              type: failover
              advanceEndpointConfig: {failover: {responseTimeout: 800ms}}
            paths:
              /thing: {get: {responses: {'200': {description: OK}}}}
            """;
    private static final String WARNED = GOOD.replace("paths:", "x-wso2-request-interceptor: {}\npaths:");
    private static final String BAD = """
            openapi: 3.0.3
            info: {title: Pets, version: '1'}
            x-wso2-production-endpoints:
              urls: [http://localhost:1, ftp://localhost]
              type: failovr
            paths:
              /pets: {get: {responses: {'200': {description: OK}}}}
            """;

    @TempDir
    private Path folder;

    @Test
    void allFaultsAndWarningsAreToldWithFileLineAndPlaceAndThenTheirSum() throws IOException {
        write("a.yaml", WARNED);
        write("b.yaml", BAD);
        write("c.yaml", GOOD.replace("/a\n", "/c\n"));

        Ran result = check(folder);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out().lines()).hasSize(4);
        assertThat(result.out().lines().toList().get(0))
                .startsWith(file("a.yaml") + ":")
                .contains(": warning at #/x-wso2-request-interceptor: ");
        assertThat(result.out())
                .contains(file("b.yaml") + ":4: fault at #/x-wso2-production-endpoints/urls/1: 'ftp://localhost' (")
                .contains(file("b.yaml") + ":5: fault at #/x-wso2-production-endpoints/type: 'failovr' (expected: ")
                .endsWith("3 definitions: 2 good, 1 refused; 2 faults, 1 warning" + System.lineSeparator());
        assertThat(result.err()).isEmpty();
    }

    @Test
    void faultsOfAProjectNameTheFileInIt() throws IOException {
        Map<String, String> project = ApiProjects.petStore("ftp://localhost");
        ApiProjects.write(folder.resolve("pets"), project);
        Files.write(folder.resolve("zipped.zip"), ApiProjects.zip("pets", project));

        Ran result = check(folder);
        assertThat(result.out())
                .contains(file("pets/api.yaml") + ":22: fault at #/data/endpointConfig/production_endpoints/url: ")
                .contains(file("zipped.zip/api.yaml") + ":22: fault at #/data/endpointConfig/production_endpoints/url");
        assertThat(check(folder.resolve("pets")).out()).contains(file("pets/api.yaml") + ":22: fault at ");
    }

    @Test
    void twoApisAtOnePathAreAFaultOfTheLaterOne() throws IOException {
        write("a.yaml", GOOD);
        write("b.yaml", GOOD.replace("title: Test", "title: Other"));

        Ran result = check(folder);
        assertThat(result.code()).isEqualTo(1);
        assertThat(result.out())
                .isEqualTo(String.join(
                        System.lineSeparator(),
                        file("b.yaml") + ": fault: '/a/thing' is served by Test 1 already",
                        "2 definitions: 1 good, 1 refused; 1 fault, 0 warnings",
                        ""));
        assertThat(check(folder, "--format=json")
                        .json()
                        .at("/documents/1/status")
                        .stringValue())
                .isEqualTo("clashing");
        assertThat(check(folder.resolve("b.yaml")).code()).as("alone").isZero();
    }

    @Test
    void warningsCountOnlyWhereThatIsAskedFor() throws IOException {
        write("a.yaml", WARNED);
        assertThat(check(folder).code()).isZero();
        assertThat(check(folder, "--strict").code()).isEqualTo(1);
        write("a.yaml", GOOD);
        assertThat(check(folder, "--strict").code()).isZero();
    }

    @Test
    void whatIsNotThereOrCannotBeReadEndsWithThree() throws IOException {
        write("a.yaml", GOOD);
        for (Path path : List.of(
                folder.resolve("nobody.yaml"),
                Files.writeString(folder.resolve("a.txt"), GOOD),
                Files.createDirectory(folder.resolve("empty")))) {
            Ran result = check(path);
            assertThat(result.code()).as(path.toString()).isEqualTo(3);
            assertThat(result.out()).isEmpty();
            assertThat(result.err()).startsWith("understudy: ").contains(path.toString(), "(expected: ");
        }

        Files.createSymbolicLink(folder.resolve("b.yaml"), folder.resolve("b.yaml"));
        Ran result = check(folder);
        assertThat(result.code()).isEqualTo(3);
        assertThat(result.out())
                .contains(file("b.yaml") + ": fault: it cannot be read")
                .contains("2 definitions: 1 good, 0 refused, 1 unreadable; 0 faults, 0 warnings");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=xml", "--as=nobody", "--no-such-option"})
    void wrongArgumentsEndWithTwo(String argument) {
        Ran result = check(folder, argument);
        assertThat(result.code()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(argument.substring(argument.indexOf('=') + 1));
    }

    @Test
    void theConfigurationThatIsNamedHolds() throws IOException {
        write("a.yaml", GOOD.replace("responseTimeout: 800ms", "responseTimeout: 5s"));
        Path config = Files.writeString(folder.resolve("production.properties"), "understudy.failover.deadline=2s\n");

        assertThat(check(folder).out()).contains("0 warnings");
        assertThat(check(folder, "--config", config.toString()).out())
                .contains("responseTimeout")
                .contains("1 warning");
    }

    @Test
    void aConfigurationWithWhichNoGatewayWouldStartIsExplained() throws IOException {
        write("a.yaml", GOOD);
        Path config = Files.writeString(folder.resolve(".application.yml"), "understudy.failover.dedline: 2s\n");

        Ran unknown = check(folder, "-c", config.toString());
        assertThat(unknown.code()).isEqualTo(3);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err())
                .contains("'understudy.failover.dedline' is not a key of the gateway")
                .contains("Write 'understudy.failover.deadline'");
        assertThat(check(folder, "-c", folder.resolve("nobody.yml").toString()).err())
                .contains("nobody.yml is not there");
    }

    @Test
    void withoutAPathTheFolderOfTheConfigurationIsCheckedWhateverIsInIt() throws IOException {
        Path apis = folder.resolve("apis");
        Files.createDirectories(apis.resolve("Definitions"));
        Files.writeString(apis.resolve("api.yaml"), GOOD);
        Path config = Files.writeString(
                folder.resolve("application.yml"), "understudy.apis.directory: '" + apis.toString() + "'\n");

        assertThat(run("check", "-c", config.toString()).out()).startsWith("1 definition: 1 good");
        assertThat(check(apis, "-c", config.toString()).out()).startsWith("1 definition: 1 good");
        assertThat(check(apis).code()).as("as a project").isEqualTo(1);
    }

    @Test
    void secretsAreLookedForOnlyWhereThatIsAskedForAndTheirRulesHoldEverywhere() throws IOException {
        write("a.yaml", GOOD.replace("type: failover", """
                type: failover
                  securityConfig: {type: BASIC, username: anna, password: "${env:NOBODY_SETS_THIS}"}"""));

        assertThat(check(folder, "--strict").code()).isZero();
        assertThat(check(folder, "--secrets").out()).contains("the variable 'NOBODY_SETS_THIS' is not set");
        assertThat(check(folder, "--as=upload").out())
                .contains("may not be named by a document that was deployed")
                .contains("understudy.secrets.variables");
        Path config = Files.writeString(folder.resolve("c.properties"), "understudy.secrets.variables=NOBODY_*\n");
        assertThat(check(folder, "--as=UPLOAD", "-c", config.toString()).code()).isZero();
    }

    @Test
    void theJsonHasTheFindingsOfTheAdminApi() throws IOException {
        write("a.yaml", WARNED);
        write("b.yaml", BAD);

        JsonNode json = check(folder, "--format", "json").json();
        JsonNode schema = adminSchemas();
        List<JsonNode> findings = new ArrayList<>();
        for (JsonNode document : json.get("documents")) {
            document.get("errors").forEach(findings::add);
            document.get("warnings").forEach(findings::add);
        }
        assertThat(findings)
                .hasSize(3)
                .allSatisfy(finding -> assertThat(
                                JsonSchema.faults(schema, schema.at("/components/schemas/Finding"), finding))
                        .isEmpty());
        assertThat(json.at("/documents/0/path").stringValue()).isEqualTo(file("a.yaml"));
        assertThat(json.at("/documents/0/status").stringValue()).isEqualTo("good");
        assertThat(json.at("/documents/0/api/basePath").stringValue()).isEqualTo("/a");
        assertThat(json.at("/documents/1/status").stringValue()).isEqualTo("refused");
        assertThat(json.at("/documents/1/api").isNull()).isTrue();
        assertThat(json.at("/documents/1/errors/1/line").intValue()).isEqualTo(5);
        assertThat(json.at("/documents/1/errors/1/found").stringValue()).isEqualTo("'failovr'");
        assertThat(json.at("/documents/1/errors/1/expected").stringValue()).contains("did you mean 'failover'?");
        assertThat(json.get("summary"))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"definitions\": 2, \"good\": 1, \"refused\": 1, \"unreadable\": 0,"
                                + " \"faults\": 2, \"warnings\": 1}"));
    }

    @Test
    void theSarifIsWhatTheStandardAndGitHubAskFor() throws IOException {
        write("a b#ü.yaml", BAD);
        write("c.yaml", WARNED);
        write("d.yaml", WARNED);
        ApiProjects.write(folder.resolve("pets"), ApiProjects.petStore("ftp://localhost"));
        Files.write(folder.resolve("z.zip"), ApiProjects.zip("", ApiProjects.petStore("ftp://localhost")));

        Ran result = check(folder, "--format", "sarif");
        assertThat(result.code()).isEqualTo(1);
        JsonNode sarif = result.json();
        assertThat(JsonSchema.faults(SARIF, SARIF.get("schema"), sarif)).isEmpty();

        JsonNode rules = sarif.at("/runs/0/tool/driver/rules");
        JsonNode results = sarif.at("/runs/0/results");
        assertThat(results).hasSize(7).allSatisfy(each -> {
            JsonNode rule = rules.get(each.get("ruleIndex").intValue());
            assertThat(rule.get("id")).isEqualTo(each.get("ruleId"));
            assertThat(rule.at("/defaultConfiguration/level")).isEqualTo(each.get("level"));
        });
        assertThat(results.findValuesAsString("ruleId"))
                .containsExactly("fault", "fault", "warning", "clash", "warning", "fault", "fault");
        assertThat(place(results.get(0))).startsWith(folder.toUri().toString()).endsWith("/a%20b%23%C3%BC.yaml:4");
        assertThat(Path.of(URI.create(place(results.get(0)).replaceFirst(":4$", ""))))
                .isEqualTo(folder.resolve("a b#ü.yaml"));
        assertThat(place(results.get(5))).endsWith("/pets/api.yaml:22");
        assertThat(place(results.get(6))).endsWith("/z.zip:1");
        assertThat(results.get(6).at("/message/text").stringValue())
                .startsWith("api.yaml#/data/endpointConfig/production_endpoints/url (line 22): 'ftp://localhost'");
    }

    @Test
    void theUrisOfSarifAreRelativeToTheWorkingDirectory() throws IOException {
        Path here = Files.createTempDirectory(Path.of("target"), "check");
        Path file = Files.writeString(here.resolve("a:b ü.yaml"), BAD);
        JsonNode first = check(file, "--format=sarif").json().at("/runs/0/results/0/locations/0/physicalLocation");

        assertThat(first.at("/artifactLocation/uri").stringValue())
                .isEqualTo("target/" + here.getFileName() + "/a%3Ab%20%C3%BC.yaml");
        assertThat(first.at("/artifactLocation/uriBaseId").stringValue()).isEqualTo("%SRCROOT%");
    }

    @Test
    void namesAndTextsOfOthersCannotForgeALineOrMoveACursor() throws IOException {
        write("a\n\u001b[2Jb.yaml", BAD.replace("failovr", "\"fail\\nforged\\e[2J\""));

        Ran text = check(folder);
        assertThat(text.out().lines()).hasSize(3).noneMatch(line -> line.startsWith("forged"));
        assertThat(text.out()).doesNotContain("\u001b").contains("a??[2Jb.yaml");
        for (String format : List.of("json", "sarif")) {
            assertThat(check(folder, "--format=" + format).out()).doesNotContain("\u001b");
        }
        assertThat(check(folder, "-f", "json").json().at("/documents/0/path").stringValue())
                .as("a program finds the file")
                .isEqualTo(folder.resolve("a\n\u001b[2Jb.yaml").toString());
        assertThat(check(folder.resolve("x\ny.yaml")).err()).contains("x?y.yaml is not there");
    }

    @Test
    void coloursAreInNoJsonEvenOnATerminal() throws IOException {
        write("a.yaml", BAD);
        assertThat(run(Ansi.ON, "check", folder.toString()).out()).contains("\u001b[31mfault\u001b[39m");
        for (String format : List.of("json", "sarif")) {
            assertThat(run(Ansi.ON, "check", "-f", format, folder.toString()).out())
                    .doesNotContain("\u001b");
        }
    }

    @Test
    void whatIsNoAsciiIsEscapedInJsonSoThatTheEncodingOfTheOutputDoesNotMatter() throws IOException {
        write("a.yaml", BAD.replace("failovr", "füilover"));
        assertThat(check(folder, "-f", "json").out()).contains("f\\u00FCilover").matches("\\p{ASCII}*");
    }

    /** What SARIF 2.1.0 asks for of the members that are used, and GitHub besides. */
    private static final JsonNode SARIF = JsonMapper.shared().readTree("""
            {"schema": {"type": "object", "required": ["$schema", "version", "runs"], "additionalProperties": false,
              "properties": {
                "$schema": {"type": "string"},
                "version": {"enum": ["2.1.0"]},
                "runs": {"type": "array", "items": {"type": "object", "required": ["tool", "results"],
                  "additionalProperties": false,
                  "properties": {
                    "tool": {"type": "object", "required": ["driver"], "properties": {
                      "driver": {"type": "object", "required": ["name", "rules"], "properties": {
                        "name": {"type": "string"},
                        "version": {"type": "string"},
                        "rules": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                          "required": ["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"],
                          "properties": {
                            "id": {"type": "string"},
                            "shortDescription": {"$ref": "#/message"},
                            "fullDescription": {"$ref": "#/message"},
                            "help": {"$ref": "#/message"},
                            "defaultConfiguration": {"type": "object", "properties": {"level": {"$ref": "#/level"}}}
                          }}}
                      }, "additionalProperties": false}}, "additionalProperties": false},
                    "results": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                      "required": ["ruleId", "ruleIndex", "level", "message", "locations"],
                      "properties": {
                        "ruleId": {"type": "string"},
                        "ruleIndex": {"type": "integer", "minimum": 0},
                        "level": {"$ref": "#/level"},
                        "message": {"$ref": "#/message"},
                        "locations": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                          "required": ["physicalLocation"],
                          "properties": {
                            "physicalLocation": {"type": "object", "required": ["artifactLocation", "region"],
                              "additionalProperties": false,
                              "properties": {
                                "artifactLocation": {"type": "object", "required": ["uri"],
                                  "additionalProperties": false,
                                  "properties": {
                                    "uri": {"type": "string", "pattern": "[!-~]+"},
                                    "uriBaseId": {"type": "string"}}},
                                "region": {"type": "object", "required": ["startLine"], "additionalProperties": false,
                                  "properties": {"startLine": {"type": "integer", "minimum": 1}}}}},
                            "logicalLocations": {"type": "array", "items": {"type": "object",
                              "additionalProperties": false,
                              "properties": {"fullyQualifiedName": {"type": "string"}}}}
                          }}}
                      }}}
                  }}}
              }},
             "message": {"type": "object", "required": ["text"], "additionalProperties": false,
               "properties": {"text": {"type": "string", "pattern": "(?s).+"}}},
             "level": {"enum": ["none", "note", "warning", "error"]}}
            """);

    private static String place(JsonNode result) {
        JsonNode place = result.at("/locations/0/physicalLocation");
        return place.at("/artifactLocation/uri").stringValue() + ":"
                + place.at("/region/startLine").intValue();
    }

    private static JsonNode adminSchemas() throws IOException {
        try (InputStream in = CheckCommandTests.class.getResourceAsStream("/admin-api/openapi.yaml")) {
            return JsonMapper.shared().valueToTree(new Yaml().load(Objects.requireNonNull(in)));
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void write(String name, String document) throws IOException {
        Files.writeString(folder.resolve(name), document);
    }

    private static Ran check(Path path, String... options) {
        List<String> arguments = new ArrayList<>(List.of("check", path.toString()));
        arguments.addAll(Arrays.asList(options));
        return run(arguments.toArray(String[]::new));
    }

    private static Ran run(String... arguments) {
        return Around.NOTHING.run(arguments);
    }

    private static Ran run(Ansi ansi, String... arguments) {
        return Around.NOTHING.run(ansi, arguments);
    }
}
