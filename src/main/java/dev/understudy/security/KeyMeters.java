package dev.understudy.security;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Counts how often the keys of issuers were fetched, and could not be. */
record KeyMeters(Issuers issuers) implements MeterBinder {

    static final String FETCHES = "understudy.issuer.key.fetches";

    @Override
    public void bindTo(MeterRegistry registry) {
        for (IssuerKeys keys : issuers.published()) {
            count(registry, keys, "fetched", IssuerKeys::fetched);
            count(registry, keys, "failed", IssuerKeys::failed);
        }
    }

    private static void count(
            MeterRegistry registry, IssuerKeys keys, String outcome, ToDoubleFunction<IssuerKeys> count) {
        FunctionCounter.builder(FETCHES, keys, count)
                .description("Times that the keys of an issuer were asked for")
                .tag("issuer", keys.issuer())
                .tag("outcome", outcome)
                .register(registry);
    }
}
