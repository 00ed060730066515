package dev.understudy.store;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.Hold;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in files: one for each API, which is replaced as a whole, one for each project, which is named by its digest
 * and never changes, one for what operators hold, and one for each draft. Docs: {@code docs/reference/store.md}.
 */
public final class DirectoryStore implements Store {

    private static final Logger log = LoggerFactory.getLogger(DirectoryStore.class);

    private static final String RECORD = ".api";
    private static final String OVERRIDES = "overrides";
    private static final String DRAFT = ".draft";

    /** All endings of {@link Format}. */
    private static final String ARCHIVE = ".{zip,yaml,json}";

    private final Path directory;
    private final Path apis;
    private final Path archives;
    private final Path damaged;
    private final Path overrides;
    private final Path drafts;
    private final Map<String, StoredApi> kept = new HashMap<>();
    private final Map<String, Draft> begun = new HashMap<>();
    private List<Hold> holds = List.of();
    private final DirectoryLock lock;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Reports reports = new Reports();

    // For those who follow, with nothing to be kept for it: revisions are compared within one start only.
    private final String origin = UUID.randomUUID().toString();
    private long revision = System.currentTimeMillis();

    /** @param directory is made when there is something to keep */
    public DirectoryStore(Path directory) {
        this.directory = directory;
        this.apis = directory.resolve("apis");
        this.archives = directory.resolve("archives");
        this.damaged = directory.resolve("damaged");
        this.overrides = directory.resolve(OVERRIDES);
        this.drafts = directory.resolve("drafts");
        this.lock = new DirectoryLock(directory);
    }

