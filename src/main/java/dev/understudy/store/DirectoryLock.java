package dev.understudy.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** That a directory belongs to one gateway. Held until it is closed, or the process ends. Not for several threads at once. */
final class DirectoryLock implements Closeable {

    private static final Logger log = LoggerFactory.getLogger(DirectoryLock.class);

    private final Path directory;
    private @Nullable FileChannel lock;

    /** @param directory need not be there before the lock is taken */
    DirectoryLock(Path directory) {
        this.directory = directory;
    }

    boolean isTaken() {
        return lock != null;
    }

    /** Also of use to whoever may only read it: then nothing can be deployed, but what was is served. */
    void takeIfWritable() throws IOException {
        try {
            take();
        } catch (AccessDeniedException e) {
            log.warn("{} cannot be written to: what was deployed is served, but nothing can be deployed", directory);
        } catch (FileSystemException e) {
            if (Files.isWritable(directory)) {
                throw e;
            }
            log.warn("{} is read-only: what was deployed is served, but nothing can be deployed", directory);
        }
    }

    /** Whoever has it keeps it. @throws StoreInUse if somebody else has it */
    void take() throws IOException {
        if (lock != null) {
            return;
        }
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                lock = channel;
                return;
            }
        } catch (OverlappingFileLockException e) {
            // By another one in this process, which is the same.
        }
        channel.close();
        throw new StoreInUse(directory);
    }

    @Override
    public void close() throws IOException {
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            held.close();
        }
    }
}
