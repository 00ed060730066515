package dev.understudy.definitions;

import dev.understudy.background.BackgroundThreads;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The folder of documents and projects: read before the listeners open, and looked at again and again from then on, which
 * works on every file system, mounted ConfigMaps and network shares included. What is refused leaves the version that is
 * served in place. One thread does all of it, so that one change is made at a time.
 */
final class ApiFolder implements SmartLifecycle {

    /** How often the folder is looked at. */
    static final Duration INTERVAL = Duration.ofMillis(250);

    /** How long a file must not have changed to be read. */
    static final Duration REST = Duration.ofMillis(500);

    /** How often it is looked at start whether what somebody was still writing has come to rest. */
    private static final int LOOKS_AT_START = 8;

    private static final Duration STOP_AT_MOST = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ApiFolder.class);
    static final String SOURCE = "folder";

    // Before the listeners, whose phase is that of Spring Boot's web server.
    static final int PHASE = DEFAULT_PHASE - 4096;

    private final FolderEntries folder;
    private final boolean watch;
    private final OpenApiReader documents;
    private final ProjectSources projects;
    private final ApiCatalog catalog;
    private final Definitions definitions;
    private final Settling settling = new Settling(REST);

    /** Digests of what was read last, refused or not. */
    private final Map<String, byte[]> contents = new HashMap<>();

    /** What is to be made live: what was read just now, and what was refused for a path of another API. */
    private final SortedMap<String, Reading.Accepted> offered = new TreeMap<>();

    private final Set<String> clashing = new HashSet<>();
    private final Set<String> gone = new TreeSet<>();
    private final Map<String, Api> served = new HashMap<>();
    private final Set<String> unreadable = new HashSet<>();
    private boolean failing;

    /** Of the catalog, before something was offered to it last: what clashed may fit after another one. */
    private long changesSeen;

    private volatile @Nullable ScheduledExecutorService thread;

    ApiFolder(
            FolderEntries folder,
            boolean watch,
            OpenApiReader documents,
            ProjectSources projects,
            ApiCatalog catalog,
            Definitions definitions) {
        this.folder = folder;
        this.watch = watch;
        this.documents = documents;
        this.projects = projects;
        this.catalog = catalog;
        this.definitions = definitions;
    }

    @Override
    public void start() {
        ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(1, BackgroundThreads.named("api-folder"));
        thread = executor;
        try {
            readAll(executor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the documents were read", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("The documents could not be read", e.getCause());
        }
        if (watch) {
            long pause = INTERVAL.toMillis();
            executor.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
        }
    }

    /** Ends when a change that is under way is live. */
    @Override
    public void stop() {
        ScheduledExecutorService executor = thread;
        if (executor == null) {
            return;
        }
        thread = null;
        executor.shutdown();
        try {
            if (!executor.awaitTermination(STOP_AT_MOST.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("A change in {} is still being read", folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    // All in one, so that names decide between those that clash, and not which of them was written first.
    private void readAll(ScheduledExecutorService executor) throws InterruptedException, ExecutionException {
        Map<String, Optional<Stamp>> changes =
                new TreeMap<>(executor.submit(this::firstChanges).get());
        for (int looks = 0; looks < LOOKS_AT_START && !settling.isAtRest(); looks++) {
            changes.putAll(executor.schedule(this::changes, INTERVAL.toMillis(), TimeUnit.MILLISECONDS)
                    .get());
        }
        if (!settling.isAtRest()) {
            log.warn("Somebody is still writing in {}: not all is read yet", folder);
        }
        executor.submit(() -> take(changes)).get();
        if (catalog.apis().isEmpty() && folder.readable()) {
            log.warn("No API is served: {} has no document that can be, and none was deployed", folder);
        }
    }

    private Map<String, Optional<Stamp>> firstChanges() {
        Map<String, Stamp> old = new HashMap<>(folder.look().orElse(Map.of()));
        Instant latest = Instant.now().minus(REST);
        old.values().removeIf(stamp -> !stamp.modified().toInstant().isBefore(latest));
        settling.resting(old, System.nanoTime());
        return changes();
    }

    private void look() {
        try {
            take(changes());
            failing = false;
        } catch (RuntimeException | Error e) {
            // The next look may do better; without this there would be none.
            if (!failing) {
                log.error("Changes in {} cannot be taken over", folder, e);
            }
            failing = true;
        }
    }

    private Map<String, Optional<Stamp>> changes() {
        Optional<Map<String, Stamp>> seen = folder.look();
        if (seen.isEmpty()) {
            settling.unseen(System.nanoTime());
            return Map.of();
        }
        return settling.settled(seen.get(), System.nanoTime());
    }

    private void take(Map<String, Optional<Stamp>> changes) {
        changes.forEach((name, stamp) -> stamp.ifPresentOrElse(file -> read(name, file), () -> forget(name)));
        boolean mayFit = !offered.isEmpty() && catalog.changes() != changesSeen;
        if (mayFit || !gone.isEmpty() || !clashing.containsAll(offered.keySet())) {
            publish();
        }
    }

    private void read(String name, Stamp stamp) {
        content(name, stamp).ifPresent(content -> {
            offered.remove(name);
            clashing.remove(name);
            read(name, content).ifPresent(reading -> offered.put(name, reading));
        });
    }

    private void forget(String name) {
        contents.remove(name);
        offered.remove(name);
        clashing.remove(name);
        unreadable.remove(name);
        definitions.remove(SOURCE, name);
        if (served.containsKey(name)) {
            gone.add(name);
        }
    }

    /** The content, if it is another than the one that was read last, and did not change while it was read. */
    private Optional<Content> content(String name, Stamp stamp) {
        try {
            Content content = Content.read(name, stamp);
            if (!FolderEntries.stamp(stamp.path()).equals(Optional.of(stamp))) {
                settling.disturbed(name, System.nanoTime());
                return Optional.empty();
            }
            unreadable.remove(name);
            byte[] digest = content.digest();
            byte[] before = contents.put(name, digest);
            return Arrays.equals(before, digest) ? Optional.empty() : Optional.of(content);
        } catch (IOException e) {
            settling.disturbed(name, System.nanoTime());
            contents.remove(name);
            if (unreadable.add(name)) {
                report(name, List.of(Content.NOT_READ), List.of());
                log.warn("{} cannot be read ({}); {}", path(name), e.getClass().getSimpleName(), consequence(name));
            }
            return Optional.empty();
        }
    }

    private Optional<Reading.Accepted> read(String name, Content content) {
        Reading reading;
        try {
            reading = content.reading(name, documents, projects);
        } catch (RuntimeException | StackOverflowError e) {
            // Whatever is wrong with this one, the others are not held back.
            log.error("{} cannot be understood; {}", path(name), consequence(name), e);
            report(name, List.of(Content.NOT_UNDERSTOOD), List.of());
            return Optional.empty();
        }
        if (!reading.warnings().isEmpty()) {
            log.warn("{} has an effect other than it may seem:{}", path(name), listed(name, reading.warnings()));
        }
        if (reading instanceof Reading.Accepted accepted) {
            return Optional.of(accepted);
        }
        List<Finding> faults = ((Reading.Refused) reading).faults();
        log.error("{} is refused; {}:{}", path(name), consequence(name), listed(name, faults));
        report(name, texts(faults), reading.warnings());
        return Optional.empty();
    }

    // If this fails, all of it is still there for the next look.
    private void publish() {
        SortedMap<String, Api> apis = new TreeMap<>();
        offered.forEach((name, reading) -> apis.put(name, reading.api()));
        changesSeen = catalog.changes();
        Map<String, String> refused = catalog.publish(SOURCE, apis, gone);
        gone.forEach(name -> log.info("{} is gone, and is not served any more", path(name)));
        served.keySet().removeAll(gone);
        gone.clear();
        offered.forEach((name, reading) -> Optional.ofNullable(refused.get(name))
                .ifPresentOrElse(why -> clashes(name, reading, Finding.onOneLine(why)), () -> live(name, reading)));
        offered.keySet().retainAll(refused.keySet());
    }

    private void live(String name, Reading.Accepted reading) {
        Api api = reading.api();
        clashing.remove(name);
        served.put(name, api);
        report(name, List.of(), reading.warnings());
        log.info(
                "{} is served: {} {} at {} with {} operations",
                path(name),
                Finding.onOneLine(api.name()),
                Finding.onOneLine(api.version()),
                Finding.onOneLine(
                        api.basePath() + api.defaultPath().map(" and "::concat).orElse("")),
                api.operations().size());
    }

    private void clashes(String name, Reading.Accepted reading, String why) {
        if (clashing.add(name)) {
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

    private String path(String name) {
        return folder.path(name);
    }

    private String listed(String name, Collection<Finding> findings) {
        return findings.stream()
                .map(finding -> System.lineSeparator() + "  " + path(name)
                        + (finding.file().isEmpty() ? "" : "/") + finding)
                .collect(Collectors.joining());
    }
}