    @Override
    public synchronized Contents open() throws IOException {
        if (Files.isDirectory(directory)) {
            lock.takeIfWritable();
        } else if (Files.exists(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        List<String> found = new ArrayList<>();
        for (Path record : list(apis, RECORD)) {
            read(record, found);
        }
        readHolds(found);
        for (Path draft : list(drafts, DRAFT)) {
            readDraft(draft, found);
        }
        if (lock.isTaken()) {
            DurableFiles.removeUnfinished(directory);
            DurableFiles.removeUnfinished(apis);
            DurableFiles.removeUnfinished(archives);
            DurableFiles.removeUnfinished(drafts);
            // What was put aside may be brought back by hand, and then needs its projects.
            if (found.isEmpty() && list(damaged, RECORD).isEmpty()) {
                removeUnused(archivesThere());
            }
        }
        return new Contents(List.copyOf(kept.values()), found);
    }

    @Override
    public synchronized byte[] archive(Revision revision) throws IOException {
        Path file = archives.resolve(revision.archiveName());
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IOException("its project is not there any more: " + file, e);
        }
        if (!Digest.sha256(content).equals(revision.archive())) {
            throw new IOException("its project is damaged: " + putAside(file));
        }
        return content;
    }

    @Override
    public synchronized void keep(StoredApi api, byte @Nullable [] archive) throws IOException {
        prepare();
        if (archive != null) {
            keepArchive(api.latest(), archive);
        }
        try {
            DurableFiles.write(record(api), Records.bytes(api));
        } catch (IOException e) {
            backToWhatWasKept(api);
            removeUnused(archivesOf(api));
            throw e;
        }
        StoredApi before = kept.put(api.key(), api);
        removeUnused(archivesOf(before));
        changed();
    }

    @Override
    public synchronized void forget(StoredApi api) throws IOException {
        prepare();
        Draft draft = begun.get(api.key());
        if (draft != null) {
            forget(draft);
        }
        try {
            DurableFiles.delete(record(api));
        } catch (IOException e) {
            backToWhatWasKept(api);
            throw e;
        }
        removeUnused(archivesOf(kept.remove(api.key())));
        changed();
    }

    /** Nobody else can write to it. */
    @Override
    public News news() {
        return News.NONE;
    }

    @Override
    public void follow(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public synchronized long revision() {
        return revision;
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(origin, revision, List.copyOf(kept.values()), holds);
    }

    @Override
    public void tell(List<Report> those) {
        reports.add(those);
    }

    @Override
    public List<Heard> heard() {
        return reports.all();
    }

    /** A disk is where it is. */
    @Override
    public boolean away() {
        return false;
    }

    @Override
    public synchronized List<Hold> holds() {
        return holds;
    }

    @Override
    public synchronized void keep(List<Hold> before, List<Hold> those) throws IOException {
        prepare();
        try {
            DurableFiles.write(overrides, Records.bytes(those));
        } catch (IOException e) {
            backToWhatWasHeld();
            throw e;
        }
        holds = List.copyOf(those);
        changed();
    }

    @Override
    public synchronized List<Draft> drafts() {
        return List.copyOf(begun.values());
    }

    @Override
    public synchronized void keep(Draft draft) throws IOException {
        prepare();
        DurableFiles.makeDirectory(drafts);
        DurableFiles.write(file(draft), Records.bytes(draft));
        begun.put(draft.api(), draft);
    }

    @Override
    public synchronized void forget(Draft draft) throws IOException {
        prepare();
        DurableFiles.delete(file(draft));
        begun.remove(draft.api());
    }

    @Override
    public synchronized void close() throws IOException {
        lock.close();
    }

    private void changed() {
        revision++;
        listeners.forEach(Runnable::run);
    }

    private void read(Path record, List<String> found) {
        try {
            StoredApi api = Records.api(Files.readAllBytes(record));
            if (!record.equals(record(api))) {
                throw new Records.Damaged("it is the record of another API than its name says");
            }
            kept.put(api.key(), api);
        } catch (Records.Damaged e) {
            found.add(e.getMessage() + ": " + putAside(record));
        } catch (IOException e) {
            found.add("it cannot be read (" + e.getClass().getSimpleName() + "): " + record + " stays where it is");
        }
    }

    private void readHolds(List<String> found) {
        try {
            holds = List.copyOf(Records.holds(Files.readAllBytes(overrides)));
        } catch (NoSuchFileException e) {
            // Then nothing was ever held.
        } catch (Records.Damaged e) {
            found.add("no endpoint is held any more, since what was held is not known: " + e.getMessage() + ": "
                    + putAside(overrides));
        } catch (IOException e) {
            found.add("no endpoint is held any more, since what was held cannot be read ("
                    + e.getClass().getSimpleName() + "): " + overrides + " stays where it is");
        }
    }

    private void readDraft(Path file, List<String> found) {
        try {
            Draft draft = Records.draft(Files.readAllBytes(file));
            if (!file.equals(file(draft))) {
                throw new Records.Damaged("it is the draft of another API than its name says");
            }
            begun.put(draft.api(), draft);
        } catch (Records.Damaged e) {
            found.add("a draft: " + e.getMessage() + ": " + putAside(file));
        } catch (IOException e) {
            found.add("a draft cannot be read (" + e.getClass().getSimpleName() + "): " + file + " stays where it is");
        }
    }

    private void prepare() throws IOException {
        for (Path folder : List.of(directory, apis, archives)) {
            DurableFiles.makeDirectory(folder);
        }
        lock.take();
    }

    private void keepArchive(Revision revision, byte[] content) throws IOException {
        Path file = archives.resolve(revision.archiveName());
        if (!isThere(file, revision.archive())) {
            DurableFiles.write(file, content);
        }
    }

    private static boolean isThere(Path file, String digest) {
        try {
            return Digest.sha256(Files.readAllBytes(file)).equals(digest);
        } catch (IOException e) {
            return false;
        }
    }

    // It may have been written, and only not be known to last: then the next start would find what was refused.
    private void backToWhatWasKept(StoredApi refused) {
        Path record = record(refused);
        StoredApi before = kept.get(refused.key());
        try {
            if (before != null) {
                DurableFiles.write(record, Records.bytes(before));
            } else {
                DurableFiles.delete(record);
            }
        } catch (IOException e) {
            log.warn("The next start may find in {} what was refused just now", record, e);
        }
    }

    private void backToWhatWasHeld() {
        try {
            if (Files.exists(overrides)) {
                DurableFiles.write(overrides, Records.bytes(holds));
            }
        } catch (IOException e) {
            log.warn("The next start may find in {} what was refused just now", overrides, e);
        }
    }

    /** Removes projects, but for those of revisions that are kept. @param names of their files */
    private void removeUnused(Set<String> names) {
        Set<String> unused = new HashSet<>(names);
        kept.values().forEach(api -> unused.removeAll(archivesOf(api)));
        try {
            for (String name : unused) {
                Files.deleteIfExists(archives.resolve(name));
            }
        } catch (IOException e) {
            log.warn("Projects that are not needed any more are still in {}", archives, e);
        }
    }

    private static Set<String> archivesOf(@Nullable StoredApi api) {
        return api == null
                ? Set.of()
                : api.revisions().stream().map(Revision::archiveName).collect(Collectors.toSet());
    }

    private Set<String> archivesThere() throws IOException {
        return list(archives, ARCHIVE).stream().map(DirectoryStore::name).collect(Collectors.toSet());
    }

    private String putAside(Path file) {
        try {
            DurableFiles.makeDirectory(damaged);
            Path aside = Files.createTempFile(damaged, name(file) + ".", suffix(file));
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            return file + " was moved to " + aside;
        } catch (IOException e) {
            return file + " stays where it is";
        }
    }

    private static String suffix(Path file) {
        return name(file).contains(".") ? name(file).substring(name(file).lastIndexOf('.')) : "";
    }

    private Path record(StoredApi api) {
        return apis.resolve(api.key() + RECORD);
    }

    private Path file(Draft draft) {
        return drafts.resolve(draft.api() + DRAFT);
    }

    private static List<Path> list(Path folder, String ending) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ending)) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found.stream().sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
