package dev.understudy.openapi;

import static dev.understudy.openapi.Readers.DEFAULTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents may try, and what must come of it. */
@Timeout(30)
class HostileDocumentTests {

    private static final String HEAD = """
            openapi: 3.0.3
            info: {title: T, version: '1'}
            x-wso2-production-endpoints: {urls: ['http://a']}
            """;
    private static final String GET = "get: {responses: {'200': {description: OK}}}";
    private static final String OAUTH = """
            components:
              securitySchemes:
                oauth:
                  type: oauth2
                  flows: {clientCredentials: {tokenUrl: 'https://a', scopes: {admin: all, read: some}}}
            """;

    private static final OpenApiReader READER = new OpenApiReader(DEFAULTS);

    static Reading read(String name, byte[] content) {
        Reading reading = READER.read(name, content);
        Stream<Finding> all = reading instanceof Reading.Refused refused
                ? Stream.concat(refused.faults().stream(), refused.warnings().stream())
                : reading.warnings().stream();
        if (reading instanceof Reading.Refused refused) {
            assertThat(refused.faults()).isNotEmpty();
        }
        all.forEach(HostileDocumentTests::assertIsFitForALog);
        return reading;
    }

    static Reading read(String yaml) {
        return read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }

    static String told(Reading reading) {
        Stream<Finding> faults = reading instanceof Reading.Refused refused ? refused.faults().stream() : Stream.of();
        return Stream.concat(faults, reading.warnings().stream())
                .map(Finding::toString)
                .collect(Collectors.joining("\n"));
    }

    private static void assertIsFitForALog(Finding finding) {
        assertThat(finding.text()).isNotBlank();
        assertThat(finding.line()).isNotNegative();
        assertThat(finding.toString()).doesNotContainPattern("[\\p{Cc}\\p{Zl}\\p{Zp}\\u202a-\\u202e\\u2066-\\u2069]");
        assertThat(finding.toString().length()).isLessThan(2_000);
    }

    static Reading refused(String yaml) {
        Reading reading = read(yaml);
        assertThat(reading).isInstanceOf(Reading.Refused.class);
        return reading;
    }

    static Api accepted(Reading reading) {
        assertThat(reading).as(() -> told(reading)).isInstanceOf(Reading.Accepted.class);
        return ((Reading.Accepted) reading).api();
    }

    static Map<String, Access> access(Reading reading) {
        Map<String, Access> access = new TreeMap<>();
        if (reading instanceof Reading.Accepted there) {
            there.api().operations().forEach(operation -> access.put(name(operation), operation.access()));
        }
        return access;
    }

    static Set<String> open(Reading reading) {
        return access(reading).entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Access.Open)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(Operation operation) {
        return operation.method() + " " + operation.path();
    }

    static String json(String paths, String more) {
        return """
                {"openapi": "3.0.3", "info": {"title": "T", "version": "1"},
                 "x-wso2-production-endpoints": {"urls": ["http://a"]}, %s
                 "paths": {%s}}
                """.formatted(more, paths);
    }

    static final String JSON_GET = "{\"get\": {\"responses\": {\"200\": {\"description\": \"OK\"}}}}";

    /** Bombs: little text that would become much. */
    @Nested
    class ThatWouldGrow {

        static String lists(int wide, int deep) {
            String bomb = IntStream.range(1, deep)
                    .mapToObj(i -> "  - &l%d [%s]\n".formatted(i, many("*l" + (i - 1), wide)))
                    .collect(Collectors.joining());
            return HEAD + "x-bomb:\n  - &l0 [" + many("x", wide) + "]\n" + bomb + "paths: {/a: {" + GET + "}}\n";
        }

        static String many(String text, int times) {
            return String.join(", ", java.util.Collections.nCopies(times, text));
        }

        @ParameterizedTest
        @CsvSource({"10, 7", "10, 9", "30, 20"})
        @Timeout(5)
        void areRefusedWhereAliasesMultiply(int wide, int deep) {
            assertThat(told(refused(lists(wide, deep)))).contains("expected: ");
        }

        @Test
        @Timeout(5)
        void areRefusedWhereAliasesOfMapsMultiplyByMerges() {
            String maps = IntStream.range(1, 30)
                    .mapToObj(i -> "  m%d: &m%d {<<: [*m%d, *m%d]}\n".formatted(i, i, i - 1, i - 1))
                    .collect(Collectors.joining());
            refused(HEAD + "x-bomb:\n  m0: &m0 {a: b}\n" + maps + "paths: {/a: {" + GET + "}}\n");
        }

        @Test
        @Timeout(5)
        void areRefusedWhereMergesOfEmptyListsMultiply() {
            String lists = IntStream.range(1, 60)
                    .mapToObj(i -> "  - &l%d [*l%d, *l%d]\n".formatted(i, i - 1, i - 1))
                    .collect(Collectors.joining());
            refused(HEAD + "x-merge: {<<: &l [*m]}\n".replace("&l [*m]", "[]") + "x-bomb:\n  - &l0 []\n" + lists
                    + "x-all: {<<: *l59}\npaths: {/a: {" + GET + "}}\n");
        }

