package dev.understudy.store;

import dev.understudy.endpoint.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last snapshot of a store that is elsewhere, on the disk of a gateway, so that it starts when that one is away: one file for
 * what is served, which is replaced as a whole, and one for each project that is. A copy that cannot be written is none, and
 * holds nobody up. Not for several threads at once.
 */
final class LocalCopy {

    private static final Logger log = LoggerFactory.getLogger(LocalCopy.class);

    private final Path directory;
    private final Path snapshot;
    private final Path archives;
    private final DirectoryLock lock;
    private boolean told;

    /** @param directory is made when there is something to keep, and belongs to one gateway */
    LocalCopy(Path directory) {
        this.directory = directory;
        this.snapshot = directory.resolve("snapshot");
        this.archives = directory.resolve("archives");
        this.lock = new DirectoryLock(directory);
    }

    /**
     * The one that was written last; empty: there is none, or none that can be used.
     *
     * @throws StoreInUse if it is the copy of another gateway
     */
    Optional<Snapshot> read() throws StoreInUse {
        try {
            if (Files.isDirectory(directory)) {
                lock.take();
            }
            return Optional.of(Records.snapshot(Files.readAllBytes(snapshot)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (StoreInUse e) {
            throw e;
        } catch (Records.Damaged e) {
            log.error("The copy of what is deployed cannot be used: {}: {}", e.getMessage(), snapshot);
        } catch (IOException e) {
            log.error("The copy of what is deployed cannot be read: {}", snapshot, e);
        }
        return Optional.empty();
    }

    /** A project; empty: it is not there, or is not what it was. */
    Optional<byte[]> archive(Revision revision) {
        try {
            byte[] content = Files.readAllBytes(archives.resolve(revision.archiveName()));
            return Digest.sha256(content).equals(revision.archive()) ? Optional.of(content) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean has(String archive) {
        return Files.exists(archives.resolve(archive));
    }

    void write(Revision revision, byte[] content) {
        tryTo(() -> DurableFiles.write(archives.resolve(revision.archiveName()), content));
    }

    /** Its projects must be there already; those that it does not need go. */
    void write(Snapshot next) {
        tryTo(() -> DurableFiles.write(snapshot, Records.bytes(next)));
        tryTo(() -> removeBut(next.apis().stream()
                .flatMap(StoredApi::served)
                .map(Revision::archiveName)
                .collect(Collectors.toSet())));
    }

    void close() throws IOException {
        lock.close();
    }

    private interface Step {
        void run() throws IOException;
    }

    private void tryTo(Step step) {
        try {
            DurableFiles.makeDirectory(archives);
            lock.take();
            step.run();
            told = false;
        } catch (IOException e) {
            if (!told) {
                log.warn(
                        "What is deployed cannot be copied to {}: without the database, this gateway cannot start",
                        directory,
                        e);
            }
            told = true;
        }
    }

    private void removeBut(Set<String> needed) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(archives)) {
            for (Path file : files) {
                if (!needed.contains(file.getFileName().toString())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
