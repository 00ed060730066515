package dev.understudy.admin;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Definition;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of each document, and why.
 *
 * @param definitions by source, then by name
 */
record DefinitionsAnswer(List<Entry> definitions) {

    /**
     * @param state {@code served}, {@code outdated} (an earlier version is served) or {@code refused}
     * @param api what is served of it; null: nothing
     * @param faults each with its place; empty where the state is served
     * @param since when its newest version was looked at
     */
    record Entry(
            String source,
            String name,
            String state,
            @Nullable Served api,
            List<String> faults,
            List<String> warnings,
            Instant since) {

        static Entry of(Definition definition) {
            return new Entry(
                    definition.source(),
                    definition.name(),
                    definition.state().name().toLowerCase(Locale.ROOT),
                    definition.served().map(Served::of).orElse(null),
                    definition.faults(),
                    definition.warnings(),
                    definition.since());
        }
    }

    /** @param operations how many it has */
    record Served(String name, String version, String basePath, int operations) {

        static Served of(Api api) {
            return new Served(
                    api.name(), api.version(), api.basePath(), api.operations().size());
        }
    }

    static DefinitionsAnswer of(List<Definition> definitions) {
        return new DefinitionsAnswer(definitions.stream().map(Entry::of).toList());
    }
}
