package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The folder of documents: read before the listeners open, and looked at again and again from then on, which works on
 * every file system, mounted ConfigMaps and network shares included. A document that is refused leaves the version that is
 * served in place. One thread does all of it, so that one change is made at a time.
 */
final class ApiFolder implements SmartLifecycle {

    /** How often the folder is looked at. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /** How long a file must not have changed to be read. */
    static final Duration REST = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(ApiFolder.class);
    private static final String SOURCE = "folder";
    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    // Before the listeners, whose phase is that of Spring Boot's web server.
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private final Path directory;
    private final boolean watch;
    private final OpenApiReader reader;
    private final ApiCatalog catalog;
    private final Definitions definitions;
    private final Settling settling = new Settling(REST);
    private final Map<String, byte[]> contents = new HashMap<>();
    private final Map<String, Reading.Accepted> clashing = new TreeMap<>();
    private final Map<String, Api> served = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();
    private final Set<String> passedOver = new HashSet<>();
    private boolean readable = true;
    private volatile @Nullable ScheduledThreadPoolExecutor thread;

    ApiFolder(Path directory, boolean watch, OpenApiReader reader, ApiCatalog catalog, Definitions definitions) {
        this.directory = directory;
        this.watch = watch;
        this.reader = reader;
        this.catalog = catalog;
        this.definitions = definitions;
    }

