package dev.understudy.definitions;

import dev.understudy.openapi.ProjectReader;
import dev.understudy.store.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The OpenAPI document of what was deployed, bare or in a project, so that another one can be put in its place.
 *
 * @param name of its file
 * @param project the files of the project that it is in; empty: it is bare
 */
record OpenApiDocument(String name, byte[] content, SortedMap<String, byte[]> project) {

    /** The same content makes the same archive; a zip knows no time before. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    /** @return empty for a project without such a document, and for what is no project */
    static Optional<OpenApiDocument> of(Format format, byte[] content) {
        if (format != Format.ZIP) {
            return Optional.of(new OpenApiDocument("document." + format.ending(), content, new TreeMap<>()));
        }
        if (!(ProjectArchive.unpack(content) instanceof Unpacked.Files files)) {
            return Optional.empty();
        }
        SortedMap<String, byte[]> project = files.contents();
        return ProjectReader.DEFINITION.stream()
                .flatMap(name -> Optional.ofNullable(project.get(name)).stream()
                        .map(document -> new OpenApiDocument(name, document, project)))
                .findFirst();
    }

    /** What is to be deployed so that all is as before, but for the document. */
    byte[] replacedBy(byte[] document) {
        if (project.isEmpty()) {
            return document;
        }
        SortedMap<String, byte[]> files = new TreeMap<>(project);
        files.put(name, document);
        return zip(files);
    }

    private static byte[] zip(Map<String, byte[]> files) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(NO_TIME);
                zip.putNextEntry(entry);
                zip.write(file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
