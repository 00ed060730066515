package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import dev.understudy.openapi.ProjectReader;
import dev.understudy.openapi.Reading;
import dev.understudy.store.Format;
import java.util.List;

/** Reads what is deployed, whatever it comes in. Safe for use by many threads, but not for event loops. */
public final class ProjectSources {

    private final ProjectReader reader;

    public ProjectSources(ProjectReader reader) {
        this.reader = reader;
    }

    /** Reads what was deployed. */
    Reading read(Format format, byte[] content) {
        return format == Format.ZIP
                ? readArchive(content)
                : reader.readDocument("document." + format.ending(), content);
    }

    /** @param zip as {@code apictl} packs it: the project, or one folder with the project in it */
    public Reading readArchive(byte[] zip) {
        return read(ProjectArchive.unpack(zip));
    }

    Reading read(Unpacked unpacked) {
        if (unpacked instanceof Unpacked.Files files) {
            return reader.read(files.contents());
        }
        String why = ((Unpacked.Refused) unpacked).why();
        return new Reading.Refused(List.of(new Finding("", 0, why)), List.of());
    }
}
