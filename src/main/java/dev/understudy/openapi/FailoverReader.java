package dev.understudy.openapi;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Value.Mapping;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Reads {@code failover}, the gateway's own part of {@code advanceEndpointConfig}. */
final class FailoverReader {

    private final Findings findings;
    private final Names names;
    private final Quantities quantities;
    private final long replayMemory;

    /** What the members of {@code failover} are, and where each goes. */
    private final Map<String, BiConsumer<PolicyDraft, Value>> members;

    private final Map<String, BiConsumer<PolicyDraft, Value>> probe;

    FailoverReader(Defaults defaults, Findings findings) {
        this.replayMemory = defaults.replayMemoryBytes();
        this.findings = findings;
        this.names = new Names(findings);
        this.quantities = new Quantities(findings);
        this.probe = Map.of(
                "interval", (draft, value) -> draft.probeInterval = quantities.duration(value),
                "timeout", (draft, value) -> draft.probeTimeout = quantities.duration(value),
                "path", (draft, value) -> draft.probePath = path(value),
                "always", (draft, value) -> draft.probeAlways = findings.bool(value));
        this.members = Map.ofEntries(
                Map.entry("connectTimeout", (draft, value) -> draft.connectTimeout = quantities.duration(value)),
                Map.entry("responseTimeout", (draft, value) -> draft.responseTimeout = quantities.duration(value)),
                Map.entry("deadline", this::deadline),
                Map.entry("idleTimeout", (draft, value) -> draft.idleTimeout = quantities.duration(value)),
                Map.entry("statuses", (draft, value) -> draft.statuses = quantities.statuses(value)),
                Map.entry("replayLimit", (draft, value) -> draft.replayLimitBytes = quantities.bytes(value)),
                Map.entry("trustIdempotencyKey", (draft, value) -> draft.trustIdempotencyKey = findings.bool(value)),
                Map.entry("suspendAfter", (draft, value) -> draft.suspendAfter = quantities.positive(value)),
                Map.entry("suspendAtRate", (draft, value) -> draft.suspendAtRate = quantities.upTo(100, value)),
                Map.entry("suspendFor", (draft, value) -> draft.suspendFor = quantities.duration(value)),
                Map.entry("suspendAtMost", (draft, value) -> draft.suspendAtMost = quantities.duration(value)),
                Map.entry(
                        "probe",
                        (draft, value) -> findings.mapping(value).ifPresent(own -> readMembers(own, probe, draft))),
                Map.entry("exposeHeaders", (draft, value) -> draft.exposeHeaders = findings.bool(value)));
    }

    /**
     * @param draft already with the deadline that stands beside {@code failover}, if one does
     * @param otherwise the deadline if the list sets none
     */
    void read(Mapping own, PolicyDraft draft, Duration otherwise) {
        readMembers(own, members, draft);
        refuseLonger(own, "suspendFor", draft.suspendFor, "suspendAtMost", draft.suspendAtMost);
        compareWithDeadline(own, "connectTimeout", draft.connectTimeout, draft.deadline, otherwise);
        compareWithDeadline(own, "responseTimeout", draft.responseTimeout, draft.deadline, otherwise);
        compareWithMemory(own, draft.replayLimitBytes);
    }

    private void readMembers(Mapping own, Map<String, BiConsumer<PolicyDraft, Value>> known, PolicyDraft draft) {
        names.refuseOthers(own, known.keySet());
        own.members()
                .forEach((name, value) ->
                        Optional.ofNullable(known.get(name)).ifPresent(member -> member.accept(draft, value)));
    }

    private void deadline(PolicyDraft draft, Value value) {
        Optional<Duration> own = quantities.duration(value);
        draft.deadline
                .filter(timeout -> own.isPresent() && !own.get().equals(timeout))
                .ifPresent(timeout -> findings.faultText(
                        value.place(),
                        value.shown() + " beside a timeoutInMillis of " + timeout.toMillis()
                                + " (expected: only one of them, or the same)"));
        draft.deadline = own.or(() -> draft.deadline);
    }

    private void compareWithDeadline(
            Mapping own, String name, Optional<Duration> limit, Optional<Duration> deadline, Duration otherwise) {
        refuseLonger(own, name, limit, "the deadline", deadline);
        limit.filter(time -> deadline.isEmpty() && !own.has("deadline") && time.compareTo(otherwise) > 0)
                .flatMap(time -> own.get(name))
                .ifPresent(value -> findings.warn(
                        value.place(),
                        value.shown() + " is cut short by the deadline, which is " + Quantities.shown(otherwise)
                                + ": set 'deadline', too, if it is to hold"));
    }

    private void compareWithMemory(Mapping own, Optional<Long> limit) {
        limit.filter(bytes -> bytes > replayMemory)
                .flatMap(bytes -> own.get("replayLimit"))
                .ifPresent(value -> findings.warn(
                        value.place(),
                        value.shown() + " is more than understudy.failover.replay-memory, which is "
                                + Quantities.shown(replayMemory) + ": what is longer than that is not kept"));
    }

    private void refuseLonger(
            Mapping own, String name, Optional<Duration> limit, String bound, Optional<Duration> most) {
        limit.filter(time -> most.isPresent() && time.compareTo(most.get()) > 0)
                .flatMap(time -> own.get(name))
                .ifPresent(value -> findings.fault(
                        value, "at most " + bound + ", which is " + Quantities.shown(most.orElseThrow())));
    }

    private Optional<String> path(Value value) {
        return findings.orFault(value, value.asText().filter(FailoverPolicy.Probe::isPath), "a path such as /health");
    }
}
