package dev.understudy.testkit;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Capacity;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.FailoverPolicy.Repeats;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Policies for tests, each part as it is by default unless a test says otherwise. */
public final class Policies {

    private Duration connectTimeout = Duration.ofSeconds(1);
    private Duration responseTimeout = Duration.ofSeconds(30);
    private Duration deadline = Duration.ofSeconds(60);
    private Duration idleTimeout = Duration.ofSeconds(60);
    private Optional<Duration> eventStreamIdleTimeout = Optional.empty();
    private Set<Integer> statuses = Set.of(502, 503, 504);
    private Repeats repeats = Repeats.NONE;
    private Capacity capacity = new Capacity(2_000, 2_000, 2_000);
    private long replayLimitBytes = 64 * 1024;
    private boolean trustIdempotencyKey;
    private Suspension suspension = new Suspension(3, Optional.empty(), Duration.ofSeconds(1), Duration.ofSeconds(60));
    private Probe probe = new Probe(Duration.ofSeconds(1), Duration.ofSeconds(1), Optional.empty(), false);
    private boolean exposeHeaders;

    private Policies() {}

    public static Policies policy() {
        return new Policies();
    }

    public Policies connect(Duration limit) {
        connectTimeout = limit;
        return this;
    }

    public Policies response(Duration limit) {
        responseTimeout = limit;
        return this;
    }

    public Policies deadline(Duration limit) {
        deadline = limit;
        return this;
    }

    public Policies idle(Duration limit) {
        idleTimeout = limit;
        return this;
    }

    public Policies eventStreamIdle(Duration limit) {
        eventStreamIdleTimeout = Optional.of(limit);
        return this;
    }

    public Policies statuses(Integer... failing) {
        statuses = Set.of(failing);
        return this;
    }

    public Policies repeats(int count, Integer... after) {
        repeats = new Repeats(count, Set.of(after));
        return this;
    }

    public Policies capacity(int connections, int requests, int waiting) {
        capacity = new Capacity(connections, requests, waiting);
        return this;
    }

    public Policies replayLimit(long bytes) {
        replayLimitBytes = bytes;
        return this;
    }

    public Policies trustIdempotencyKey() {
        trustIdempotencyKey = true;
        return this;
    }

    public Policies suspension(int after, Duration least, Duration most) {
        suspension = new Suspension(after, suspension.atRate(), least, most);
        return this;
    }

    /** More failures in a row than any test has. */
    public Policies neverSuspends() {
        return suspension(1_000_000, suspension.least(), suspension.most());
    }

    public Policies suspendAtRate(int percent) {
        suspension = new Suspension(suspension.after(), Optional.of(percent), suspension.least(), suspension.most());
        return this;
    }

    public Policies probe(Duration interval, Duration timeout) {
        probe = new Probe(interval, timeout, probe.path(), probe.always());
        return this;
    }

    public Policies probePath(String path) {
        probe = new Probe(probe.interval(), probe.timeout(), Optional.of(path), probe.always());
        return this;
    }

    public Policies probeAlways() {
        probe = new Probe(probe.interval(), probe.timeout(), probe.path(), true);
        return this;
    }

    public Policies exposeHeaders() {
        exposeHeaders = true;
        return this;
    }

    public FailoverPolicy build() {
        return new FailoverPolicy(
                connectTimeout,
                responseTimeout,
                deadline,
                idleTimeout,
                eventStreamIdleTimeout,
                statuses,
                repeats,
                capacity,
                replayLimitBytes,
                trustIdempotencyKey,
                suspension,
                probe,
                exposeHeaders);
    }
}
