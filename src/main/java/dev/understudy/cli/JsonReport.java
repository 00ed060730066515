package dev.understudy.cli;

import dev.understudy.catalog.Api;
import dev.understudy.definitions.Checked;
import dev.understudy.openapi.Finding;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The result for programs: docs/how-to/check-in-a-pipeline.md promises its members. */
record JsonReport(List<Document> documents, Tally summary) {

    /**
     * @param path as it was asked for
     * @param status {@code good}, {@code refused}, {@code clashing} or {@code unreadable}
     * @param api what is in it; null where there is a fault in it
     * @param errors why it would not be served
     */
    record Document(String path, String status, @Nullable Contents api, List<Place> errors, List<Place> warnings) {}

    /** @param operations how many it has */
    record Contents(String name, String version, String basePath, int operations) {

        static Contents of(Api api) {
            return new Contents(
                    api.name(), api.version(), api.basePath(), api.operations().size());
        }
    }

    /** As {@code errors} and {@code warnings} of the admin API have it. */
    record Place(
            String file,
            String pointer,
            @Nullable Integer line,
            String text,
            @Nullable String found,
            @Nullable String expected) {

        static Place of(Finding finding) {
            return new Place(
                    finding.file(),
                    finding.pointer(),
                    finding.line() > 0 ? finding.line() : null,
                    finding.text(),
                    finding.found().orElse(null),
                    finding.expected().orElse(null));
        }
    }

    static JsonReport of(List<Checked> all) {
        return new JsonReport(all.stream().map(JsonReport::document).toList(), Tally.of(all));
    }

    private static Document document(Checked checked) {
        return new Document(
                checked.name(),
                checked.state().name().toLowerCase(Locale.ROOT),
                checked.api().map(Contents::of).orElse(null),
                checked.faults().stream().map(Place::of).toList(),
                checked.warnings().stream().map(Place::of).toList());
    }
}
