package dev.understudy.openapi;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.endpoint.FailoverPolicy.Repeats;
import dev.understudy.openapi.Value.Mapping;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code advanceEndpointConfig}: what Choreo Connect has there, with its meaning, and the gateway's own part. */
final class PolicyReader {

    private static final Set<String> ADVANCED = Set.of("timeoutInMillis", "retryConfig", "circuitBreakers", "failover");
    private static final Set<String> RETRY = Set.of("count", "statusCodes");
    private static final List<String> UNUSED_LIMITS = List.of("maxRetries", "maxConnectionPools");
    private static final Set<String> CIRCUIT_BREAKERS =
            Set.of("maxConnections", "maxRequests", "maxPendingRequests", "maxRetries", "maxConnectionPools");

    private static final int MOST_REPEATS = 5;
    private static final Set<Integer> REPEATED = Set.of(504);

    private final Defaults defaults;
    private final Findings findings;
    private final Names names;
    private final Quantities quantities;
    private final FailoverReader failover;

    PolicyReader(Defaults defaults, Findings findings) {
        this.defaults = defaults;
        this.findings = findings;
        this.names = new Names(findings);
        this.quantities = new Quantities(findings);
        this.failover = new FailoverReader(defaults, findings);
    }

    /** The policy of a list of endpoints. @param configured what holds, before the defaults, where the list says nothing */
    FailoverPolicy read(Mapping list, Configured configured) {
        FailoverPolicy base = configured.over(defaults.policy());
        return list.get("advanceEndpointConfig")
                .flatMap(findings::mapping)
                .map(own -> advanced(own, base))
                .orElse(base);
    }

    private FailoverPolicy advanced(Mapping advanced, FailoverPolicy base) {
        names.refuseSlips(advanced, ADVANCED);
        PolicyDraft draft = new PolicyDraft();
        draft.deadline = advanced.get("timeoutInMillis").flatMap(this::timeout);
        draft.repeats = part(advanced, "retryConfig").map(this::repeats);
        part(advanced, "circuitBreakers").ifPresent(limits -> readCapacity(limits, draft));
        part(advanced, "failover").ifPresent(own -> failover.read(own, draft, base.deadline()));
        return draft.over(base);
    }

    /**
     * What is said of an endpoint of {@code api.yaml}: how long it may take, and how often it is asked again.
     *
     * @param config what Publisher keeps of an endpoint's limits, most of it for other gateways; numbers as text
     */
    PolicyDraft ofPublisher(Mapping config) {
        PolicyDraft draft = new PolicyDraft();
        draft.deadline = filled(config, "actionDuration")
                .filter(value -> value.asInteger().filter(millis -> millis == 0).isEmpty())
                .flatMap(this::timeout);
        draft.repeats = filled(config, "retryTimeOut")
                .flatMap(this::count)
                .map(count -> count == 0 ? Repeats.NONE : new Repeats(count, REPEATED));
        return draft;
    }

    // A form that was left empty says nothing, and so does a duration of 0.
    private static Optional<Value> filled(Mapping config, String name) {
        return config.get(name)
                .filter(value ->
                        value.asTextOrNumber().filter(text -> !text.isBlank()).isPresent()
                                || value.asItems().isPresent()
                                || value.asMapping().isPresent())
                .map(PolicyReader::asNumber);
    }

    private static Value asNumber(Value value) {
        return value.asText()
                .map(String::strip)
                .filter(text -> text.matches("-?\\d{1,10}"))
                .<Value>map(text -> new Value.Scalar(value.place(), Value.Scalar.Kind.NUMBER, text))
                .orElse(value);
    }

    private Optional<Mapping> part(Mapping advanced, String name) {
        return advanced.get(name).flatMap(findings::mapping);
    }

    private Optional<Duration> timeout(Value millis) {
        return quantities.upTo((int) Quantities.LONGEST.toMillis(), millis).map(Duration::ofMillis);
    }

    private Repeats repeats(Mapping retry) {
        names.refuseSlips(retry, RETRY);
        if (!retry.has("count")) {
            findings.warn(retry.place(), "no count: the same endpoint is never asked again");
        }
        Set<Integer> statuses =
                retry.get("statusCodes").map(this::repeatedStatuses).orElse(REPEATED);
        int count = retry.get("count").flatMap(this::count).orElse(0);
        return count == 0 ? Repeats.NONE : new Repeats(count, statuses);
    }

    private Optional<Integer> count(Value value) {
        return findings.integer(value).map(count -> {
            boolean fits = count >= 0 && count <= MOST_REPEATS;
            if (!fits) {
                findings.warn(value.place(), value.shown() + " is not from 0 to 5: it is taken as 5");
            }
            return fits ? count : MOST_REPEATS;
        });
    }

    private Set<Integer> repeatedStatuses(Value list) {
        Set<Integer> statuses = new HashSet<>();
        List<Value> items = findings.items(list).orElse(List.of());
        for (Value item : items) {
            findings.integer(item).filter(status -> isRepeated(item, status)).ifPresent(statuses::add);
        }
        if (!items.isEmpty() && statuses.isEmpty()) {
            findings.warn(list.place(), "no status is left: 504 counts");
        }
        return statuses.isEmpty() ? REPEATED : statuses;
    }

    private boolean isRepeated(Value item, int status) {
        boolean fits = status >= 401 && status <= 598;
        if (!fits) {
            findings.warn(item.place(), item.shown() + " has no effect: it is no status from 401 to 598");
        }
        return fits;
    }

    private void readCapacity(Mapping limits, PolicyDraft draft) {
        names.refuseSlips(limits, CIRCUIT_BREAKERS);
        draft.connections = limit(limits, "maxConnections");
        draft.requests = limit(limits, "maxRequests");
        draft.waiting = limit(limits, "maxPendingRequests");
        UNUSED_LIMITS.forEach(name -> limit(limits, name)
                .flatMap(set -> limits.get(name))
                .ifPresent(value -> findings.warn(value.place(), "'" + name + "' has no effect: it is not used")));
    }

    // -1 and 0 mean the default.
    private Optional<Integer> limit(Mapping limits, String name) {
        return limits.get(name).flatMap(findings::integer).filter(number -> number > 0);
    }
}
