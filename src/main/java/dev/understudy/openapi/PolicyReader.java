package dev.understudy.openapi;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.Value.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/** Reads {@code advanceEndpointConfig}: what Choreo Connect has there, and the gateway's own {@code failover}. */
final class PolicyReader {

    // As for the keys of the configuration: timers count milliseconds in 31 bits.
    private static final Duration LONGEST = Duration.ofDays(24);

    private static final Set<String> ADVANCED = Set.of("timeoutInMillis", "retryConfig", "circuitBreakers", "failover");
    private static final Set<String> RETRY = Set.of("count", "statusCodes");
    private static final Set<String> CIRCUIT_BREAKERS =
            Set.of("maxConnections", "maxRequests", "maxPendingRequests", "maxRetries", "maxConnectionPools");

    private final Defaults defaults;
    private final Findings findings;
    private final Names names;

    /** What the members of {@code failover} are, and how each is checked. */
    private final Map<String, Consumer<Value>> failover;

    private final Map<String, Consumer<Value>> probe;

    PolicyReader(Defaults defaults, Findings findings) {
        this.defaults = defaults;
        this.findings = findings;
        this.names = new Names(findings);
        this.probe = Map.of("interval", this::duration, "timeout", this::duration, "path", this::probePath);
        this.failover = Map.ofEntries(
                Map.entry("connectTimeout", this::duration),
                Map.entry("responseTimeout", this::duration),
                Map.entry("idleTimeout", this::duration),
                Map.entry("statuses", this::statuses),
                Map.entry("exposeHeaders", findings::bool),
                Map.entry("deadline", later(this::duration)),
                Map.entry("replayLimit", later(this::size)),
                Map.entry("suspendAfter", later(this::positive)),
                Map.entry("suspendFor", later(this::duration)),
                Map.entry("suspendAtMost", later(this::duration)),
                Map.entry("probe", later(this::probe)));
    }

    /** The policy of a list of endpoints; the default one where the list says nothing. */
    FailoverPolicy read(Mapping list) {
        return list.get("advanceEndpointConfig")
                .flatMap(findings::mapping)
                .map(this::advanced)
                .orElse(defaults.policy());
    }

    private FailoverPolicy advanced(Mapping advanced) {
        names.refuseSlips(advanced, ADVANCED);
        advanced.get("timeoutInMillis").ifPresent(later(this::positive));
        advanced.get("retryConfig")
                .ifPresent(later(value -> findings.mapping(value).ifPresent(this::retry)));
        advanced.get("circuitBreakers")
                .ifPresent(later(value -> findings.mapping(value).ifPresent(this::circuitBreakers)));
        return advanced.get("failover")
                .flatMap(findings::mapping)
                .map(this::failover)
                .orElse(defaults.policy());
    }

    private FailoverPolicy failover(Mapping own) {
        names.refuseOthers(own, failover.keySet());
        own.members()
                .forEach((name, value) ->
                        Optional.ofNullable(failover.get(name)).ifPresent(check -> check.accept(value)));
        FailoverPolicy base = defaults.policy();
        Optional<Duration> idle = own.get("idleTimeout").flatMap(PolicyReader::parseDuration);
        return new FailoverPolicy(
                own.get("connectTimeout").flatMap(PolicyReader::parseDuration).orElse(base.connectTimeout()),
                own.get("responseTimeout").flatMap(PolicyReader::parseDuration).orElse(base.responseTimeout()),
                base.deadline(),
                idle.orElse(base.idleTimeout()),
                idle.isPresent() ? idle : base.eventStreamIdleTimeout(),
                own.get("statuses").flatMap(PolicyReader::parseStatuses).orElse(base.statuses()),
                base.repeats(),
                base.capacity(),
                base.replayLimitBytes(),
                base.trustIdempotencyKey(),
                base.suspension(),
                base.probe(),
                own.get("exposeHeaders").flatMap(Value::asBoolean).orElse(base.exposeHeaders()));
    }

    private void retry(Mapping retry) {
        names.refuseSlips(retry, RETRY);
        retry.get("count").ifPresent(findings::integer);
        retry.get("statusCodes").flatMap(findings::items).ifPresent(codes -> codes.forEach(findings::integer));
    }

    private void circuitBreakers(Mapping limits) {
        names.refuseSlips(limits, CIRCUIT_BREAKERS);
        limits.members().values().forEach(findings::integer);
    }

    private void probe(Value value) {
        findings.mapping(value).ifPresent(members -> {
            names.refuseOthers(members, probe.keySet());
            members.members()
                    .forEach((name, member) ->
                            Optional.ofNullable(probe.get(name)).ifPresent(check -> check.accept(member)));
        });
    }

    private void probePath(Value value) {
        findings.orFault(value, value.asText().filter(path -> path.startsWith("/")), "a path that starts with '/'");
    }

    private Consumer<Value> later(Consumer<Value> check) {
        return value -> {
            check.accept(value);
            findings.warn(value.place(), "'" + value.place().token() + "' is not in effect in this version");
        };
    }

    private void positive(Value value) {
        findings.orFault(value, value.asInteger().filter(number -> number > 0), "a whole number greater than 0");
    }

    private void duration(Value value) {
        findings.orFault(value, parseDuration(value), "a time from 1ms to 24d, such as 300ms or 2s");
    }

    private void size(Value value) {
        findings.orFault(value, parseSize(value), "a size such as 64KB");
    }

    private void statuses(Value value) {
        findings.orFault(value, parseStatuses(value), "a list of statuses from 400 to 599, such as [502, 503]");
    }

    /** As in {@code application.yml}: a number without unit is one of milliseconds. */
    private static Optional<Duration> parseDuration(Value value) {
        try {
            return value.asTextOrNumber()
                    .map(text -> DurationStyle.detectAndParse(text.strip()))
                    .filter(time -> time.toMillis() >= 1 && time.compareTo(LONGEST) <= 0);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<DataSize> parseSize(Value value) {
        try {
            return value.asTextOrNumber()
                    .map(text -> DataSize.parse(text.strip()))
                    .filter(size -> !size.isNegative());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Set<Integer>> parseStatuses(Value value) {
        List<Integer> statuses = new ArrayList<>();
        List<Value> items = value.asItems().orElse(List.of(value));
        for (Value item : items) {
            item.asInteger().filter(status -> status >= 400 && status <= 599).ifPresent(statuses::add);
        }
        boolean all = value.asItems().isPresent() && statuses.size() == items.size();
        return all ? Optional.of(new HashSet<>(statuses)) : Optional.empty();
    }
}
