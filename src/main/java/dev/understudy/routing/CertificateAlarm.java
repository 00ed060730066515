package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says loudly that an endpoint's certificate was not accepted: that is a wrong setting or an attack, and nobody notices it
 * as long as the next endpoint plays. Once a minute for each endpoint.
 */
final class CertificateAlarm {

    private static final Logger log = LoggerFactory.getLogger(CertificateAlarm.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int ENDPOINTS_KEPT = 1_000;

    private final LongSupplier nanoTime;
    private final Map<Endpoint, Long> raised = new ConcurrentHashMap<>();

    /** @param nanoTime a clock such as {@link System#nanoTime} */
    CertificateAlarm(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void raise(Endpoint endpoint, Throwable cause) {
        if (isDue(endpoint)) {
            log.error(
                    "The certificate of {} is not accepted, so it is not sent any request: {}",
                    endpoint,
                    String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private boolean isDue(Endpoint endpoint) {
        if (raised.size() >= ENDPOINTS_KEPT && !raised.containsKey(endpoint)) {
            raised.clear();
        }
        boolean[] due = new boolean[1];
        raised.compute(endpoint, (same, before) -> {
            long now = nanoTime.getAsLong();
            due[0] = before == null || now - before >= QUIET_NANOS;
            return due[0] ? Long.valueOf(now) : before;
        });
        return due[0];
    }
}
