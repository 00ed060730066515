package dev.understudy.definitions;

import dev.understudy.definitions.ProjectBounds.Exceeded;
import dev.understudy.openapi.ProjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A project that is a folder. Links are followed, as a mounted ConfigMap has them, but none that leads out of it. */
final class ProjectFolder {

    private static final int DEEPEST = 10;

    /** What is to be done with each file. */
    private interface Visitor {
        void file(String path, Path file) throws IOException, Exceeded;
    }

    private ProjectFolder() {}

    /**
     * Of all its files; empty if this is no folder with a project, or not there any more.
     *
     * @throws IOException if that cannot be told
     */
    static Optional<Stamp> stamp(Path folder) throws IOException {
        if (!isProject(folder)) {
            return Optional.empty();
        }
        Map<String, Stamp> stamps = new TreeMap<>();
        try {
            visit(folder, new ProjectBounds(), (path, file) -> Stamp.of(file).ifPresent(is -> stamps.put(path, is)));
        } catch (IOException | Exceeded e) {
            // Whoever reads it will learn what is wrong with it.
        }
        long size = stamps.values().stream().mapToLong(Stamp::size).sum();
        FileTime latest = stamps.values().stream()
                .map(Stamp::modified)
                .max(FileTime::compareTo)
                .orElseGet(() -> FileTime.fromMillis(0));
        return Optional.of(new Stamp(folder, size, latest, Map.copyOf(stamps)));
    }

    static boolean isNamedProject(Path folder) {
        return Files.isDirectory(folder.resolve("Definitions"));
    }

    static boolean isProject(Path folder) throws IOException {
        for (String name : ProjectReader.SIGNS) {
            try {
                Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
                return true;
            } catch (NoSuchFileException e) {
                // Perhaps it has another one.
            }
        }
        return false;
    }

    static Unpacked read(Path folder) throws IOException {
        ProjectBounds bounds = new ProjectBounds();
        try {
            visit(folder, bounds, (path, file) -> bounds.addFile(path, content(file, bounds)));
            return new Unpacked.Files(bounds.files());
        } catch (Exceeded e) {
            return new Unpacked.Refused(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] content(Path file, ProjectBounds bounds) throws IOException, Exceeded {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(bounds.left() + 1);
            if (content.length > bounds.left()) {
                throw bounds.tooMuch();
            }
            return content;
        }
    }

    private static void visit(Path folder, ProjectBounds bounds, Visitor visitor) throws IOException, Exceeded {
        visit(folder.toRealPath(), folder, "", 0, bounds, visitor);
    }

    private static void visit(Path root, Path folder, String prefix, int depth, ProjectBounds bounds, Visitor visitor)
            throws IOException, Exceeded {
        if (depth > DEEPEST) {
            throw new Exceeded("folders deeper than " + DEEPEST + " (expected: less)");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".")) {
                    continue;
                }
                bounds.count();
                requireWithin(root, entry, prefix + name);
                if (Files.isDirectory(entry)) {
                    visit(root, entry, prefix + name + "/", depth + 1, bounds, visitor);
                } else if (Files.isRegularFile(entry)) {
                    visitor.file(prefix + name, entry);
                }
            }
        }
    }

    private static void requireWithin(Path root, Path entry, String path) throws IOException, Exceeded {
        if (Files.isSymbolicLink(entry) && !leadsInto(root, entry)) {
            throw new Exceeded(ProjectBounds.shown(path) + " leads out of the project (expected: a file in it)");
        }
    }

    private static boolean leadsInto(Path root, Path link) throws IOException {
        try {
            return link.toRealPath().startsWith(root);
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
