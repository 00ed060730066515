package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.store.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import java.util.zip.ZipOutputStream;

/**
 * What somebody has on a disk and deploys: a document, the zip of a project, or a folder with a project, which is packed. The
 * same files are always packed into the same bytes, so that deploying them again changes nothing. It may have faults;
 * the gateway will tell.
 *
 * @param ownId that its author gave a project; empty: none, or it is a bare document
 * @param content at most {@link #LARGEST} bytes
 */
public record Deployable(Optional<String> ownId, Format format, byte[] content) {

    /** Bytes; a gateway takes no more. */
    public static final int LARGEST = ProjectBounds.LARGEST_ARCHIVE;

    private static final Map<String, Format> ENDINGS =
            Map.of(".yaml", Format.YAML, ".yml", Format.YAML, ".json", Format.JSON, ".zip", Format.ZIP);

    /** Ends the reading of what cannot be deployed. Its message says what was found and what was expected. */
    public static final class Unfit extends Exception {

        private static final long serialVersionUID = 1L;

        Unfit(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * What is in a folder and can be deployed, by name; of the folder of a project, the folder itself. What begins with a dot
     * is passed over, and so are files with other endings and folders without a project.
     */
    public static List<Path> in(Path folder) throws IOException {
        if (ProjectFolder.isNamedProject(folder)) {
            return List.of(folder);
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> candidates = entries.filter(
                            entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
            List<Path> found = new ArrayList<>();
            for (Path entry : candidates) {
                if (Files.isDirectory(entry) ? ProjectFolder.isProject(entry) : isFile(entry)) {
                    found.add(entry);
                }
            }
            return List.copyOf(found);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** @param path of a file or of the folder of a project */
    public static Deployable read(Path path) throws IOException, Unfit {
        if (Files.isDirectory(path)) {
            return readFolder(path);
        }
        Format format = format(path)
                .orElseThrow(() -> new Unfit(
                        Files.exists(path)
                                ? "no file that can be deployed (expected: a name that ends in .yaml, .yml, .json or .zip, or the"
                                        + " folder of a project)"
                                : "not there (expected: a document, the zip of a project, or its folder)"));
        try (InputStream in = Files.newInputStream(path)) {
            return of(format, in);
        } catch (NoSuchFileException e) {
            throw new Unfit("not there (expected: a document, the zip of a project, or its folder)");
        }
    }

    /** What has no name that says what it is: a zip and JSON are known by their first bytes, all else is YAML. */
    public static Deployable read(InputStream in) throws IOException, Unfit {
        byte[] content = content(in);
        return of(Format.of(content), content);
    }

    /** The last part of a path, without the ending of a file. */
    public static String name(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : last.toString();
        return !Files.isDirectory(path) && format(path).isPresent() ? name.substring(0, name.lastIndexOf('.')) : name;
    }

    private static Deployable of(Format format, InputStream in) throws IOException, Unfit {
        return of(format, content(in));
    }

    private static Deployable of(Format format, byte[] content) {
        Optional<String> ownId = format == Format.ZIP && ProjectArchive.unpack(content) instanceof Unpacked.Files files
                ? ProjectReader.ownId(files.contents())
                : Optional.empty();
        return new Deployable(ownId, format, content);
    }

    private static Deployable readFolder(Path folder) throws IOException, Unfit {
        if (!ProjectFolder.isProject(folder)) {
            throw new Unfit("a folder without a project (expected: one of " + String.join(", ", ProjectReader.SIGNS)
                    + " in it)");
        }
        Unpacked unpacked = ProjectFolder.read(folder);
        if (unpacked instanceof Unpacked.Refused refused) {
            throw new Unfit(refused.why());
        }
        SortedMap<String, byte[]> files = ((Unpacked.Files) unpacked).contents();
        return new Deployable(ProjectReader.ownId(files), Format.ZIP, packed(files));
    }

    // Not compressed: what comes of that differs from one machine to the next.
    private static byte[] packed(SortedMap<String, byte[]> files) throws Unfit {
        byte[] zip = ProjectArchive.pack(files, ZipOutputStream.STORED);
        requireFit(zip.length);
        return zip;
    }

    private static byte[] content(InputStream in) throws IOException, Unfit {
        byte[] content = in.readNBytes(LARGEST + 1);
        requireFit(content.length);
        return content;
    }

    private static void requireFit(int length) throws Unfit {
        if (length > LARGEST) {
            throw new Unfit(
                    "more than " + LARGEST + " bytes (expected: fewer; files that nobody needs, such as Docs and"
                            + " Image, can be left out, and a project can be deployed as a zip)");
        }
    }

    private static boolean isFile(Path path) {
        return format(path).isPresent() && Files.isRegularFile(path);
    }

    private static Optional<Format> format(Path path) {
        String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
        return ENDINGS.entrySet().stream()
                .filter(ending -> name.endsWith(ending.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Without the content, which may have secrets in it. */
    @Override
    public String toString() {
        return "Deployable[" + ownId.map(Finding::onOneLine).orElse("") + ", " + format + ", " + content.length
                + " bytes]";
    }
}
