package dev.understudy.routing;

import dev.understudy.endpoint.Endpoint;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
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

    private final Map<Endpoint, Long> raised = new ConcurrentHashMap<>();

    void raise(Endpoint endpoint, Throwable cause) {
        long now = System.nanoTime();
        Long before = raised.get(endpoint);
        if (before != null && now - before < QUIET_NANOS) {
            return;
        }
        if (raised.size() >= ENDPOINTS_KEPT) {
            raised.clear();
        }
        raised.put(endpoint, now);
        log.error(
                "The certificate of {} is not accepted, so it is not sent any request: {}",
                endpoint,
                String.valueOf(cause.getMessage()).replaceAll("\\p{Cntrl}", "?"));
    }
}
