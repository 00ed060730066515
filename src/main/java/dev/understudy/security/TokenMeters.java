package dev.understudy.security;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Counts the tokens that had been verified before, and those that had not. */
record TokenMeters(VerifiedTokens tokens) implements MeterBinder {

    static final String LOOKUPS = "understudy.token.cache.lookups";
    static final String SIZE = "understudy.token.cache.size";

    @Override
    public void bindTo(MeterRegistry registry) {
        count(registry, "hit", VerifiedTokens::hits);
        count(registry, "miss", VerifiedTokens::misses);
        Gauge.builder(SIZE, tokens, VerifiedTokens::size)
                .description("Verified tokens that are kept")
                .register(registry);
    }

    private void count(MeterRegistry registry, String outcome, ToDoubleFunction<VerifiedTokens> count) {
        FunctionCounter.builder(LOOKUPS, tokens, count)
                .description("Tokens of requests, by whether they had been verified before")
                .tag("outcome", outcome)
                .register(registry);
    }
}
