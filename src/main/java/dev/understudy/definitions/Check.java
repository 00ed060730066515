package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Catalog;
import dev.understudy.openapi.Defaults;
import dev.understudy.openapi.Finding;
import dev.understudy.openapi.OpenApiReader;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads documents and projects as a gateway does that finds them in its folder at its start, and serves nothing. Opens no
 * socket. Not for several threads at once.
 */
public final class Check {

    private static final Logger log = LoggerFactory.getLogger(Check.class);

    private static final ApiCatalog.Staged NOTHING = new ApiCatalog.Staged() {
        @Override
        public void goLive() {}

        @Override
        public void drop() {}
    };

    private final OpenApiReader documents;
    private final ProjectSources projects;
    private final Set<Path> places = new HashSet<>();

    /** By name, which decides between those that clash. */
    private final SortedMap<String, Checked> all = new TreeMap<>();

    public Check(Defaults defaults) {
        this.documents = new OpenApiReader(defaults);
        this.projects = new ProjectSources(new ProjectReader(defaults));
    }

    /** A document, a project as a zip, a folder with a project, or a folder of these. What came before is passed over. */
    public void add(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            addFile(path);
        } else if (ProjectFolder.isNamedProject(path)) {
            take(path, FolderEntries.stamp(path).orElseGet(() -> Stamp.unknown(path)));
        } else {
            addFolder(path);
        }
    }

    /** A folder of documents and projects, which is not taken for a project, whatever is in it. */
    public void addFolder(Path folder) throws IOException {
        // Says why it cannot be read, which the look does not.
        Files.newDirectoryStream(folder).close();
        Map<String, Stamp> found = new FolderEntries(folder)
                .look()
                .orElseThrow(() -> new IOException(folder + " changes while it is read"));
        found.values().forEach(stamp -> take(stamp.path(), stamp));
    }

    /** A document that is no file. @param name one that ends in {@code .json} is read as JSON, any other as YAML */
    public void addDocument(String name, byte[] content) {
        all.put(name, read(name, name, new Content.Document(content)));
    }

    /** Of all that was added, by name. */
    public List<Checked> verdicts() {
        SortedMap<String, Api> apis = new TreeMap<>();
        all.forEach((name, checked) -> checked.api().ifPresent(api -> apis.put(name, api)));
        Map<String, String> refused = new ApiCatalog(Check::stage).publish(ApiFolder.SOURCE, apis, Set.of());
        return all.entrySet().stream()
                .map(entry -> Optional.ofNullable(refused.get(entry.getKey()))
                        .map(why -> entry.getValue().clashing(Finding.onOneLine(why)))
                        .orElse(entry.getValue()))
                .toList();
    }

    private void addFile(Path file) throws IOException {
        if (!FolderEntries.isNamedLikeOne(file)) {
            throw new IOException(file + ": the gateway reads no file of such a name (expected: one that ends in "
                    + String.join(", ", FolderEntries.FILES) + " and does not begin with a dot)");
        }
        take(
                file,
                FolderEntries.stamp(file)
                        .orElseThrow(() -> new IOException(file + " is no file (expected: a document or a zip)")));
    }

    private void take(Path path, Stamp stamp) {
        if (places.add(path.toAbsolutePath().normalize())) {
            all.put(path.toString(), read(path, stamp));
        }
    }

    private Checked read(Path path, Stamp stamp) {
        String name = Objects.toString(path.getFileName(), "");
        try {
            return read(path.toString(), name, Content.read(name, stamp));
        } catch (IOException e) {
            log.debug("{} cannot be read", Finding.onOneLine(path.toString()), e);
            return failed(path.toString(), false, Checked.State.UNREADABLE, Content.NOT_READ);
        }
    }

    private Checked read(String path, String name, Content content) {
        boolean archive = content instanceof Content.Archive;
        try {
            return checked(path, archive, content.reading(name, documents, projects));
        } catch (RuntimeException | StackOverflowError e) {
            // As in the folder: whatever is wrong with this one, the others are not held back.
            log.error("{} cannot be understood", Finding.onOneLine(path), e);
            return failed(path, archive, Checked.State.REFUSED, Content.NOT_UNDERSTOOD);
        }
    }

    private static Checked checked(String path, boolean archive, Reading reading) {
        if (reading instanceof Reading.Accepted accepted) {
            return new Checked(
                    path, archive, Checked.State.GOOD, Optional.of(accepted.api()), List.of(), accepted.warnings());
        }
        List<Finding> faults = ((Reading.Refused) reading).faults();
        return new Checked(path, archive, Checked.State.REFUSED, Optional.empty(), faults, reading.warnings());
    }

    private static Checked failed(String path, boolean archive, Checked.State state, String why) {
        List<Finding> faults = List.of(new Finding("", 0, why));
        return new Checked(path, archive, state, Optional.empty(), faults, List.of());
    }

    private static ApiCatalog.Staged stage(Catalog catalog) {
        return NOTHING;
    }
}
