package dev.understudy.routing;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the requests in flight on the traffic listeners together, up to a limit. A WebSocket is in flight as long as its
 * session lasts. What a balancer asks the gateway itself is not counted.
 */
final class InFlight implements MeterBinder {

    static final String METER = "understudy.requests.in.flight";

    private final int most;
    private final AtomicInteger count = new AtomicInteger();

    InFlight(int most) {
        this.most = most;
    }

    int count() {
        return count.get();
    }

    /** @return whether there was room for one more; it is to {@link #leave} then */
    boolean enter() {
        boolean fits = count.incrementAndGet() <= most;
        if (!fits) {
            count.decrementAndGet();
        }
        return fits;
    }

    void leave() {
        count.decrementAndGet();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder(METER, count, AtomicInteger::get)
                .description("Requests of callers that have no end of an answer yet, WebSocket sessions among them")
                .register(registry);
    }
}
