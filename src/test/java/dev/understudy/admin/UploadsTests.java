package dev.understudy.admin;

import static dev.understudy.testkit.TlsClient.basic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.jayway.jsonpath.JsonPath;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.testkit.ApiProjects;
import dev.understudy.testkit.DeployCaller;
import dev.understudy.testkit.Leaks;
import dev.understudy.testkit.Multipart;
import dev.understudy.testkit.RawCaller;
import dev.understudy.testkit.RawEndpoint;
import dev.understudy.testkit.RawMessage;
import dev.understudy.testkit.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;

/** What the deploy API takes of a body, and what it does not, byte for byte. */
class UploadsTests {

    private static final String TYPE = "multipart/form-data; boundary=" + Multipart.BOUNDARY;
    private static final String[] USER = {
        "understudy.admin.users[0].username=anna", "understudy.admin.users[0].password={noop}CANARY-anna"
    };

    static class Visible {

        @Bean
        Uploads uploads() {
            return new Uploads();
        }
    }

    static class Impatient {

        @Bean
        Uploads uploads() {
            return new Uploads(Duration.ofMillis(500));
        }
    }

    private static RawEndpoint endpoint;
    private static RunningGateway gateway;
    private static DeployCaller anna;
    private static byte[] zip;

    @BeforeAll
    static void start() {
        endpoint = RawEndpoint.answering(200, "pets");
        zip = ApiProjects.zip("PetStore", ApiProjects.petStore(endpoint.url()));
        gateway = RunningGateway.withBeans(List.of(Visible.class), Map.of(), USER);
        anna = anna(gateway);
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        endpoint.close();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        await().until(() -> uploads().free() == Uploads.MOST_AT_ONCE);
        anna.undeploy("?apiName=PetStore&version=1.0.0");
    }

    @Test
    void partsBesideTheFileArePassedOver() throws IOException {
        byte[] body = new Multipart()
                .raw("what stands before the first part\r\n")
                .field("name", "x".repeat(Uploads.LARGEST_FIELD))
                .part("Content-Type: text/plain", new byte[0])
                .file("icon", new byte[100_000])
                .part("Content-Disposition: form-data; name=\"file\"\r\nContent-Type: application/octet-stream", zip)
                .part("X: no disposition\r\nContent-Type: application/octet-stream", new byte[10])
                .field("other", "")
                .raw("\r\n--" + Multipart.BOUNDARY + "--\r\nand behind the last")
                .bytes();
        assertThat(anna.upload(body, "").status()).isEqualTo(200);
    }

