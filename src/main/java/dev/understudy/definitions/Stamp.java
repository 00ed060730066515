package dev.understudy.definitions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What tells one state of a file from another without reading it. Links are followed, so that turning a link of a mounted
 * ConfigMap to another folder is a change.
 *
 * @param file which file of the file system it is; null where the file system does not say
 */
record Stamp(long size, FileTime modified, @Nullable Object file) {

    /** Empty for what is no regular file, or is not there any more. */
    static Optional<Stamp> of(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.isRegularFile()
                    ? Optional.of(new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
