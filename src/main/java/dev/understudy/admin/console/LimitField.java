package dev.understudy.admin.console;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.openapi.EndpointLists;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * A limit of a list, as the form asks for it.
 *
 * @param name one of {@link EndpointLists#LIMITS}
 * @param id of its element
 * @param hint what is expected
 * @param usual what holds where the list says nothing
 * @param yesOrNo whether it is {@code true} or {@code false}
 */
record LimitField(String name, String id, String label, String hint, String usual, boolean yesOrNo) {

    private record Text(String group, String label, String hint) {}

    private static final String TIMES = "Times";
    private static final String REPEATS = "The same endpoint once more";
    private static final String CAPACITY = "At once, for each endpoint";
    private static final String FAILOVER = "When to move on";
    private static final String SUSPENSION = "Suspension";
    private static final String PROBE = "Probe";
    private static final String TIME = "a time, such as 300ms or 2s";
    private static final String STATUSES = "with commas, such as 502, 503";
    private static final String NUMBER = "a whole number";
    private static final String YES_OR_NO = "yes or no";

    private static final Map<String, Text> TEXTS = texts();

    /** All of them by the heading under which they stand. @param policy what holds where a list says nothing */
    static Map<String, List<LimitField>> all(FailoverPolicy policy) {
        Map<String, String> usual = usual(policy);
        Map<String, List<LimitField>> groups = TEXTS.values().stream()
                .map(Text::group)
                .distinct()
                .collect(Collectors.toMap(group -> group, group -> List.of(), (one, other) -> one, LinkedHashMap::new));
        groups.replaceAll((group, none) -> TEXTS.entrySet().stream()
                .filter(each -> each.getValue().group.equals(group))
                .map(each -> of(each.getKey(), each.getValue(), usual.getOrDefault(each.getKey(), "none")))
                .toList());
        return groups;
    }

    private static LimitField of(String name, Text text, String usual) {
        return new LimitField(name, idOf(name), text.label, text.hint, usual, text.hint.equals(YES_OR_NO));
    }

    static String idOf(String name) {
        return "limit-" + name.replace('.', '-');
    }

    private static Map<String, Text> texts() {
        Map<String, Text> all = new LinkedHashMap<>();
        all.put("failover.deadline", new Text(TIMES, "Deadline of all attempts together", TIME));
        all.put("timeoutInMillis", new Text(TIMES, "The same in milliseconds, as in WSO2", "instead of the deadline"));
        all.put("failover.connectTimeout", new Text(TIMES, "Connect timeout of one attempt", TIME));
        all.put("failover.responseTimeout", new Text(TIMES, "Response timeout of one attempt", TIME));
        all.put("failover.idleTimeout", new Text(TIMES, "Idle timeout of a body", TIME));
        all.put("failover.statuses", new Text(FAILOVER, "Statuses that move on", STATUSES + "; [] for none"));
        all.put("failover.replayLimit", new Text(FAILOVER, "Body kept to be sent again", "a size, such as 64KB"));
        all.put("failover.trustIdempotencyKey", new Text(FAILOVER, "Trust Idempotency-Key", YES_OR_NO));
        all.put("failover.exposeHeaders", new Text(FAILOVER, "Tell callers which endpoint answered", YES_OR_NO));
        all.put("retryConfig.count", new Text(REPEATS, "How often", "0 to 5"));
        all.put("retryConfig.statusCodes", new Text(REPEATS, "After which statuses", STATUSES));
        all.put("failover.suspendAfter", new Text(SUSPENSION, "After failures in a row", NUMBER));
        all.put("failover.suspendAtRate", new Text(SUSPENSION, "At failures in percent", "1 to 100"));
        all.put("failover.suspendFor", new Text(SUSPENSION, "For at least", TIME));
        all.put("failover.suspendAtMost", new Text(SUSPENSION, "For at most", TIME));
        all.put(
                "failover.probe.path",
                new Text(PROBE, "Path that is asked for", "such as /health; none: a connection"));
        all.put("failover.probe.interval", new Text(PROBE, "Time between two", TIME));
        all.put("failover.probe.timeout", new Text(PROBE, "Timeout of one", TIME));
        all.put("failover.probe.always", new Text(PROBE, "Also while not suspended", YES_OR_NO));
        all.put("circuitBreakers.maxConnections", new Text(CAPACITY, "Connections", NUMBER));
        all.put("circuitBreakers.maxRequests", new Text(CAPACITY, "Requests", NUMBER));
        all.put("circuitBreakers.maxPendingRequests", new Text(CAPACITY, "Requests that wait", NUMBER));
        return all;
    }

    private static Map<String, String> usual(FailoverPolicy policy) {
        Map<String, String> usual = new LinkedHashMap<>();
        usual.put("failover.deadline", shown(policy.deadline()));
        usual.put("timeoutInMillis", String.valueOf(policy.deadline().toMillis()));
        usual.put("failover.connectTimeout", shown(policy.connectTimeout()));
        usual.put("failover.responseTimeout", shown(policy.responseTimeout()));
        usual.put("failover.idleTimeout", shown(policy.idleTimeout()));
        usual.put("failover.statuses", shown(policy.statuses()));
        usual.put("failover.replayLimit", shown(policy.replayLimitBytes()));
        usual.put("failover.trustIdempotencyKey", shown(policy.trustIdempotencyKey()));
        usual.put("failover.exposeHeaders", shown(policy.exposeHeaders()));
        usual.put("retryConfig.count", String.valueOf(policy.repeats().count()));
        usual.put("retryConfig.statusCodes", "504");
        usual.put("failover.suspendAfter", String.valueOf(policy.suspension().after()));
        policy.suspension().atRate().ifPresent(rate -> usual.put("failover.suspendAtRate", String.valueOf(rate)));
        usual.put("failover.suspendFor", shown(policy.suspension().least()));
        usual.put("failover.suspendAtMost", shown(policy.suspension().most()));
        policy.probe().path().ifPresent(path -> usual.put("failover.probe.path", path));
        usual.put("failover.probe.interval", shown(policy.probe().interval()));
        usual.put("failover.probe.timeout", shown(policy.probe().timeout()));
        usual.put("failover.probe.always", shown(policy.probe().always()));
        usual.put("circuitBreakers.maxConnections", most(policy.capacity().connections()));
        usual.put("circuitBreakers.maxRequests", most(policy.capacity().requests()));
        usual.put("circuitBreakers.maxPendingRequests", most(policy.capacity().waiting()));
        return usual;
    }

    static String shown(Duration time) {
        return DurationStyle.SIMPLE.print(time, time.toMillisPart() == 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
    }

    private static String shown(long bytes) {
        long kilobytes = DataSize.ofBytes(bytes).toKilobytes();
        return kilobytes > 0 && kilobytes * 1024 == bytes ? kilobytes + "KB" : bytes + "B";
    }

    private static String shown(boolean yes) {
        return yes ? "yes" : "no";
    }

    private static String shown(Collection<Integer> statuses) {
        return statuses.isEmpty()
                ? "none"
                : statuses.stream().sorted().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String most(int number) {
        return number == Integer.MAX_VALUE ? "no limit" : String.valueOf(number);
    }
}
