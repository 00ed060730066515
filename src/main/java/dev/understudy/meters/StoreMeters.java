package dev.understudy.meters;

import dev.understudy.fleet.TakenOver;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;

/** Shows whether what is deployed can be changed, and how much of what others changed is live here. */
final class StoreMeters {

    static final String AWAY = "understudy.store.away";
    static final String REVISION = "understudy.store.revision";

    private final TakenOver takenOver;
    private final MultiGauge revision;

    StoreMeters(MeterRegistry registry, TakenOver takenOver) {
        this.takenOver = takenOver;
        this.revision = MultiGauge.builder(REVISION)
                .description("The revision of the store up to which all changes are live here; -1: none")
                .register(registry);
        Gauge.builder(AWAY, takenOver, known -> known.store().away() ? 1 : 0)
                .description(
                        "1: database or control planes cannot be reached, what is served stays as it is; 0: they can")
                .register(registry);
    }

    /** Shows it, from now on. Another database in the place of the one before counts from its own beginning. */
    void follow() {
        takenOver.store().follow(this::show);
        show();
    }

    private synchronized void show() {
        Tags tags = Tags.of("store", takenOver.store().snapshot().origin());
        revision.register(List.of(MultiGauge.Row.of(tags, takenOver::revision)));
    }
}
