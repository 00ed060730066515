package dev.understudy.openapi;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Capacity;
import dev.understudy.endpoint.FailoverPolicy.Probe;
import dev.understudy.endpoint.FailoverPolicy.Repeats;
import dev.understudy.endpoint.FailoverPolicy.Suspension;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a list of endpoints says of its policy, as far as it says something. Confined to one reading. */
final class PolicyDraft {

    Optional<Duration> connectTimeout = Optional.empty();
    Optional<Duration> responseTimeout = Optional.empty();
    Optional<Duration> deadline = Optional.empty();
    Optional<Duration> idleTimeout = Optional.empty();
    Optional<Set<Integer>> statuses = Optional.empty();
    Optional<Repeats> repeats = Optional.empty();
    Optional<Integer> connections = Optional.empty();
    Optional<Integer> requests = Optional.empty();
    Optional<Integer> waiting = Optional.empty();
    Optional<Long> replayLimitBytes = Optional.empty();
    Optional<Boolean> trustIdempotencyKey = Optional.empty();
    Optional<Integer> suspendAfter = Optional.empty();
    Optional<Integer> suspendAtRate = Optional.empty();
    Optional<Duration> suspendFor = Optional.empty();
    Optional<Duration> suspendAtMost = Optional.empty();
    Optional<Duration> probeInterval = Optional.empty();
    Optional<Duration> probeTimeout = Optional.empty();
    Optional<String> probePath = Optional.empty();
    Optional<Boolean> probeAlways = Optional.empty();
    Optional<Boolean> exposeHeaders = Optional.empty();

    /** The policy, with what the list does not say from another one. */
    FailoverPolicy over(FailoverPolicy base) {
        return new FailoverPolicy(
                connectTimeout.orElse(base.connectTimeout()),
                responseTimeout.orElse(base.responseTimeout()),
                deadline.orElse(base.deadline()),
                idleTimeout.orElse(base.idleTimeout()),
                idleTimeout.or(base::eventStreamIdleTimeout),
                statuses.orElse(base.statuses()),
                repeats.orElse(base.repeats()),
                over(base.capacity()),
                replayLimitBytes.orElse(base.replayLimitBytes()),
                trustIdempotencyKey.orElse(base.trustIdempotencyKey()),
                over(base.suspension()),
                over(base.probe()),
                exposeHeaders.orElse(base.exposeHeaders()));
    }

    private Capacity over(Capacity base) {
        return new Capacity(
                connections.orElse(base.connections()),
                requests.orElse(base.requests()),
                waiting.orElse(base.waiting()));
    }

    // Of the two times, the one that the list does not say gives way.
    private Suspension over(Suspension base) {
        Duration most = suspendAtMost.orElseGet(() ->
                suspendFor.filter(least -> least.compareTo(base.most()) > 0).orElse(base.most()));
        return new Suspension(
                suspendAfter.orElse(base.after()),
                suspendAtRate.or(base::atRate),
                suspendFor.orElse(base.least()),
                most);
    }

    private Probe over(Probe base) {
        return new Probe(
                probeInterval.orElse(base.interval()),
                probeTimeout.orElse(base.timeout()),
                probePath.or(base::path),
                probeAlways.orElse(base.always()));
    }
}