        @Test
        @Timeout(10)
        void areRefusedWhereALongTextIsRepeated() {
            String repeated = many("*t", 200_000);
            refused(HEAD + "x-text: &t '" + "x".repeat(100_000) + "'\nx-bomb: [" + repeated + "]\npaths: {/a: {" + GET
                    + "}}\n");
        }

        @Test
        @Timeout(10)
        void areRefusedWhereALongNameIsRepeated() {
            String repeated = IntStream.range(0, 900).mapToObj(i -> "*m").collect(Collectors.joining(", "));
            refused(HEAD + "x-map: &m {" + "x".repeat(100_000) + ": 1}\nx-bomb: [" + repeated + "]\npaths: {/a: {" + GET
                    + "}}\n");
        }

        @Test
        @Timeout(10)
        void areRefusedWhereManyPathsReferToOneLargePathItem() {
            String paths = IntStream.range(0, 20_000)
                    .mapToObj(i -> "  /a%d: {$ref: '#/components/pathItems/big'}\n".formatted(i))
                    .collect(Collectors.joining());
            String item = "components: {pathItems: {big: {get: {description: '" + "x".repeat(100_000)
                    + "', responses: {'200': {description: OK}}}}}}\n";
            refused(HEAD.replace("3.0.3", "3.1.0") + item + "paths:\n" + paths);
        }

        @Test
        @Timeout(10)
        void areRefusedWhereManyPathsReferToOnePathItemOfManyMembers() {
            String paths = IntStream.range(0, 20_000)
                    .mapToObj(i -> "  /a%d: {$ref: '#/components/pathItems/big'}\n".formatted(i))
                    .collect(Collectors.joining());
            String members = IntStream.range(0, 20_000)
                    .mapToObj(i -> "x-%d: 1".formatted(i))
                    .collect(Collectors.joining(", "));
            refused(HEAD.replace("3.0.3", "3.1.0") + "components: {pathItems: {big: {" + members + "}}}\npaths:\n"
                    + paths);
        }

        @Test
        @Timeout(10)
        void areRefusedWhereManyOperationsReferToOneLargeParameter() {
            String paths = IntStream.range(0, 20_000)
                    .mapToObj(i ->
                            ("  /a%d: {parameters: [{$ref: '#/components/parameters/p'}], " + GET + "}\n").formatted(i))
                    .collect(Collectors.joining());
            refused(HEAD + "components: {parameters: {p: {name: a, in: query, description: '" + "x".repeat(100_000)
                    + "', schema: {type: string}}}}\npaths:\n" + paths);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "x-a: &a [*a]",
                    "x-a: &a {b: *a}",
                    "x-a: &a {<<: *a}",
                    "x-a: &a {<<: [*a]}",
                    "x-a: {<<: &s [*s]}",
                    "x-a: &a {? *a : b}",
                    "x-a: &a [[*a], {<<: *a}]",
                    "x-a: {<<: text}",
                    "x-a: {<<: [1, 2]}",
                    "x-a: {<<: }"
                })
        @Timeout(5)
        void areRefusedWhereAliasesContainThemselvesOrMergesAreOfNoMaps(String line) {
            refused(HEAD + line + "\npaths: {/a: {" + GET + "}}\n");
        }