    @Override
    public void start() {
        readAll();
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "api-folder");
            made.setDaemon(true);
            return made;
        });
        thread = executor;
        if (watch) {
            long pause = INTERVAL.toMillis();
            executor.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void stop() {
        ScheduledThreadPoolExecutor executor = thread;
        if (executor != null) {
            executor.shutdown();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** What is at rest already is taken at once; what somebody is still writing is waited for, if it does not take long. */
    private void readAll() {
        Map<String, Stamp> files = files().orElse(Map.of());
        Map<String, Stamp> resting = files.entrySet().stream()
                .filter(file -> isOld(file.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        settling.taken(resting);
        Map<String, Optional<Stamp>> changes = new TreeMap<>();
        resting.forEach((name, stamp) -> changes.put(name, Optional.of(stamp)));
        if (resting.size() < files.size()) {
            changes.putAll(waitForOthers(files.size() - resting.size()));
        }
        take(changes);
        if (served.isEmpty() && readable) {
            log.warn("No API is served: {} has no document that can be", directory.toAbsolutePath());
        }
    }

    private Map<String, Optional<Stamp>> waitForOthers(int others) {
        Map<String, Optional<Stamp>> settled = new TreeMap<>();
        long end = System.nanoTime() + REST.multipliedBy(4).toNanos();
        while (settled.size() < others && System.nanoTime() < end) {
            settled.putAll(settling.settled(files().orElse(Map.of()), System.nanoTime()));
            try {
                TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis() / 5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return settled;
            }
        }
        return settled;
    }

    private void look() {
        try {
            files().ifPresent(files -> take(settling.settled(files, System.nanoTime())));
        } catch (RuntimeException e) {
            // The next look may do better; without this there would be none.
            log.error("The folder {} could not be looked at", directory, e);
        }
    }

    /** All documents that are there; empty if that cannot be told, so that nothing is taken for gone. */
    private Optional<Map<String, Stamp>> files() {
        try (Stream<Path> entries = Files.list(directory)) {
            Map<String, Stamp> files = new HashMap<>();
            entries.filter(ApiFolder::isDocument).forEach(path -> {
                String name = path.getFileName().toString();
                Stamp.of(path).ifPresentOrElse(stamp -> files.put(name, stamp), () -> passOver(path));
            });
            if (!readable) {
                log.info("The folder {} can be read again", directory.toAbsolutePath());
            }
            readable = true;
            return Optional.of(files);
        } catch (IOException | UncheckedIOException e) {
            if (readable) {
                log.warn(
                        "The folder {} cannot be read ({}): what is served stays as it is",
                        directory.toAbsolutePath(),
                        e.getClass().getSimpleName());
            }
            readable = false;
            return Optional.empty();
        }
    }

    private static boolean isDocument(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(name::endsWith);
    }

    private void passOver(Path path) {
        if (Files.exists(path) && passedOver.add(path.toString())) {
            log.warn("{} is not read: it is no file", path);
        }
    }

    private static boolean isOld(Stamp stamp) {
        return stamp.modified().toInstant().isBefore(Instant.now().minus(REST));
    }

    private void take(Map<String, Optional<Stamp>> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Map<String, Reading.Accepted> changed = new TreeMap<>();
        Set<String> gone = new HashSet<>();
        changes.forEach((name, stamp) -> {
            if (stamp.isEmpty()) {
                forget(name, gone);
            } else {
                content(name, stamp.get())
                        .flatMap(content -> read(name, content))
                        .ifPresent(reading -> {
                            clashing.remove(name);
                            changed.put(name, reading);
                        });
            }
        });
        publish(changed, gone);
    }

    private void forget(String name, Set<String> gone) {
        contents.remove(name);
        clashing.remove(name);
        unreadable.remove(name);
        definitions.remove(SOURCE, name);
        if (served.remove(name) != null) {
            gone.add(name);
            log.info("{} is gone, and is not served any more", path(name));
        }
    }

    /** The content, if it is another than the one that was read last, and did not change while it was read. */
    private Optional<byte[]> content(String name, Stamp stamp) {
        Path path = directory.resolve(name);
        try (InputStream in = Files.newInputStream(path)) {
            byte[] content = in.readNBytes(OpenApiReader.LARGEST_BYTES + 1);
            if (!Stamp.of(path).equals(Optional.of(stamp))) {
                settling.disturbed(name, System.nanoTime());
                return Optional.empty();
            }
            unreadable.remove(name);
            byte[] digest = Digests.sha256(content);
            byte[] before = contents.put(name, digest);
            return Arrays.equals(before, digest) ? Optional.empty() : Optional.of(content);
        } catch (IOException e) {
            settling.disturbed(name, System.nanoTime());
            if (unreadable.add(name)) {
                report(name, List.of("it cannot be read"), List.of());
                log.warn("{} cannot be read ({}); {}", path(name), e.getClass().getSimpleName(), consequence(name));
            }
            return Optional.empty();
        }
    }

    private Optional<Reading.Accepted> read(String name, byte[] content) {
        Reading reading = reader.read(name, content);
        if (!reading.warnings().isEmpty()) {
            log.warn("{} has an effect other than it may seem:{}", path(name), listed(name, reading.warnings()));
        }
        if (reading instanceof Reading.Accepted accepted) {
            return Optional.of(accepted);
        }
        clashing.remove(name);
        List<Finding> faults = ((Reading.Refused) reading).faults();
        log.error("{} is refused; {}:{}", path(name), consequence(name), listed(name, faults));
        report(name, texts(faults), reading.warnings());
        return Optional.empty();
    }

    // Those that were refused for a path of another API are offered again: the other one may be gone by now.
    private void publish(Map<String, Reading.Accepted> changed, Set<String> gone) {
        Map<String, Reading.Accepted> offered = new TreeMap<>(clashing);
        offered.putAll(changed);
        if (offered.isEmpty() && gone.isEmpty()) {
            return;
        }
        Map<String, Api> apis = new TreeMap<>();
        offered.forEach((name, reading) -> apis.put(name, reading.api()));
        Map<String, String> refused = catalog.publish(SOURCE, apis, gone);
        offered.forEach((name, reading) -> Optional.ofNullable(refused.get(name))
                .ifPresentOrElse(why -> clashes(name, reading, Finding.onOneLine(why)), () -> serves(name, reading)));
    }

    private void serves(String name, Reading.Accepted reading) {
        Api api = reading.api();
        clashing.remove(name);
        served.put(name, api);
        report(name, List.of(), reading.warnings());
        log.info(
                "{} is served: {} {} at {} with {} operations",
                path(name),
                Finding.onOneLine(api.name()),
                Finding.onOneLine(api.version()),
                api.basePath(),
                api.operations().size());
    }

    private void clashes(String name, Reading.Accepted reading, String why) {
        if (clashing.put(name, reading) == null) {
            log.error("{} is refused; {}: {}", path(name), consequence(name), why);
            report(name, List.of(why), reading.warnings());
        }
    }

    private void report(String name, List<String> faults, List<Finding> warnings) {
        Optional<Api> api = Optional.ofNullable(served.get(name));
        definitions.put(new Definition(SOURCE, name, api, faults, texts(warnings), Instant.now()));
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream().map(Finding::toString).toList();
    }

    private String consequence(String name) {
        return served.containsKey(name) ? "the version that is served stays" : "it is not served";
    }

    private Path path(String name) {
        return directory.resolve(name);
    }

    private String listed(String name, Collection<Finding> findings) {
        return findings.stream()
                .map(finding -> System.lineSeparator() + "  " + path(name) + finding)
                .collect(Collectors.joining());
    }
}
