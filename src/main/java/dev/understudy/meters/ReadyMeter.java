package dev.understudy.meters;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.availability.ApplicationAvailability;
import org.springframework.boot.availability.ReadinessState;

/** Shows what {@code GET /ready} answers. */
record ReadyMeter(ApplicationAvailability availability) implements MeterBinder {

    static final String READY = "understudy.ready";

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(READY, availability, ReadyMeter::ready)
                .description("1: the gateway is ready, as /ready says; 0: it is not")
                .register(registry);
    }

    private static double ready(ApplicationAvailability availability) {
        return availability.getReadinessState() == ReadinessState.ACCEPTING_TRAFFIC ? 1 : 0;
    }
}
