package dev.understudy.endpoint;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * When to move on from an endpoint, and how long to wait for one. No limit is longer than the deadline: a longer one is
 * lowered to it.
 *
 * @param connectTimeout longest time for name, addresses, TCP and TLS together
 * @param responseTimeout longest time from the request sent whole until the response head
 * @param deadline longest time for all attempts together, until the response head
 * @param idleTimeout longest time between two pieces of a body, either way
 * @param eventStreamIdleTimeout the same for {@code text/event-stream} answers; empty: they may be silent for ever
 * @param statuses response statuses that count as a failure, such as 502 and 503
 * @param repeats when the same endpoint is asked again before the next one is
 * @param capacity how much an endpoint is asked at once
 * @param replayLimitBytes how much of a request body is kept so that it can be sent again; 0: nothing
 * @param trustIdempotencyKey whether a request with an {@code Idempotency-Key} may be sent again whatever its method
 * @param suspension when an endpoint goes to the back of the line
 * @param probe how an endpoint is looked at in the background
 * @param exposeHeaders whether callers are told which endpoint answered, by position, and how many attempts it took
 */
public record FailoverPolicy(
        Duration connectTimeout,
        Duration responseTimeout,
        Duration deadline,
        Duration idleTimeout,
        Optional<Duration> eventStreamIdleTimeout,
        Set<Integer> statuses,
        Repeats repeats,
        Capacity capacity,
        long replayLimitBytes,
        boolean trustIdempotencyKey,
        Suspension suspension,
        Probe probe,
        boolean exposeHeaders) {

    /**
     * Asking the same endpoint again.
     *
     * @param count how often at most, for each endpoint asked; 0: never
     * @param statuses of answers after which it is asked again
     */
    public record Repeats(int count, Set<Integer> statuses) {

        public static final Repeats NONE = new Repeats(0, Set.of());

        public Repeats {
            if (count < 0) {
                throw new IllegalArgumentException("repeats: " + count + " (expected: 0 or more)");
            }
            statuses = Set.copyOf(statuses);
        }
    }

    /**
     * What one endpoint is asked at once, at most.
     *
     * @param connections connections; a request beyond waits for one
     * @param requests requests; one beyond is not sent to it
     * @param waiting requests that wait for a connection; one beyond is not sent to it
     */
    public record Capacity(int connections, int requests, int waiting) {

        public Capacity {
            if (connections < 1 || requests < 1 || waiting < 0) {
                throw new IllegalArgumentException("capacity: " + connections + " connections, " + requests
                        + " requests, " + waiting + " waiting (expected: 1, 1 and 0 at least)");
            }
        }
    }

    /**
     * @param after failures in a row
     * @param atRate failures in percent of the calls of the last ten seconds, of which there must be twenty; empty: only
     *     failures in a row count
     * @param least shortest time for which an endpoint is suspended
     * @param most what that time may grow to for an endpoint that fails again soon after it was let back
     */
    public record Suspension(int after, Optional<Integer> atRate, Duration least, Duration most) {

        public Suspension {
            if (after < 1) {
                throw new IllegalArgumentException("suspendAfter: " + after + " (expected: 1 or more)");
            }
            if (atRate.isPresent() && (atRate.get() < 1 || atRate.get() > 100)) {
                throw new IllegalArgumentException("suspendAtRate: " + atRate.get() + " (expected: 1 to 100)");
            }
            requirePositive("suspendFor", least);
            requirePositive("suspendAtMost", most);
            least = shorter(least, most);
        }
    }

    /**
     * @param interval time between two probes of one endpoint
     * @param timeout longest time a probe waits
     * @param path what is asked for by GET, below the endpoint's URL, where 2xx and 3xx are good answers; empty: TCP, and TLS for https
     * @param always whether endpoints that are not suspended are probed, too
     */
    public record Probe(Duration interval, Duration timeout, Optional<String> path, boolean always) {

        private static final Pattern PATH = Pattern.compile(
                "/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*+(?:\\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*+)?");

        public Probe {
            requirePositive("probe.interval", interval);
            requirePositive("probe.timeout", timeout);
            path.filter(there -> !isPath(there)).ifPresent(there -> {
                throw new IllegalArgumentException("probe.path: '" + there + "' (expected: a path such as /health)");
            });
        }

        /** Whether an endpoint that answers so is well: 2xx and 3xx. */
        public static boolean isGood(int status) {
            return status >= 200 && status < 400;
        }

        /** Whether it can be asked for as it is: a path of RFC 3986 from the slash on, perhaps with a query. */
        public static boolean isPath(String text) {
            return PATH.matcher(text).matches();
        }
    }

    public FailoverPolicy {
        requirePositive("connectTimeout", connectTimeout);
        requirePositive("responseTimeout", responseTimeout);
        requirePositive("deadline", deadline);
        requirePositive("idleTimeout", idleTimeout);
        eventStreamIdleTimeout.ifPresent(timeout -> requirePositive("eventStreamIdleTimeout", timeout));
        if (replayLimitBytes < 0) {
            throw new IllegalArgumentException("replayLimit: " + replayLimitBytes + " (expected: 0 or more)");
        }
        connectTimeout = shorter(connectTimeout, deadline);
        responseTimeout = shorter(responseTimeout, deadline);
        statuses = Set.copyOf(statuses);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