        @ParameterizedTest
        @ValueSource(ints = {200, 3_000, 100_000})
        @Timeout(5)
        void areRefusedWhereTheyAreDeep(int depth) {
            refused(HEAD + "x-a: " + "[".repeat(depth) + "]".repeat(depth) + "\npaths: {/a: {" + GET + "}}\n");
            refused(HEAD + "x-a: " + "{a: ".repeat(depth) + "}".repeat(depth) + "\npaths: {/a: {" + GET + "}}\n");
            refused(HEAD + "x-a:\n"
                    + IntStream.range(1, Math.min(depth, 1_500))
                            .mapToObj(i -> " ".repeat(i) + "a:\n")
                            .collect(Collectors.joining())
                    + "paths: {/a: {" + GET + "}}\n");
            String json = json("\"/a\": " + JSON_GET, "\"x-a\": " + "[".repeat(depth) + "]".repeat(depth) + ",");
            assertThat(read("a.json", json.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Reading.Refused.class);
        }

        @Test
        @Timeout(5)
        void areRefusedWhereTheyAreLongerThanTheLimit() {
            assertThat(read("a.yaml", new byte[OpenApiReader.LARGEST_BYTES + 1]))
                    .isInstanceOf(Reading.Refused.class);
        }

        @ParameterizedTest
        @ValueSource(strings = {"x-wso2-basePath: %s", "servers: [{url: 'http://a%s'}]", "x-a: %s"})
        @Timeout(5)
        void doNotOverflowTheStackWithLongPaths(String line) {
            read(HEAD + line.formatted("/a".repeat(100_000)) + "\npaths: {/a: {" + GET + "}}\n");
            read(HEAD + "paths: {'" + "/a".repeat(100_000) + "': {" + GET + "}}\n");
        }

        @Test
        @Timeout(10)
        void doNotMakeUsCompareLongNamesLetterByLetter() {
            String names = IntStream.range(0, 150)
                    .mapToObj(i -> "  ? '" + i + "s".repeat(100_000) + "'\n  : 1\n")
                    .collect(Collectors.joining());
            read(HEAD + "paths:\n /a:\n  " + GET + "\n" + names);
        }

        @Test
        @Timeout(20)
        void doNotMakeUsCompareEachUrlWithEach() {
            String urls = IntStream.range(0, 200_000).mapToObj(i -> "h" + i).collect(Collectors.joining(", "));
            accepted(read("openapi: 3.0.3\ninfo: {title: T, version: '1'}\nx-wso2-production-endpoints: {urls: [" + urls
                    + "]}\npaths: {/a: {" + GET + "}}\n"));
        }

        @Test
        @Timeout(20)
        void doNotMakeUsCompareEachNameWithEach() {
            String schemes = IntStream.range(0, 5_000)
                    .mapToObj(i -> "s" + i + ": {type: oauth2}")
                    .collect(Collectors.joining(", "));
            String named = IntStream.range(0, 5_000)
                    .mapToObj(i -> "{e" + i + ": {urls: ['http://a']}}")
                    .collect(Collectors.joining(", "));
            String paths = IntStream.range(0, 5_000)
                    .mapToObj(i ->
                            ("  /a%d: {x-wso2-production-endpoints: '#/x-wso2-endpoints/n%d', get: {security: [{n%d:"
                                            + " []}], responses: {'200': {description: OK}}}}\n")
                                    .formatted(i, i, i))
                    .collect(Collectors.joining());
            refused(HEAD + "components: {securitySchemes: {" + schemes + "}}\nx-wso2-endpoints: [" + named
                    + "]\npaths:\n" + paths);
        }
    }

    /** What would be fetched, opened, made or evaluated. */
    @Nested
    class ThatReachOut {

        @TempDir
        private Path folder;

        @ParameterizedTest
        @ValueSource(strings = {"3.0.3", "3.1.0", "2.0"})
        void areNeverFollowedOutOfTheDocument(String version) throws IOException {
            Path secret = Files.writeString(
                    folder.resolve("item.yaml"),
                    "get: {operationId: canary, responses: {'200': {description: canary}}}");
            try (ServerSocket canary = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                canary.setSoTimeout(50);
                int port = canary.getLocalPort();
                List<String> references = List.of(
                        "http://127.0.0.1:" + port + "/x",
                        "http://localhost:" + port + "/x#/get",
                        "http://2130706433:" + port + "/x",
                        "http://[::ffff:127.0.0.1]:" + port + "/x",
                        "//127.0.0.1:" + port + "/x",
                        "jar:http://127.0.0.1:" + port + "/x.jar!/a",
                        secret.toUri().toString(),
                        secret.toString(),
                        "./item.yaml",
                        "../item.yaml",
                        "item.yaml",
                        "classpath:application.yml",
                        "/etc/passwd");
                for (String reference : references) {
                    assertIsNotFollowed(version, reference);
                    assertThatCode(canary::accept).as(reference).isInstanceOf(SocketTimeoutException.class);
                }
            }
        }

