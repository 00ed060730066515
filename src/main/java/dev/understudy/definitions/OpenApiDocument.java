package dev.understudy.definitions;

import dev.understudy.openapi.ProjectReader;
import dev.understudy.store.Format;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipOutputStream;

/**
 * The OpenAPI document of what was deployed, bare or in a project, so that another one can be put in its place.
 *
 * @param name of its file
 * @param whole what was deployed
 * @param project the files of the project that it is in; empty: it is bare
 */
record OpenApiDocument(String name, byte[] content, byte[] whole, SortedMap<String, byte[]> project) {

    /** @return empty for a project without such a document, and for what is no project */
    static Optional<OpenApiDocument> of(Format format, byte[] content) {
        if (format != Format.ZIP) {
            return Optional.of(new OpenApiDocument("document." + format.ending(), content, content, new TreeMap<>()));
        }
        if (!(ProjectArchive.unpack(content) instanceof Unpacked.Files files)) {
            return Optional.empty();
        }
        SortedMap<String, byte[]> project = files.contents();
        return ProjectReader.DEFINITION.stream()
                .flatMap(name -> Optional.ofNullable(project.get(name)).stream()
                        .map(document -> new OpenApiDocument(name, document, content, project)))
                .findFirst();
    }

    /** What is to be deployed so that all is as before, but for the document. With the same one, it is what it was. */
    byte[] replacedBy(byte[] document) {
        if (Arrays.equals(document, content)) {
            return whole;
        }
        if (project.isEmpty()) {
            return document;
        }
        SortedMap<String, byte[]> files = new TreeMap<>(project);
        files.put(name, document);
        return ProjectArchive.pack(files, ZipOutputStream.DEFLATED);
    }
}
