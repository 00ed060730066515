package dev.understudy.journal;

import dev.understudy.catalog.Catalog;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** How each endpoint of each list has done. What is not served any more is forgotten. */
public final class Performances implements Witness {

    private record Key(String group, String endpoint) {}

    private final Map<Key, Performance> performances = new ConcurrentHashMap<>();

    /** That of an endpoint in a list; of one that was not asked nothing is known. Also after a reload. */
    public Performance of(EndpointGroup group, Endpoint endpoint) {
        return performances.getOrDefault(new Key(group.name(), endpoint.toString()), Performance.NONE);
    }

    @Override
    public void saw(RequestRecord request) {
        if (!request.attempts().isEmpty()) {
            request.found()
                    .flatMap(found -> found.operation().group(request.keyType()))
                    .ifPresent(group -> note(group, request));
        }
    }

    /** Forgets what is not served any more. */
    public void follow(Catalog catalog) {
        Set<Key> served = catalog.groups().keySet().stream()
                .flatMap(
                        group -> group.endpoints().stream().map(endpoint -> new Key(group.name(), endpoint.toString())))
                .collect(Collectors.toSet());
        performances.keySet().retainAll(served);
    }

    private void note(EndpointGroup group, RequestRecord request) {
        List<AttemptRecord> attempts = request.attempts();
        for (int i = 0; i < attempts.size(); i++) {
            AttemptRecord attempt = attempts.get(i);
            Performance performance =
                    performances.computeIfAbsent(new Key(group.name(), attempt.endpoint()), key -> new Performance());
            Instant at = request.at().plus(attempt.began()).plus(attempt.took());
            boolean brokeOff = i == attempts.size() - 1 && request.ending() == Ending.BROKEN_OFF;
            note(performance, attempt, i == 0, brokeOff, at);
        }
    }

    private static void note(
            Performance performance, AttemptRecord attempt, boolean first, boolean brokeOff, Instant at) {
        if (!(attempt.outcome() instanceof Attempt.Answered answered)) {
            if (attempt.outcome().isFault(first)) {
                performance.failed(new Performance.Fault(attempt.word(), at));
            }
            return;
        }
        performance.answered(attempt.took());
        if (brokeOff) {
            performance.failed(new Performance.Fault("broken_off", at));
        } else if (attempt.next() == Rule.ANSWER) {
            performance.served(at);
        } else if (answered.status() >= 500) {
            performance.failed(new Performance.Fault(String.valueOf(answered.status()), at));
        }
    }
}
