package dev.understudy.definitions;

import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Locale;

/** What stands under one name in the folder. */
sealed interface Content {

    /** What is said where it cannot be read. */
    String NOT_READ = "it cannot be read";

    /** What is said where it was read, and nobody knows what it is. */
    String NOT_UNDERSTOOD = "it cannot be understood";

    /** The same for the same content. */
    byte[] digest();

    /** @param name in the folder */
    Reading reading(String name, OpenApiReader documents, ProjectSources projects);

    static Content read(String name, Stamp stamp) throws IOException {
        if (Files.isDirectory(stamp.path())) {
            return new Project(ProjectFolder.read(stamp.path()));
        }
        boolean archive = name.toLowerCase(Locale.ROOT).endsWith(FolderEntries.ARCHIVE);
        int most = archive ? ProjectBounds.LARGEST_ARCHIVE : OpenApiReader.LARGEST_BYTES;
        try (InputStream in = Files.newInputStream(stamp.path())) {
            byte[] bytes = in.readNBytes(most + 1);
            return archive ? new Archive(bytes) : new Document(bytes);
        }
    }

    /** A bare document. */
    record Document(byte[] bytes) implements Content {

        @Override
        public byte[] digest() {
            return Digests.sha256(bytes);
        }

        @Override
        public Reading reading(String name, OpenApiReader documents, ProjectSources projects) {
            return documents.read(name, bytes);
        }
    }

    /** A project as a zip. */
    record Archive(byte[] bytes) implements Content {

        @Override
        public byte[] digest() {
            return Digests.sha256(bytes);
        }

        @Override
        public Reading reading(String name, OpenApiReader documents, ProjectSources projects) {
            return projects.readArchive(bytes);
        }
    }

    /** A project as a folder. */
    record Project(Unpacked unpacked) implements Content {

        @Override
        public byte[] digest() {
            return Digests.sha256(unpacked);
        }

        @Override
        public Reading reading(String name, OpenApiReader documents, ProjectSources projects) {
            return projects.read(unpacked);
        }
    }
}
