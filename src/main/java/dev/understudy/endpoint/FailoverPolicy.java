package dev.understudy.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * When to move on from an endpoint, and how long to wait for one.
 *
 * @param connectTimeout longest time for name, addresses, TCP and TLS together
 * @param responseTimeout longest time from the request sent whole until the response head
 * @param idleTimeout longest time between two pieces of a body, either way
 * @param eventStreamIdleTimeout the same for {@code text/event-stream} answers; empty: they may be silent for ever
 * @param statuses response statuses that count as a failure, such as 502 and 503
 * @param exposeHeaders whether callers are told which endpoint answered, by position, and how many attempts it took
 */
public record FailoverPolicy(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration idleTimeout,
        Optional<Duration> eventStreamIdleTimeout,
        Set<Integer> statuses,
        boolean exposeHeaders) {

    /** One that tells callers nothing. */
    public FailoverPolicy(
            Duration connectTimeout,
            Duration responseTimeout,
            Duration idleTimeout,
            Optional<Duration> eventStreamIdleTimeout,
            Set<Integer> statuses) {
        this(connectTimeout, responseTimeout, idleTimeout, eventStreamIdleTimeout, statuses, false);
    }

    public FailoverPolicy {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("responseTimeout", responseTimeout);
        requirePositive("idleTimeout", idleTimeout);
        eventStreamIdleTimeout.ifPresent(timeout -> requirePositive("eventStreamIdleTimeout", timeout));
        statuses = Set.copyOf(statuses);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
