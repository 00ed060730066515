package dev.understudy.meters;

import dev.understudy.store.Store;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** Shows whether what is deployed can be changed. */
record StoreMeter(Store store) implements MeterBinder {

    static final String AWAY = "understudy.store.away";

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(AWAY, store, known -> known.away() ? 1 : 0)
                .description("1: the database of the store cannot be reached, what is served stays as it is; 0: it can")
                .register(registry);
    }
}
