package dev.understudy.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Cors;
import dev.understudy.catalog.Definitions;
import dev.understudy.catalog.Stages;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.testkit.Policies;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Real files, really looked at. */
class ApiFolderTests {

    /** What is promised. */
    private static final Duration LIVE_WITHIN = Duration.ofSeconds(2);

    /** By then, whatever is going to be taken over has been. */
    private static final Duration ENOUGH = ApiFolder.REST.plus(ApiFolder.INTERVAL.multipliedBy(3));

    @TempDir
    private Path root;

    private Path folder;
    private final Definitions definitions = new Definitions();
    private final Stages stages = new Stages();
    private final List<Catalog> published = stages.live();
    private final ApiCatalog catalog = new ApiCatalog(stages);
    private final LogLines log = new LogLines();
    private final List<ApiFolder> started = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        folder = Files.createDirectory(root.resolve("apis"));
        log.start();
        logger().setLevel(Level.INFO);
        logger().addAppender(log);
    }

    @AfterEach
    void end() {
        started.forEach(ApiFolder::stop);
        logger().detachAppender(log);
    }

    @Test
    void whatIsThereIsServedWhenTheStartReturns() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        write("b.yml", document("B", "/b", "get"));
        Files.writeString(folder.resolve("c.JSON"), """
                {"openapi": "3.0.3", "info": {"title": "C", "version": "1"}, "x-wso2-basePath": "/c",
                 "x-wso2-production-endpoints": {"urls": ["http://localhost:1"]},
                 "paths": {"/x": {"get": {"responses": {"200": {"description": "OK"}}}}}}
                """);
        makeOld();
        start(true);
        assertThat(served()).containsExactly("A", "B", "C");
        assertThat(published).as("the empty one and that of the start").hasSize(2);
        assertThat(log.text()).contains("a.yaml is served: A 1 at /a with 1 operations");
    }

    @Test
    void whatIsStillWarmAtTheStartIsWaitedFor() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        start(true);
        assertThat(served()).containsExactly("A");
    }

    @Test
    void anAddedFileAChangedOneAndARemovedOneTakeEffect() throws IOException {
        start(true);
        assertThat(log.text()).contains("No API is served");

        write("a.yaml", document("A", "/a", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A"));
        write("a.yaml", document("A2", "/a", "get", "post"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A2"));
        Files.delete(folder.resolve("a.yaml"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).isEmpty());
        assertThat(log.text()).contains("a.yaml is gone, and is not served any more");
    }

    @Test
    void aFileWrittenInTenSlicesIsTakenOnceAndWhole() throws Exception {
        start(true);

        String document = document("A", "/a", "get", "put", "post", "delete", "patch", "head", "options");
        writeInSlices(folder.resolve("a.yaml"), document, 10);
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A"));
        await().pollDelay(ENOUGH).untilAsserted(() -> assertThat(published).hasSize(2));
        assertThat(latest().operations()).hasSize(7);
        assertThat(log.text()).doesNotContain("refused");
    }

    @Test
    void aFileThatIsBeingWrittenAtTheStartIsServedWholeWhenTheStartReturns() throws Exception {
        Path file = folder.resolve("a.yaml");
        String document = document("A", "/a", "get", "put", "post", "delete", "patch", "head", "options");
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try {
            ScheduledFuture<?> slices = sliceWise(writer, file, document, 10);
            await().until(() -> Files.exists(file) && Files.size(file) > 0);
            start(true);
            assertThat(latest().operations()).hasSize(7);
            assertThat(slices.isCancelled()).isFalse();
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    void anEmptiedAHalfWrittenAndARefusedFileLeaveTheServedVersionAndTheLogSaysWhy() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        Catalog before = latest();

        write("a.yaml", "");
        awaitLog("a.yaml is refused; the version that is served stays");
        log.clear();
        write("a.yaml", document("A2", "/a", "get").substring(0, 90));
        awaitLog("a.yaml is refused; the version that is served stays");
        log.clear();
        write("a.yaml", document("A3", "/a", "get").replace("urls:", "type: failovr\n  urls:"));
        awaitLog("a.yaml is refused; the version that is served stays");
        assertThat(log.text())
                .contains(
                        folder.resolve("a.yaml") + "#/x-wso2-production-endpoints/type (line ",
                        "'failovr'",
                        "expected: ",
                        "failover");
        assertThat(latest()).isSameAs(before);

        write("a.yaml", document("A4", "/a", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A4"));
    }

    @Test
    void allFaultsOfADocumentAreToldAtOnceAndOnce() throws IOException {
        write("a.yaml", document("A", "/a", "get").replace("urls:", "type: failovr\n  urls:") + "security: 5\n");
        makeOld();
        start(true);
        assertThat(log.text()).contains("a.yaml is refused; it is not served:", "'failovr'", "#/security");
        log.clear();
        touch("a.yaml");
        nothingIsPublished();
        assertThat(log.text()).isEmpty();
    }

    @Test
    void deletingAndCreatingAgainDoesNotTakeTheApiAway() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        Path file = folder.resolve("a.yaml");
        for (int round = 0; round < 2; round++) {
            Files.delete(file);
            await().pollDelay(ApiFolder.INTERVAL.plusMillis(50)).until(() -> true);
            write("a.yaml", document("A", "/a", "get"));
            await().pollDelay(ENOUGH).until(() -> true);
        }
        assertThat(published)
                .allSatisfy(catalog -> assertThat(catalog)
                        .satisfiesAnyOf(
                                any -> assertThat(any).isSameAs(published.get(0)),
                                any -> assertThat(any.apis()).hasSize(1)));
        assertThat(published).hasSize(2);
        assertThat(log.text()).doesNotContain("gone");
    }

    @Test
    void aFileRenamedOverAnotherTakesItsPlace() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        Path fresh = Files.writeString(root.resolve("fresh"), document("A2", "/a", "get"));
        Files.setLastModifiedTime(fresh, Files.getLastModifiedTime(folder.resolve("a.yaml")));
        Files.move(fresh, folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A2"));
    }

    @Test
    void aMountedConfigMapThatIsTurnedToItsNextVersionTakesEffect() throws IOException {
        configMapVersion("..1", document("A", "/a", "get"), document("B", "/b", "get"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        Files.createSymbolicLink(folder.resolve("b.yaml"), Path.of("..data/b.yaml"));
        makeOld();
        start(true);
        assertThat(served()).containsExactly("A", "B");

        configMapVersion("..2", document("A2", "/a", "get"), document("B", "/b", "get"));
        turn("..2");
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactlyInAnyOrder("A2", "B"));
        assertThat(published).hasSize(3);
        assertThat(log.count("b.yaml is served")).isEqualTo(1);

        configMapVersion("..3", document("A2", "/a", "get"), document("B", "/b", "get"));
        turn("..3");
        nothingIsPublished();
    }

    @Test
    void aFolderThatIsRemovedLeavesAllInPlaceAndCountsAgainWhenItComesBack() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        write("b.yaml", document("B", "/b", "get"));
        makeOld();
        start(true);
        Path away = root.resolve("away");
        Files.move(folder, away);
        awaitLog("cannot be read (NoSuchFileException): what is served stays as it is");
        nothingIsPublished();

        Files.move(away, folder);
        awaitLog("apis can be read again");
        nothingIsPublished();
        write("b.yaml", document("B2", "/b", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactlyInAnyOrder("A", "B2"));
        assertThat(log.count("what is served stays as it is")).isEqualTo(1);
    }

    @Test
    void aFolderThatIsNotThereAtTheStartIsServedWhenItAppears() throws IOException {
        Files.delete(folder);
        start(true);
        assertThat(served()).isEmpty();
        assertThat(log.text()).contains(folder + " cannot be read (NoSuchFileException)");

        Files.createDirectory(folder);
        write("a.yaml", document("A", "/a", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A"));
    }

    @Test
    void whatIsNoDocumentIsIgnored() throws Exception {
        write("a.yaml", document("A", "/a", "get"));
        Files.createDirectory(folder.resolve("directory.yaml"));
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("fifo.yaml").toString())
                        .start()
                        .waitFor())
                .isZero();
        Files.createSymbolicLink(folder.resolve("nowhere.yaml"), Path.of("none"));
        for (String name : List.of(".hidden.yaml", ".a.yaml.swp", "a.yaml~", "#a.yaml#", "4913", "a.yaml.tmp", "a")) {
            write(name, document("No", "/no", "get"));
        }
        Files.createDirectory(folder.resolve(".git"));
        makeOld();
        start(true);
        assertThat(served()).containsExactly("A");
        nothingIsPublished();
        assertThat(log.count("directory.yaml is not read: it is no file")).isEqualTo(1);
        assertThat(log.count("fifo.yaml is not read: it is no file")).isEqualTo(1);
    }

    @Test
    void aFileOfWhichNothingCanBeToldIsNotTakenForGone() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        // A link that leads to itself: it is there, but neither its state nor its content can be had, not even by root.
        Path loop = Files.createSymbolicLink(root.resolve("a.yaml"), folder.resolve("a.yaml"));
        Files.move(loop, folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
        awaitLog("a.yaml cannot be read (FileSystemException); the version that is served stays");
        nothingIsPublished();
        assertThat(log.count("a.yaml cannot be read")).isEqualTo(1);

        Files.delete(folder.resolve("a.yaml"));
        write("a.yaml", document("A2", "/a", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A2"));
    }

    @Test
    void aFileThatMayNotBeReadLeavesTheServedVersionUntilItMayBe() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        Path fresh = Files.writeString(root.resolve("fresh"), document("A2", "/a", "get"));
        Files.setPosixFilePermissions(fresh, Set.of());
        assumeTrue(!Files.isReadable(fresh), "who runs this may read everything");
        Files.move(fresh, folder.resolve("a.yaml"), StandardCopyOption.ATOMIC_MOVE);
        awaitLog("a.yaml cannot be read (AccessDeniedException); the version that is served stays");
        Files.setPosixFilePermissions(folder.resolve("a.yaml"), PosixFilePermissions.fromString("rw-------"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("A2"));
    }

    @Test
    void touchingAFileWithoutChangingItPublishesNothing() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        makeOld();
        start(true);
        touch("a.yaml");
        nothingIsPublished();
    }

    @Test
    void atTheStartTheLaterNameIsRefusedAndIsServedOnceTheOtherIsGone() throws IOException {
        write("b.yaml", document("B", "/same", "get"));
        write("a.yaml", document("A", "/same", "get"));
        makeOld();
        start(true);
        assertThat(served()).containsExactly("A");
        assertThat(log.text()).contains("b.yaml is refused; it is not served: '/same/x' is served by A 1 already");

        Files.delete(folder.resolve("a.yaml"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("B"));
        assertThat(log.count("b.yaml is refused")).isEqualTo(1);
    }

    @Test
    void whatIsServedKeepsItsPlaceAgainstAnEarlierNameAndCanBeChanged() throws IOException {
        write("b.yaml", document("B", "/same", "get"));
        makeOld();
        start(true);
        write("a.yaml", document("A", "/same", "get"));
        awaitLog("a.yaml is refused; it is not served: '/same/x' is served by B 1 already");
        assertThat(served()).containsExactly("B");

        write("b.yaml", document("B2", "/same", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactly("B2"));
        write("b.yaml", document("B3", "/elsewhere", "get"));
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(served()).containsExactlyInAnyOrder("A", "B3"));
    }

    @Test
    void withoutWatchingNothingIsTakenAfterTheStart() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        ApiFolder unwatched = start(false);
        assertThat(served()).containsExactly("A");
        assertThat(unwatched.isRunning()).isTrue();
        write("a.yaml", document("A2", "/a", "get"));
        nothingIsPublished();
    }

    @Test
    void nothingIsTakenAfterTheStopAndAllAfterTheNextStart() throws IOException {
        write("a.yaml", document("A", "/a", "get"));
        write("b.yaml", document("B", "/b", "get"));
        makeOld();
        ApiFolder restarted = start(true);
        restarted.stop();
        assertThat(restarted.isRunning()).isFalse();
        write("a.yaml", document("A2", "/a", "get"));
        Files.delete(folder.resolve("b.yaml"));
        nothingIsPublished();
        restarted.start();
        assertThat(served()).containsExactly("A2");
    }

    @Test
    void aBrokenDocumentAmongManyDoesNotHoldTheOthersBack() throws IOException {
        for (int i = 0; i < 20; i++) {
            write("ok" + i + ".yaml", document("Ok" + i, "/ok" + i, "get"));
        }
        write("broken.yaml", "openapi: 3.0.3\ninfo: {title: [\n");
        write("deep.yaml", "a: " + "[".repeat(200_000));
        Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xff, 0, (byte) 0xfe});
        makeOld();
        start(true);
        assertThat(served()).hasSize(20);
        assertThat(log.text()).contains("broken.yaml is refused", "deep.yaml is refused", "bytes.yaml is refused");
    }

    @Test
    void aNameOrATextWithLineBreaksCannotForgeALineOfTheLog() throws IOException {
        String forged = "\n2026-01-01 ERROR forged";
        write("a" + forged + ".yaml", document("\"A\\n2026-01-01 ERROR forged\"", "/a", "get"));
        write("b" + forged + ".yaml", "no: document");
        Files.createDirectory(folder.resolve("c" + forged + ".yaml"));
        write("d" + forged + ".yaml", document("D", "/a", "get"));
        makeOld();
        start(true);
        assertThat(log.text().lines()).noneMatch(line -> line.startsWith("2026-01-01"));
        assertThat(log.text())
                .contains("a?2026-01-01 ERROR forged.yaml is served: A?2026-01-01")
                .contains("b?2026-01-01 ERROR forged.yaml is refused")
                .contains("c?2026-01-01 ERROR forged.yaml is not read")
                .contains("d?2026-01-01 ERROR forged.yaml is refused; it is not served: '/a/x' is served by A?2026");
    }

    private ApiFolder start(boolean watch) {
        FailoverPolicy policy = Policies.policy()
                .connect(Duration.ofSeconds(1))
                .response(Duration.ofSeconds(1))
                .idle(Duration.ofSeconds(1))
                .statuses(503)
                .build();
        Cors cors = new Cors(List.of("*"), List.of("GET"), List.of(), List.of(), false);
        Defaults defaults = new Defaults(policy, 0, cors, false);
        ApiFolder made = new ApiFolder(
                new FolderEntries(folder),
                watch,
                new OpenApiReader(defaults),
                new ProjectSources(new ProjectReader(defaults)),
                catalog,
                definitions);
        started.add(made);
        made.start();
        return made;
    }

    private void nothingIsPublished() {
        int before = published.size();
        await().pollDelay(ENOUGH).untilAsserted(() -> assertThat(published).hasSize(before));
    }

    private void awaitLog(String text) {
        await().atMost(LIVE_WITHIN).untilAsserted(() -> assertThat(log.text()).contains(text));
    }

    private Catalog latest() {
        return published.get(published.size() - 1);
    }

    private List<String> served() {
        return latest().apis().stream().map(Api::name).toList();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** What was written before now has been at rest for long. */
    private void makeOld() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (Files.isRegularFile(file)) {
                    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
                }
            }
        }
    }

    private void touch(String name) throws IOException {
        Files.setLastModifiedTime(folder.resolve(name), FileTime.from(Instant.now()));
    }

    private void configMapVersion(String version, String a, String b) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(version));
        Files.writeString(directory.resolve("a.yaml"), a);
        Files.writeString(directory.resolve("b.yaml"), b);
    }

    /** As a kubelet does: the new link is made beside the old one, and renamed over it. */
    private void turn(String version) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(version));
        Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void writeInSlices(Path file, String text, int slices) throws Exception {
        ScheduledExecutorService writer = Executors.newSingleThreadScheduledExecutor();
        try {
            ScheduledFuture<?> done = sliceWise(writer, file, text, slices);
            await().until(() -> Files.exists(file) && Files.size(file) == text.length());
            done.cancel(false);
        } finally {
            writer.shutdownNow();
        }
    }

    /** A slice every 50 ms, the last one may be shorter. */
    private static ScheduledFuture<?> sliceWise(ScheduledExecutorService writer, Path file, String text, int slices) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = (bytes.length + slices - 1) / slices;
        int[] next = {0};
        return writer.scheduleAtFixedRate(
                () -> {
                    int from = Math.min(next[0]++ * length, bytes.length);
                    append(file, bytes, from, Math.min(length, bytes.length - from));
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }

    private static void append(Path file, byte[] bytes, int from, int length) {
        if (length == 0) {
            return;
        }
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            out.write(bytes, from, length);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String document(String title, String basePath, String... methods) {
        StringBuilder document = new StringBuilder("""
                openapi: 3.0.3
                info: {title: %s, version: '1'}
                x-wso2-basePath: %s
                x-wso2-production-endpoints:
                  urls: [http://localhost:1]
                paths:
                  /x:
                """.formatted(title, basePath));
        for (String method : methods) {
            document.append("    ").append(method).append(": {responses: {'200': {description: OK}}}\n");
        }
        return document.toString();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ApiFolder.class);
    }

    /** What an operator would see, without what stands in front of each message. */
    private static final class LogLines extends AppenderBase<ILoggingEvent> {

        private final List<String> messages = new CopyOnWriteArrayList<>();

        @Override
        protected void append(ILoggingEvent event) {
            messages.add(event.getFormattedMessage());
        }

        String text() {
            return String.join("\n", messages);
        }

        long count(String text) {
            return messages.stream().filter(message -> message.contains(text)).count();
        }

        void clear() {
            messages.clear();
        }
    }
}