        private void assertIsNotFollowed(String version, String reference) {
            String head = version.equals("2.0")
                    ? HEAD.replace("openapi: 3.0.3", "swagger: '2.0'")
                    : HEAD.replace("3.0.3", version);
            String ref = "{$ref: '" + reference + "'}";
            Reading item = refused(head + "paths: {/a: {" + GET + "}, /b: " + ref + "}\n");
            assertThat(told(item)).contains("(line 4)");
            read(head + "paths: {/a: {" + GET + ", parameters: [" + ref + "]}}\n");
            read(head + "paths: {/a: {get: {parameters: [" + ref + "], responses: {'200': " + ref + "}}}}\n");
            read(head + "definitions: {A: " + ref + "}\ncomponents: {schemas: {A: " + ref + "}, responses: {A: " + ref
                    + "}, examples: {A: {externalValue: '" + reference + "'}}, pathItems: {A: " + ref
                    + "}}\nwebhooks: {a: " + ref + "}\njsonSchemaDialect: '" + reference
                    + "'\nexternalDocs: {url: '" + reference + "'}\npaths: {/a: {" + GET + "}}\n");
            refused(head + "components: {securitySchemes: {s: " + ref + "}}\nsecurityDefinitions: {s: " + ref
                    + "}\nsecurity: [{s: []}]\npaths: {/a: {" + GET + "}}\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "components: {pathItems: {A: {$ref: '#/components/pathItems/B'}, B: {$ref: '#/components/pathItems/A'}}}\n"
                            + "paths: {/a: {$ref: '#/components/pathItems/A'}}",
                    "paths: {/a: {$ref: '#/paths/~1a'}}",
                    "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
                    "paths: {/a: {$ref: '#'}}",
                    "paths: {/a: {$ref: '#/'}}",
                    "paths: {/a: {$ref: 1}}",
                    "paths: {/a: {$ref: [a]}}",
                    "paths: {$ref: '#/paths'}",
                    "$ref: '#'",
                    "components: {securitySchemes: {A: {$ref: '#/components/securitySchemes/B'}, B: {$ref:"
                            + " '#/components/securitySchemes/A'}}}\nsecurity: [{A: []}]\npaths: {/a: {get: {responses:"
                            + " {'200': {description: OK}}}}}"
                })
        void areRefusedWhereReferencesGoInACircleOrNowhere(String lines) {
            refused(HEAD + lines + "\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"3.0.3", "3.1.0"})
        void areAcceptedWhereSchemasAndParametersGoInACircle(String version) {
            Reading reading = read(HEAD.replace("3.0.3", version) + """
                    components:
                      schemas:
                        A: {type: object, properties: {b: {$ref: '#/components/schemas/B'}}}
                        B: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}
                        C: {$ref: '#/components/schemas/C'}
                      parameters:
                        P: {$ref: '#/components/parameters/Q'}
                        Q: {$ref: '#/components/parameters/P'}
                    paths:
                      /a:
                        get:
                          responses: {'200': {description: OK, content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}}
                    """);
            assertThat(accepted(reading).operations()).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "x-a: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1\"]]]]",
                    "x-a: !!java.io.File /etc/passwd",
                    "x-a: !custom 1",
                    "x-a: !<tag:yaml.org,2002:java.net.URL> http://127.0.0.1",
                    "x-a: !!binary aGFsbG8=",
                    "x-a: !!set {a, b}",
                    "!!java.io.File a: b",
                    "x-a: [!!java.io.File {a: b}]"
                })
        void areRefusedWhereTagsWouldMakeObjects(String line) {
            assertThat(told(refused(HEAD + line + "\npaths: {/a: {" + GET + "}}\n")))
                    .contains("tag");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "#{T(java.lang.Runtime).getRuntime().exec('touch /tmp/pwn')}",
                    "${env:HOME}",
                    "${java.version}",
                    "#{@environment}",
                    "${${::-j}ndi:ldap://127.0.0.1/a}"
                })
        void keepExpressionsAsTheyAreWrittenOrAreRefused(String expression) {
            String quoted = "'" + expression.replace("'", "''") + "'";
            Api titled = accepted(read(HEAD.replace("title: T", "title: " + quoted) + "paths: {/a: {" + GET + "}}\n"));
            assertThat(titled.name()).isEqualTo(expression);
            accepted(read(HEAD + "x-any: " + quoted + "\nx-wso2-any: " + quoted + "\npaths: {/a: {" + GET + "}}\n"));
            for (String place : List.of(
                    "x-wso2-basePath: %s",
                    "x-wso2-auth-header: %s",
                    "x-wso2-disable-security: %s",
                    "x-wso2-sandbox-endpoints: {urls: [%s]}",
                    "x-wso2-sandbox-endpoints: %s",
                    "x-wso2-sandbox-endpoints: {urls: ['http://a'], type: %s}",
                    "x-wso2-sandbox-endpoints: {urls: ['http://a'], advanceEndpointConfig: {failover: {connectTimeout:"
                            + " %s}}}",
                    "security: [{%s: []}]")) {
                refused(HEAD + place.formatted(quoted) + "\npaths: {/a: {" + GET + "}}\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a/{x:.*}",
                "/a/{x:(a+)+$}",
                "/**",
                "/a/**",
                "/**/a",
                "/{*rest}",
                "/a/{*rest}",
                "/a?",
                "/a#b",
                "/a/{x",
                "/a/x}",
                "/a/{}",
                "/a//b",
                "a/b",
                "/%zz",
                "/a/%2e%2e/b",
                "/a/../b",
                "/a/\\b",
                "/a b",
                "/(a+)+$"
            })
    void templatesThatOtherRoutersInterpretAreLiteralsOrRefused(String template) {
        Reading reading = read(HEAD + "paths: {'" + template + "': {" + GET + "}}\n");

        if (reading instanceof Reading.Accepted accepted) {
            Catalog catalog = Catalog.of(List.of(accepted.api()));
            assertThat(List.of("/", "/a/b", "/a/b/c", "/aaaa", "/a/aaaa/c", "/b", "/x/y/z"))
                    .filteredOn(path -> !template.contains("{") || path.split("/").length != template.split("/").length)
                    .noneMatch(path -> catalog.find("h", "GET", dev.understudy.catalog.RequestPath.parse(path))
                            instanceof dev.understudy.catalog.Match.Found);
        }
    }

    /** Half of a document, another encoding, another version. */
    @Nested
    class ThatAreNotWhole {

        @Test
        @Timeout(30)
        void areReadWithTwentyThousandPathsOfMoreThanThreeMegabytes() {
            String document = large(20_000);
            assertThat(document.length()).isGreaterThan(3 << 20);

            assertThat(accepted(read(document)).operations()).hasSize(20_000);
        }

        @Test
        @Timeout(120)
        void cutAtAnyByteOpenNothing() throws IOException {
            byte[] whole = Files.readAllBytes(Path.of("apis/pizzashack.yaml"));
            Set<String> open = open(read("a.yaml", whole));
            assertThat(open).containsExactly("GET /hours");

            for (int length = 0; length < whole.length; length++) {
                Reading reading = read("a.yaml", Arrays.copyOf(whole, length));
                assertThat(open).as("cut at byte %d", length).containsAll(open(reading));
            }
        }

        @Test
        void cutAtAnyByteJsonIsRefused() {
            byte[] whole = json("\"/a\": " + JSON_GET + ", \"/é\": " + JSON_GET, "\"x-a\": [1, true, null],")
                    .strip()
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(accepted(read("a.json", whole)).operations()).hasSize(2);

            for (int length = 0; length < whole.length; length++) {
                assertThat(read("a.json", Arrays.copyOf(whole, length)))
                        .as("cut at byte %d", length)
                        .isInstanceOf(Reading.Refused.class);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"\uFEFF%s", "%s\n...\n", "---\n%s", "%%YAML 1.1\n---\n%s", "# a comment\n%s"})
        void areAcceptedWithAMarkAtTheirBeginningOrEnd(String frame) {
            accepted(read(frame.formatted(HEAD + "paths: {/a: {" + GET + "}}\n")));
            accepted(read(frame.formatted(HEAD + "paths: {/a: {" + GET + "}}\n").replace("\n", "\r\n")));
        }

        @Test
        void areRefusedInOtherEncodings() {
            String document = HEAD + "paths: {/é: {" + GET + "}}\n";
            for (String name : List.of("UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "UTF-32")) {
                assertThat(read("a.yaml", document.getBytes(Charset.forName(name))))
                        .as(name)
                        .isInstanceOf(Reading.Refused.class);
                String json = json("\"/é\": " + JSON_GET, "");
                assertThat(read("a.json", json.getBytes(Charset.forName(name))))
                        .as(name)
                        .isInstanceOf(Reading.Refused.class);
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "\n\n",
                    "\uFEFF",
                    "---",
                    "null",
                    "text",
                    "[]",
                    "{}",
                    "12",
                    "# only a comment",
                    "<!DOCTYPE html><html><body>404</body></html>",
                    "openapi: 3.0.3",
                    "openapi: 3.0.3\ninfo: {title: T, version: '1'}",
                    "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}",
                    "a: 1\n---\nb: 2\n",
                    "openapi: 3.0.3\n\tinfo: x",
                    "a: \u0000",
                    "a: \u0007",
                    "%YAML 9.9\n---\na: b"
                })
        void areRefusedWhereThereIsNothingToServe(String document) {
            refused(document);
            assertThat(read("a.json", document.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(Reading.Refused.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "openapi: 4.0.0",
                    "openapi: 3.2.0",
                    "openapi: '3'",
                    "openapi: 2.0",
                    "openapi: null",
                    "openapi: [3.0.3]",
                    "openapi: ' 3.0.3'",
                    "asyncapi: 2.6.0",
                    "swagger: '1.2'",
                    "swagger: '2.1'",
                    "swaggerVersion: '1.2'",
                    "openapi: 3.0.3\nswagger: '2.0'",
                    "OpenAPI: 3.0.3"
                })
        void areRefusedInVersionsThatAreNotKnown(String version) {
            assertThat(told(refused(HEAD.replace("openapi: 3.0.3", version) + "paths: {/a: {" + GET + "}}\n")))
                    .contains("expected: openapi: 3.0.x or 3.1.x, or swagger: '2.0'");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "paths: {/a: {" + GET + "}, /a: {" + GET + "}}",
                    "paths: {/a: {" + GET + ", " + GET + "}}",
                    "paths: {/a: {" + GET + "}}\npaths: {/b: {" + GET + "}}",
                    "security: []\npaths: {/a: {" + GET + "}}\nsecurity: []",
                    "paths: {/a: {" + GET + "}, '/a': {" + GET + "}}",
                    "paths: {/a/{x}: {" + GET + "}, /a/{y}: {" + GET + "}}",
                    "paths: {/a: {" + GET + "}, /a/: {" + GET + "}}",
                    "paths: {/a: {" + GET + "}, /%61: {" + GET + "}}"
                })
        void areRefusedWhereSomethingStandsTwice(String lines) {
            refused(HEAD + lines + "\n");
        }

        @Test
        void areRefusedWhereANameStandsTwiceInJson() {
            for (String paths : List.of(
                    "\"/a\": " + JSON_GET + ", \"/a\": " + JSON_GET,
                    "\"/a\": " + JSON_GET + ", \"\\u002fa\": " + JSON_GET)) {
                Reading reading = read("a.json", json(paths, "").getBytes(StandardCharsets.UTF_8));
                assertThat(told(reading)).contains("'/a' stands here and on line 3");
            }
        }

        @Test
        void areNotTakenToCollideWhereOneTextOnlyLooksLikeTwoSegments() {
            assertThat(accepted(read(HEAD + "paths: {'/a], Concrete[text=b': {" + GET + "}, /a/b: {" + GET + "}}\n"))
                            .operations())
                    .hasSize(2);
        }

        @Test
        void areRefusedWithNumbersThatNoProgramHolds() {
            for (String number : List.of("1e99999999999", "1e999999", "-1e-999999999", "9".repeat(900), "0.5")) {
                String policy = "\"x-wso2-sandbox-endpoints\": {\"urls\": [\"http://a\"], \"advanceEndpointConfig\":"
                        + " {\"timeoutInMillis\": %1$s, \"failover\": {\"statuses\": [%1$s], \"connectTimeout\": %1$s}}},";
                String document = json("\"/a\": " + JSON_GET, policy.formatted(number));
                assertThat(read("a.json", document.getBytes(StandardCharsets.UTF_8)))
                        .as(number)
                        .isInstanceOf(Reading.Refused.class);
            }
        }
    }

    /** What must not open anything, nor ask for less than was meant. */
    @Nested
    class ThatWouldOpen {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "security:",
                    "security: {}",
                    "security: {oauth: []}",
                    "security: oauth",
                    "security: true",
                    "security: false",
                    "security: 0",
                    "security: [oauth]",
                    "security: [[]]",
                    "security: [null]",
                    "security: [{oauth: }]",
                    "security: [{oauth: {}}]",
                    "security: [{oauth: admin}]",
                    "security: [{oauth: [1]}]",
                    "security: [{oauth: [null]}]",
                    "security: [{oauth: ['']}]",
                    "security: [{oauth: ['admin read']}]",
                    "security: [{oauth: [[admin]]}]",
                    "security: [{oauht: [admin]}]",
                    "security: [{Oauth: [admin]}]",
                    "security: [{oauth: [admin], other: []}]",
                    "security: [{oauth: [admin]}, {}, text]",
                    "securty: [{oauth: [admin]}]",
                    "Security: [{oauth: [admin]}]",
                    "securitys: [{oauth: [admin]}]",
                    "x-wso2-disable-securty: true",
                    "x-wso2-disable-Security: true",
                    "x-wso2-disable-security: 'true'",
                    "x-wso2-disable-security: yes",
                    "x-wso2-disable-security: on",
                    "x-wso2-disable-security: 1",
                    "x-wso2-disable-security:",
                    "x-wso2-disable-security: [true]",
                    "x-wso2-disable-security: {a: true}"
                })
        void areRefused(String line) {
            for (String version : List.of("3.0.3", "3.1.0")) {
                String head = HEAD.replace("3.0.3", version) + OAUTH;
                refused(head + line + "\npaths: {/a: {" + GET + "}}\n");
                refused(head + "paths:\n  /a:\n    get:\n      " + line
                        + "\n      responses: {'200': {description: OK}}\n");
            }
            String swagger = HEAD.replace("openapi: 3.0.3", "swagger: '2.0'")
                    + "securityDefinitions: {oauth: {type: oauth2, flow: application, tokenUrl: 'https://a', scopes:"
                    + " {admin: all}}}\n";
            refused(swagger + line + "\npaths: {/a: {" + GET + "}}\n");
            refused(swagger + "paths:\n  /a:\n    get:\n      " + line
                    + "\n      responses: {'200': {description: OK}}\n");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "security: [{oauth: [admin]}]",
                    "securitie: [{oauth: [admin]}]",
                    "x-wso2-disable-securty: false"
                })
        void areRefusedWhereAPathItemHasIt(String line) {
            refused(HEAD + OAUTH + "paths:\n  /a:\n    " + line + "\n    " + GET + "\n");
        }

        @ParameterizedTest
        @ValueSource(strings = {"secure: [{oauth: [admin]}]", "auth: [{oauth: [admin]}]", "sec: [{oauth: [admin]}]"})
        void areTellingWhereANameIsLikeNoOther(String line) {
            for (String version : List.of("3.0.3", "3.1.0")) {
                Reading reading = read(HEAD.replace("3.0.3", version) + OAUTH + "paths:\n  /a:\n    get:\n      " + line
                        + "\n      responses: {'200': {description: OK}}\n");
                assertThat(open(reading)).isEmpty();
                assertThat(told(reading)).contains(line.substring(0, line.indexOf(':')));
            }
        }
    }

