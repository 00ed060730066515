package dev.understudy.definitions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another without reading it. Links are followed, so that turning a link of a mounted
 * ConfigMap to another folder is a change.
 *
 * @param path kept since a name that the locale cannot spell does not lead back to it
 * @param size -1 for a file of which nothing can be told but that it is there
 * @param file which file of the file system it is; null where the file system does not say; for the folder of a project,
 *     the stamps of all files in it
 */
record Stamp(
        Path path, long size, FileTime modified, @Nullable Object file) {

    /** Empty for what is no regular file, or is not there any more. */
    static Optional<Stamp> of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(
                            new Stamp(path, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // Not gone: whoever reads it will learn what is wrong with it.
            return Optional.of(unknown(path));
        }
    }

    /** Of what is there, but of which nothing can be told. */
    static Stamp unknown(Path path) {
        return new Stamp(path, -1, FileTime.fromMillis(0), null);
    }
}
