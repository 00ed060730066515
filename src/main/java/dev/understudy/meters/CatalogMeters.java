package dev.understudy.meters;

import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Definition;
import dev.understudy.catalog.Definitions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/** Shows how often what is served was changed, and how many documents are served, outdated or refused. */
record CatalogMeters(ApiCatalog catalog, Definitions definitions) implements MeterBinder {

    static final String CHANGES = "understudy.catalog.changes";
    static final String DEFINITIONS = "understudy.definitions";

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder(CHANGES, catalog, ApiCatalog::changes)
                .description("Changes of what is served since the start")
                .register(registry);
        for (Definition.State state : Definition.State.values()) {
            Gauge.builder(DEFINITIONS, definitions, all -> count(all, state))
                    .description("Documents by what became of their newest version")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    private static double count(Definitions definitions, Definition.State state) {
        return definitions.all().stream()
                .filter(definition -> definition.state() == state)
                .count();
    }
}