    /** Addresses and secrets. */
    @Nested
    class ThatCarrySecrets {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://user:hunter2@h/",
                    "http://user:hun@hunter2@h/",
                    "http://user:x/hunter2@h/",
                    "http://user:x hunter2@h/",
                    "http:/user:hunter2@h/",
                    "http:user:hunter2@h/",
                    "user:hunter2@h:80",
                    "//user:hunter2@h",
                    "http:\\\\user:hunter2@h",
                    "http://hunter2@h",
                    "file:///etc/passwd",
                    "ftp://h/",
                    "gopher://h/",
                    "jar:file:/a.jar!/b",
                    "lb://service",
                    "lb:service",
                    "forward:/admin",
                    "forward:///admin",
                    "javascript:alert(1)",
                    "no://op",
                    "http:///x",
                    "http://",
                    "http://h:99999",
                    "http://h:0",
                    "http://h:-1",
                    "http://h:",
                    "http://h/a?b=c",
                    "http://h/a#b",
                    "http://h/{x}",
                    "http://h /",
                    "http://h\\r\\nX: y",
                    "http://bücher.example/"
                })
        void inUrlsThatAreNoEndpointsAreRefusedWithoutTellingThem(String url) {
            for (String place : List.of(
                    "x-wso2-sandbox-endpoints: {urls: [\"%s\"]}",
                    "x-wso2-endpoints: [{a: {urls: [\"%s\"]}}]",
                    "x-wso2-sandbox-endpoints: \"%s\"",
                    "x-wso2-basePath: \"%s\"")) {
                Reading reading = refused(
                        HEAD + place.formatted(url.replace("\\\\", "\\\\\\\\")) + "\npaths: {/a: {" + GET + "}}\n");
                assertThat(told(reading)).doesNotContain("hunter2");
            }
            String server = "servers: [{url: \"%s\"}]".formatted(url.replace("\\\\", "\\\\\\\\"));
            Reading reading = read("openapi: 3.0.3\ninfo: {title: T, version: '1'}\nx-wso2-basePath: /\n" + server
                    + "\npaths: {/a: {" + GET + "}}\n");
            assertThat(reading).isInstanceOf(Reading.Refused.class);
            assertThat(told(reading)).doesNotContain("hunter2");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{type: BASIC, username: u, password: hunter2}",
                    "{type: BASIC, username: 'u:v', password: hunter2}",
                    "{type: BASIC, user: u, password: hunter2}",
                    "{type: BASIC, username: u, passwrd: hunter2}",
                    "{type: OAUTH, username: u, password: hunter2}",
                    "{type: hunter2, username: u, password: p}",
                    "{type: BASIC, username: [hunter2], password: p}",
                    "{type: BASIC, username: u, password: [hunter2]}",
                    "{type: BASIC, username: u, password: {a: hunter2}}",
                    "hunter2",
                    "'u:hunter2'",
                    "[BASIC, u, hunter2]",
                    "{type: BASIC, username: u, password: !hunter2 a}",
                    "{type: BASIC, username: u, password: *hunter2 }",
                    "{type: BASIC, username: u, password: !hunter2!a b}",
                    "{type: BASIC, username: u, password: \"\\hunter2\"}",
                    "{type: BASIC, username: u, password: @hunter2}",
                    "{type: BASIC, username: u, password: `hunter2}",
                    "{type: BASIC, username: u, password: %hunter2}",
                    "{type: BASIC, username: u, password: hunter2: x}",
                    "{type: BASIC, username: u, password: |hunter2}",
                    "{type: BASIC, username: u, password: 'hunter2}"
                })
        void inCredentialsAreNeverTold(String config) {
            Reading reading = read(HEAD + "x-wso2-sandbox-endpoints:\n  urls: ['http://a']\n  securityConfig: " + config
                    + "\npaths: {/a: {" + GET + "}}\n");

            assertThat(told(reading)).doesNotContain("hunter2");
            assertThat(reading.toString()).doesNotContain("hunter2");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "hunter2",
                    "\"hunter2",
                    "'hunter2'",
                    "truehunter2",
                    "1hunter2",
                    "\"\\hunter2\"",
                    "\"a\nhunter2\""
                })
        void inBrokenJsonAreNeverTold(String password) {
            String list = "\"x-wso2-sandbox-endpoints\": {\"urls\": [\"http://a\"], \"securityConfig\": {\"type\":"
                    + " \"BASIC\", \"username\": \"u\", \"password\": %s}},";
            Reading reading = read(
                    "a.json",
                    json("\"/a\": " + JSON_GET, list.formatted(password)).getBytes(StandardCharsets.UTF_8));

            assertThat(reading).isInstanceOf(Reading.Refused.class);
            assertThat(told(reading)).doesNotContain("hunter2");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"\\n2026 INFO all is well", "\\r\\n\\r\\n", "\\u2028x", "\\e[31mred", "\\u0085x", "\\u202Ex"
                })
        void inNamesWriteNoLineOfTheirOwn(String text) {
            String quoted = "\"a" + text + "\"";
            for (String place : List.of(
                    "%s: 1",
                    "x-wso2-%s: 1",
                    "x-wso2-endpoints: [{%1$s: {urls: ['http://a']}}]\nx-wso2-sandbox-endpoints: '#/x-wso2-endpoints/b'",
                    "x-wso2-endpoints: [{%1$s: {urls: ['http://a'], type: %1$s, %1$s: 1}}]",
                    "components: {securitySchemes: {%1$s: {type: %1$s}}}\nsecurity: [{%1$sb: [%1$s]}]",
                    "components: {securitySchemes: {%1$s: {type: oauth2}}}\nsecurity: [{\"b" + text + "\": []}]",
                    "servers: [{url: %s}]",
                    "x-wso2-basePath: %s",
                    "x-a: {$ref: %s}",
                    "paths: {%s: {}}")) {
                String lines = HEAD + place.replace("%1$sb", "%1$s").formatted(quoted) + "\n";
                read(lines + (place.startsWith("paths") ? "" : "paths: {/a: {" + GET + "}}\n"));
            }
        }
    }

    /** Values at random places replaced by others, members deleted or written twice. The seed of each run is in its name. */
    @Nested
    class ThatWereMutated {

        static LongStream seeds() {
            long first = Long.getLong("understudy.test.seed", new Random().nextInt(1_000_000));
            return LongStream.range(first, first + 20);
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("seeds")
        @Timeout(60)
        void areReadOrRefusedAndOpenNothing(long seed) throws IOException {
            Random random = new Random(seed);
            for (String document : List.of(Files.readString(Path.of("apis/pizzashack.yaml")), MANY_WORDS)) {
                Mutations mutations = new Mutations(document);
                Set<String> open = open(read(document));
                for (int i = 0; i < 50; i++) {
                    String mutant = mutations.next(random);
                    long start = System.nanoTime();
                    Reading reading = read("a.json", mutant.getBytes(StandardCharsets.UTF_8));
                    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
                    if (!mutations.mayOpen()) {
                        assertThat(open)
                                .as("seed %d, mutant %d: %s", seed, i, mutant)
                                .containsAll(open(reading));
                    }
                }
            }
        }
    }

    static final String MANY_WORDS = """
            openapi: 3.1.0
            info: {title: Many, version: 1.10}
            x-wso2-basePath: /many/1
            x-wso2-auth-header: X-Token
            x-wso2-disable-security: false
            x-wso2-endpoints:
              - one: {urls: ['http://a', 'https://b:8443/x'], type: failover}
              - two: {urls: ['http://c']}
            x-wso2-production-endpoints: '#/x-wso2-endpoints/one'
            x-wso2-sandbox-endpoints:
              urls: ['http://s']
              type: load_balance
              advanceEndpointConfig:
                timeoutInMillis: 3000
                retryConfig: {count: 1, statusCodes: [504]}
                circuitBreakers: {maxConnections: 10, maxRequests: 10, maxPendingRequests: 10}
                failover: {connectTimeout: 300ms, statuses: [502, 503], replayLimit: 1MB, probe: {interval: 1s, path: /up}}
              securityConfig: {type: BASIC, username: u, password: p}
            x-wso2-cors:
              corsConfigurationEnabled: true
              accessControlAllowOrigins: ['https://x']
              accessControlAllowMethods: [GET]
              accessControlAllowHeaders: [authorization]
              accessControlAllowCredentials: true
            x-throttling-tier: Gold
            security: [{oauth: [read]}]
            servers: [{url: 'https://{env}.example.com/v1', variables: {env: {default: prod, enum: [prod, dev]}}}]
            tags: [{name: a}]
            paths:
              /a:
                x-wso2-disable-security: true
                servers: [{url: 'https://other.example.com'}]
                parameters: [{name: q, in: query, schema: {type: string}}, {$ref: '#/components/parameters/p'}]
                get: {responses: {'200': {description: OK}}}
                post: {x-wso2-disable-security: false, x-understudy-idempotent: true, responses: {'200': {description: OK}}}
              /a/{id}:
                get: {security: [{oauth: [read, admin]}, {key: []}], responses: {'200': {description: OK}}}
                delete: {security: [], x-auth-type: Application, responses: {'200': {description: OK}}}
              /ws:
                get:
                  x-understudy-websocket: true
                  x-wso2-production-endpoints: {urls: ['ws://w']}
                  responses: {'101': {description: OK}}
              /shared: {$ref: '#/components/pathItems/shared'}
              /below/*:
                get: {x-auth-type: None, callbacks: {}, deprecated: true, responses: {default: {description: OK}}}
            components:
              parameters: {p: {name: p, in: header, schema: {type: integer}}}
              pathItems:
                shared: {put: {requestBody: {content: {text/plain: {}}}, responses: {'200': {description: OK}}}}
              securitySchemes:
                oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: 'https://a', scopes: {read: r, admin: a}}}}
                key: {type: apiKey, in: header, name: X-Key}
            """;

    static String large(int paths) {
        String each = """
                  /some/collection/number/%1$d/{id}:
                    get:
                      operationId: op%1$d
                      summary: A summary of some length, as documents have them
                      security: [{oauth: [read]}]
                      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
                      responses: {'200': {description: OK}}
                """;
        return HEAD + OAUTH + "paths:\n"
                + IntStream.range(0, paths).mapToObj(each::formatted).collect(Collectors.joining());
    }
}
