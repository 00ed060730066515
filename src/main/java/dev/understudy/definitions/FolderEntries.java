package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is in a folder as far as it is a document, or a project as a folder or zip. Not for several threads at once. */
final class FolderEntries {

    static final String ARCHIVE = ".zip";

    // Its lines are those of the folder.
    private static final Logger log = LoggerFactory.getLogger(ApiFolder.class);
    static final List<String> FILES = List.of(".yaml", ".yml", ".json", ARCHIVE);

    private final Path directory;
    private final Set<String> projects = new HashSet<>();
    private final Set<String> passedOver = new HashSet<>();
    private boolean readable = true;

    FolderEntries(Path directory) {
        this.directory = directory;
    }

    /** All that is there, by its name; empty if that cannot be told, so that nothing is taken for gone. */
    Optional<Map<String, Stamp>> look() {
        try (Stream<Path> entries = Files.list(directory)) {
            Map<String, Stamp> found = new HashMap<>();
            entries.filter(path -> !name(path).startsWith("."))
                    .forEach(path -> look(path).ifPresent(stamp -> found.put(name(path), stamp)));
            if (!readable) {
                log.info("{} can be read again", this);
            }
            readable = true;
            return Optional.of(found);
        } catch (IOException | UncheckedIOException e) {
            if (readable) {
                log.warn(
                        "{} cannot be read ({}): what is served stays as it is",
                        this,
                        e.getClass().getSimpleName());
            }
            readable = false;
            return Optional.empty();
        }
    }

    /** Whether it could be read when it was looked at last. */
    boolean readable() {
        return readable;
    }

    /** Of a file, or of a folder with a project; empty for what is neither, or is not there any more. */
    static Optional<Stamp> stamp(Path path) throws IOException {
        return Files.isDirectory(path) ? ProjectFolder.stamp(path) : Stamp.of(path);
    }

    /** How a log shows what has this name in the folder. */
    String path(String name) {
        return Finding.onOneLine(directory + directory.getFileSystem().getSeparator() + name);
    }

    @Override
    public String toString() {
        return Finding.onOneLine(directory.toString());
    }

    private Optional<Stamp> look(Path path) {
        return Files.isDirectory(path) ? lookAtFolder(path) : lookAtFile(path);
    }

    private Optional<Stamp> lookAtFile(Path path) {
        if (!hasEndingOfFile(path)) {
            return Optional.empty();
        }
        Optional<Stamp> stamp = Stamp.of(path);
        if (stamp.isEmpty()) {
            passOver(path);
        }
        return stamp;
    }

    private Optional<Stamp> lookAtFolder(Path path) {
        try {
            Optional<Stamp> stamp = ProjectFolder.stamp(path);
            stamp.ifPresent(there -> projects.add(name(path)));
            if (stamp.isEmpty() && hasEndingOfFile(path)) {
                passOver(path);
            }
            return stamp;
        } catch (IOException e) {
            // One that was a project is not gone; whoever reads it will learn what is wrong with it.
            return projects.contains(name(path)) ? Optional.of(Stamp.unknown(path)) : Optional.empty();
        }
    }

    private void passOver(Path path) {
        if (Files.exists(path) && passedOver.add(name(path))) {
            log.warn("{} is not read: it is no file", path(name(path)));
        }
    }

    /** Whether a file of such a name is looked at. */
    static boolean isNamedLikeOne(Path path) {
        return !name(path).startsWith(".") && hasEndingOfFile(path);
    }

    private static boolean hasEndingOfFile(Path path) {
        String name = name(path).toLowerCase(Locale.ROOT);
        return FILES.stream().anyMatch(name::endsWith);
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