    @Test
    void aQuotedBoundaryIsTheSame() throws IOException {
        byte[] body = Multipart.project(zip);
        RawMessage answer = send(
                anna.head("Multipart/Form-Data; charset=utf-8; boundary=\"" + Multipart.BOUNDARY + "\"", "")
                        + "Content-Length: " + body.length + "\r\n\r\n",
                body);
        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 1000})
    void itDoesNotMatterInWhichPiecesABodyComes(int length) throws IOException {
        assertThat(send(
                                anna.head(TYPE, "") + "Transfer-Encoding: chunked\r\n\r\n",
                                chunks(Multipart.project(zip), length))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aConnectionGoesOnAfterAnUpload() throws IOException {
        byte[] body = Multipart.project(zip);
        String head = "Content-Length: " + body.length + "\r\n\r\n";
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            assertThat(caller.send(anna.head(TYPE, "") + head).send(body).read().status())
                    .isEqualTo(200);
            assertThat(caller.send(anna.head(TYPE, "") + head).send(body).read().status())
                    .isEqualTo(409);
            assertThat(caller.send(anna.head(TYPE, "?override=true") + head)
                            .send(body)
                            .read()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aFileMayBeAsLongAsTheLimit() throws IOException {
        RawMessage longest = anna.deploy(new byte[Uploads.LARGEST_FILE], "");
        assertThat(longest.status()).isEqualTo(400);
        assertThat(detail(longest)).contains("no whole zip");
        RawMessage longer = anna.deploy(new byte[Uploads.LARGEST_FILE + 1], "");
        assertThat(longer.status()).isEqualTo(413);
        assertThat(detail(longer)).contains("longer than 20971520 bytes");
    }

    @Test
    void aBodyThatIsAnnouncedAsTooLongIsNotWaitedFor() throws IOException {
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            RawMessage answer = caller.send(anna.head(TYPE, "") + "Content-Length: 1073741824\r\n\r\n")
                    .read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.header("Connection")).hasValue("close");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyWithoutEndIsEnded(boolean inTheFile) throws IOException {
        String begin = inTheFile
                ? new String(new Multipart().file("file", new byte[0]).bytes(), StandardCharsets.ISO_8859_1)
                : "";
        byte[] megabyte = chunks(new byte[1 << 20], 1 << 20);
        byte[] piece = Arrays.copyOf(megabyte, megabyte.length - 5);
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            caller.send(anna.head(TYPE, "") + "Transfer-Encoding: chunked\r\n\r\n");
            if (inTheFile) {
                caller.send(Integer.toHexString(begin.length()) + "\r\n" + begin + "\r\n");
            }
            int sent = 0;
            while (sent < 1024 && caller.in().available() == 0) {
                try {
                    caller.send(piece);
                } catch (SocketException closed) {
                    break;
                }
                sent++;
            }
            assertThat(sent).isBetween(20, 80);
            assertThat(caller.read().status()).isEqualTo(413);
        }
    }

    @Test
    void onlyAFewUploadsAreTakenAtOnce() throws Exception {
        List<RawCaller> slow = new ArrayList<>();
        try {
            for (int i = 0; i < Uploads.MOST_AT_ONCE; i++) {
                slow.add(begun(anna));
            }
            await().until(() -> uploads().free() == 0);
            RawMessage refused = anna.deploy(zip, "");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Retry-After")).hasValue("5");
            assertThat(detail(refused)).isEqualTo("3 uploads are under way already. Try again.");
            assertThat(anna.list("").status()).isEqualTo(200);

            slow.get(0).close();
            await().until(() -> uploads().free() == 1);
            assertThat(anna.deploy(zip, "").status()).isEqualTo(200);
        } finally {
            for (RawCaller caller : slow) {
                caller.close();
            }
        }
    }

    @Test
    void anUploadThatTakesTooLongIsEnded() throws IOException {
        try (RunningGateway impatient = RunningGateway.withBeans(List.of(Impatient.class), Map.of(), USER);
                Leaks leaks = Leaks.watch()) {
            try (RawCaller caller = begun(anna(impatient))) {
                RawMessage answer = caller.read();
                assertThat(answer.status()).isEqualTo(408);
                assertThat(detail(answer)).isEqualTo("The body did not arrive in time.");
            }
            Uploads uploads = impatient.bean(Uploads.class);
            await().until(() -> uploads.free() == Uploads.MOST_AT_ONCE);
            assertThat(leaks.found()).isEmpty();
        }
    }

    @Test
    void anAbortedUploadLeavesNothing() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root().addAppender(log);
        List<Path> before = temporaryFiles();
        byte[] body = Multipart.project(new byte[300_000]);
        for (int sent : new int[] {0, 10, 150, 100_000, body.length - 3}) {
            for (boolean reset : new boolean[] {false, true}) {
                try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
                    caller.send(anna.head(TYPE, "") + "Content-Length: " + body.length + "\r\n\r\n")
                            .send(Arrays.copyOf(body, sent));
                    await().until(() -> uploads().free() == Uploads.MOST_AT_ONCE - 1);
                    if (reset) {
                        caller.socket().setSoLinger(true, 0);
                    }
                }
                await().until(() -> uploads().free() == Uploads.MOST_AT_ONCE);
            }
        }
        assertThat(temporaryFiles()).isEqualTo(before);
        assertThat(gateway.bean(DeployedApis.class).all()).isEmpty();
        root().detachAppender(log);
        assertThat(log.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }

    @Test
    void whatHasArrivedWholeIsDeployedAlsoWhenItsCallerLeaves() throws IOException {
        ListAppender<ILoggingEvent> audit = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("dev.understudy.audit");
        audit.start();
        logger.addAppender(audit);
        byte[] body = Multipart.project(zip);
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            caller.send(anna.head(TYPE, "") + "Content-Length: " + body.length + "\r\n\r\n")
                    .send(body);
        }
        await().until(() -> !gateway.bean(DeployedApis.class).all().isEmpty());
        await().until(() -> !audit.list.isEmpty());
        logger.detachAppender(audit);
        assertThat(audit.list.get(0).getFormattedMessage())
                .startsWith("user=\"anna\" from=\"127.0.0.1\" action=\"deploy\"")
                .contains("PetStore 1.0.0 is served");
    }

    static Stream<Arguments> bodies() {
        String head = "--" + Multipart.BOUNDARY + "\r\n";
        String file = "Content-Disposition: form-data; name=\"file\"; filename=\"a.zip\"";
        byte[] one = Multipart.project(zipOfNothing());
        return Stream.of(
                Arguments.of("nothing", new byte[0], 400, "no whole multipart"),
                Arguments.of("no boundary in it", "file=x".getBytes(), 400, "no whole multipart"),
                Arguments.of("cut in the head", (head + file).getBytes(), 400, "no whole multipart"),
                Arguments.of("cut in the file", (head + file + "\r\n\r\nPK").getBytes(), 400, "no whole multipart"),
                Arguments.of("cut in the last boundary", cut(one, 6), 400, "no whole multipart"),
                Arguments.of("only the end", ("--" + Multipart.BOUNDARY + "--\r\n").getBytes(), 400, "no part 'file'"),
                Arguments.of("no file", new Multipart().field("a", "b").end(), 400, "no part 'file'"),
                Arguments.of("other name", new Multipart().file("File", zip()).end(), 400, "no part 'file'"),
                Arguments.of("longer name", new Multipart().file("file ", zip()).end(), 400, "no part 'file'"),
                Arguments.of(
                        "name within a name",
                        new Multipart()
                                .part("Content-Disposition: form-data; name=\"x; name=file\"; filename=\"f\"", zip())
                                .end(),
                        400,
                        "no part 'file'"),
                Arguments.of(
                        "two files",
                        new Multipart().file("file", zip()).file("file", zip()).end(),
                        400,
                        "two parts 'file'"),
                Arguments.of(
                        "an empty file, and another",
                        new Multipart()
                                .file("file", new byte[0])
                                .file("file", zip())
                                .end(),
                        400,
                        "two parts 'file'"),
                Arguments.of("text", new Multipart().field("file", "PK").end(), 400, "text without a name"),
                Arguments.of(
                        "an empty file",
                        new Multipart().file("file", new byte[0]).end(),
                        400,
                        "no whole zip"),
                Arguments.of(
                        "no zip", new Multipart().file("file", "{}".getBytes()).end(), 400, "no whole zip"),
                Arguments.of("a zip in a zip", Multipart.project(zipInZip()), 400, ""),
                Arguments.of("a zip of nothing", one, 400, ""),
                Arguments.of("too many parts", parts(Uploads.MOST_PARTS + 1), 400, "at most 10 parts"),
                Arguments.of(
                        "a long head",
                        new Multipart()
                                .part(file + "\r\nX: " + "x".repeat(20_000), zip())
                                .end(),
                        413,
                        "head of a part"),
                Arguments.of(
                        "a head without end",
                        (head + file + "\r\n" + "X: y\r\n".repeat(10_000)).getBytes(),
                        413,
                        "head of a part"),
                Arguments.of(
                        "a long field",
                        new Multipart()
                                .field("x", "y".repeat(Uploads.LARGEST_FIELD + 1))
                                .end(),
                        413,
                        "a field longer"),
                Arguments.of(
                        "no disposition that is one",
                        new Multipart()
                                .part("Content-Disposition: ;;=\"", zip())
                                .end(),
                        400,
                        ""),
                Arguments.of(
                        "no character set that is one",
                        new Multipart()
                                .part(
                                        "Content-Disposition: form-data; name=\"a\"\r\n"
                                                + "Content-Type: text/plain; charset=nonsense",
                                        zip())
                                .end(),
                        400,
                        "no whole multipart"),
                Arguments.of(
                        "no type that is one",
                        new Multipart()
                                .part(file + "\r\nContent-Type: ///", zip())
                                .end(),
                        400,
                        "no whole multipart"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void aBodyThatIsNoProjectIsRefused(String name, byte[] body, int status, String detail) throws IOException {
        RawMessage answer = anna.upload(body, "");
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(detail(answer)).contains(detail).doesNotContain("springframework", "Exception");
        RawMessage inPieces = send(
                anna.head(TYPE, "") + "Transfer-Encoding: chunked\r\n\r\n",
                chunks(body, Math.max(1, body.length / 50)));
        assertThat(inPieces.status()).isEqualTo(status);
    }

    @Test
    void noBufferIsLost() throws IOException {
        try (Leaks leaks = Leaks.watch()) {
            for (Arguments body : bodies().toList()) {
                anna.upload((byte[]) Objects.requireNonNull(body.get()[1]), "");
            }
            anna.deploy(new byte[Uploads.LARGEST_FILE + 1], "");
            begun(anna).close();
            await().until(() -> uploads().free() == Uploads.MOST_AT_ONCE);
            anna.deploy(zip, "");
            assertThat(leaks.found()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "multipart/mixed; boundary=" + Multipart.BOUNDARY,
                "application/x-www-form-urlencoded",
                "multipart",
                "///",
                "multipart/*; boundary=" + Multipart.BOUNDARY
            })
    void anotherTypeIsRefused(String type) throws IOException {
        assertHead(type, 415, "Content-Type: another one");
    }

    @Test
    void noTypeIsRefused() throws IOException {
        String head = anna.head("X", "").replace("Content-Type: X\r\n", "");
        assertThat(send(head + "Content-Length: 0\r\n\r\n", new byte[0]).status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data",
                "multipart/form-data; boundary=",
                "multipart/form-data; boundary=\"\"",
                "multipart/form-data; boundary=\"ends with a space \"",
                "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890",
                "multipart/form-data; boundary=\"a*b\""
            })
    void aBoundaryMustBeOne(String type) throws IOException {
        RawMessage answer =
                send(anna.head(type, "") + "Content-Length: 4\r\n\r\n", "----".getBytes(StandardCharsets.US_ASCII));
        assertThat(answer.status()).isIn(400, 415);
    }

    private static void assertHead(String type, int status, String detail) throws IOException {
        byte[] body = Multipart.project(zip);
        RawMessage answer = send(anna.head(type, "") + "Content-Length: " + body.length + "\r\n\r\n", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(detail(answer)).contains(detail);
    }

    private static DeployCaller anna(RunningGateway gateway) {
        return new DeployCaller(gateway.adminPort(), basic("anna", "CANARY-anna"));
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    }

    private static Uploads uploads() {
        return gateway.bean(Uploads.class);
    }

    /** An upload of which the beginning is there, and no more comes. */
    private static RawCaller begun(DeployCaller by) throws IOException {
        return RawCaller.overTls(by.port())
                .send(by.head(TYPE, "") + "Content-Length: 100000\r\n\r\n")
                .send(new Multipart().file("file", new byte[20_000]).bytes());
    }

    private static RawMessage send(String head, byte[] body) throws IOException {
        try (RawCaller caller = RawCaller.overTls(gateway.adminPort())) {
            return caller.send(head).send(body).read();
        }
    }

    private static String detail(RawMessage answer) {
        return JsonPath.read(answer.text(), "$.detail");
    }

    private static byte[] chunks(byte[] body, int length) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; at += length) {
            int size = Math.min(length, body.length - at);
            chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunks.write(body, at, size);
            chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return chunks.toByteArray();
    }

    private static byte[] cut(byte[] body, int bytes) {
        return Arrays.copyOf(body, body.length - bytes);
    }

    private static byte[] parts(int count) {
        Multipart body = new Multipart();
        for (int i = 0; i < count; i++) {
            body.field("field" + i, "value");
        }
        return body.end();
    }

    private static byte[] zip() {
        return ApiProjects.zip("PetStore", ApiProjects.petStore("http://localhost:1"));
    }

    private static byte[] zipOfNothing() {
        return ApiProjects.zip("PetStore", Map.of());
    }

    private static byte[] zipInZip() {
        Map<String, String> files = new TreeMap<>();
        files.put("project.zip", new String(zip(), StandardCharsets.ISO_8859_1));
        return ApiProjects.zip("PetStore", files);
    }

    private static List<Path> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().matches("(?i).*(spring|multipart|nio|upload).*"))
                    .sorted()
                    .toList();
        }
    }
}
