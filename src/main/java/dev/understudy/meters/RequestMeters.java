package dev.understudy.meters;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.failover.Attempt;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Outcome;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Witness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Times requests and attempts, and counts failovers. There are as many series as the documents that are served have
 * templates and endpoints, whatever callers ask for; those of operations that are not served any more go.
 */
final class RequestMeters implements Witness {

    static final String REQUESTS = "understudy.requests";
    static final String ATTEMPTS = "understudy.attempts";
    static final String FAILOVERS = "understudy.failovers";

    /** In the place of what is not there: no API, no answer, no code of the gateway. No name of an API is without a space. */
    private static final String NONE = "none";

    /** The bounds of the histogram of requests: from what an endpoint nearby takes to the deadline of all attempts. */
    private static final Duration[] BOUNDS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private record RequestKey(String api, String status, String code, String ending) {}

    /** An operation, by the names that its series have. */
    private record Served(String api, String operation) {}

    /**
     * A series of attempts, by what came of them. What is counted stands here and not in a timer of the registry, which is some
     * ten objects: with ten thousand operations none of them is in the processor's cache when its request comes.
     */
    private static final class Series {

        private static final AtomicLongFieldUpdater<Series> COUNT =
                AtomicLongFieldUpdater.newUpdater(Series.class, "count");
        private static final AtomicLongFieldUpdater<Series> NANOS =
                AtomicLongFieldUpdater.newUpdater(Series.class, "nanos");

        private final int position;
        private final String outcome;
        private final String status;
        private volatile long count;
        private volatile long nanos;

        Series(AttemptKey key) {
            position = key.position();
            outcome = key.outcome();
            status = key.status();
        }

        boolean isOf(AttemptRecord attempt) {
            return position == attempt.position() && outcome.equals(attempt.word()) && status.equals(statusOf(attempt));
        }

        void add(Duration took) {
            COUNT.incrementAndGet(this);
            NANOS.addAndGet(this, took.toNanos());
        }
    }

    /** The series of one operation's attempts that were asked for: one, as long as all goes well. */
    private static final class OfOperation {

        // One string for all operations of an API: equal ones would be compared by their characters, which are nowhere
        // near.
        private final String api;
        private final String operation;
        private volatile @Nullable Series first;
        private volatile List<Series> others = List.of();

        OfOperation(String api, String operation) {
            this.api = api;
            this.operation = operation;
        }

        Served served() {
            return new Served(api, operation);
        }

        @Nullable
        Series series(AttemptRecord attempt) {
            Series most = first;
            if (most == null || most.isOf(attempt)) {
                return most;
            }
            for (Series each : others) {
                if (each.isOf(attempt)) {
                    return each;
                }
            }
            return null;
        }

        synchronized void add(Series more) {
            if (first == null) {
                first = more;
            } else if (first != more && !others.contains(more)) {
                others = Stream.concat(others.stream(), Stream.of(more)).toList();
            }
        }
    }

    /** @param meter what the registry knows the series by */
    private record Known(Series series, Meter meter) {}

    private record AttemptKey(Served served, int position, String outcome, String status) {}

    private record FailoverKey(String api, int from, int to, String reason) {}

    private static final String[] STATUS_CLASSES =
            IntStream.range(0, 10).mapToObj(first -> first + "xx").toArray(String[]::new);

    private final MeterRegistry registry;

    // What is of an operation is put together once, and not for each request. By identity; a new map for each catalog.
    private volatile IdentityHashMap<Match.Found, OfOperation> operations = new IdentityHashMap<>();

    private final Map<RequestKey, Timer> requests = new ConcurrentHashMap<>();

    /** By the name of the API: a deploy looks through those of the API that it changes. */
    private final Map<String, Map<AttemptKey, Known>> attempts = new ConcurrentHashMap<>();

    /** Names of APIs that have series that are younger than the last look at what is served. */
    private final Set<String> younger = ConcurrentHashMap.newKeySet();

    // Of the last look; guarded by this.
    private Catalog catalog = Catalog.of(List.of());

    private final Map<FailoverKey, Counter> failovers = new ConcurrentHashMap<>();

    RequestMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void saw(RequestRecord request) {
        OfOperation operation = request.found().map(this::of).orElse(null);
        String api = operation == null ? NONE : operation.api;
        timer(requests, key(request, api), this::timer).record(request.took());
        if (operation != null) {
            count(operation, request.attempts());
        }
    }

    /** Forgets what is not served any more. */
    synchronized void follow(Catalog next) {
        operations = next(next);
        Map<String, List<Api>> before = byName(catalog);
        Map<String, List<Api>> now = byName(next);
        catalog = next;
        requests.entrySet()
                .removeIf(entry -> !entry.getKey().api().equals(NONE)
                        && !now.containsKey(entry.getKey().api())
                        && removed(entry.getValue()));
        failovers.entrySet().removeIf(entry -> !now.containsKey(entry.getKey().api()) && removed(entry.getValue()));
        attempts.forEach((name, series) -> {
            List<Api> apis = now.getOrDefault(name, List.of());
            if (younger.remove(name) || !same(before.getOrDefault(name, List.of()), apis)) {
                forget(series, apis);
            }
        });
        attempts.keySet()
                .forEach(api -> attempts.computeIfPresent(api, (any, series) -> series.isEmpty() ? null : series));
    }

    // A clone, and not a copy: that would ask each key for its hash, and most have not been near for long.
    @SuppressWarnings("unchecked")
    private IdentityHashMap<Match.Found, OfOperation> next(Catalog next) {
        IdentityHashMap<Match.Found, OfOperation> all = (IdentityHashMap<Match.Found, OfOperation>) operations.clone();
        catalog.notIn(next).forEach(all::remove);
        Map<Api, String> names = new IdentityHashMap<>();
        next.notIn(catalog)
                .forEach(found -> all.put(
                        found, new OfOperation(names.computeIfAbsent(found.api(), RequestMeters::name), found.name())));
        return all;
    }

    // A request may end when its operation is not served any more.
    private OfOperation of(Match.Found found) {
        OfOperation known = operations.get(found);
        return known != null ? known : new OfOperation(name(found.api()), found.name());
    }

    private static Map<String, List<Api>> byName(Catalog catalog) {
        return catalog.apis().stream().collect(Collectors.groupingBy(RequestMeters::name));
    }

    private void forget(Map<AttemptKey, Known> series, List<Api> apis) {
        Set<String> operations = apis.stream()
                .flatMap(api -> api.operations().stream())
                .map(Operation::name)
                .collect(Collectors.toSet());
        series.entrySet()
                .removeIf(entry -> !operations.contains(entry.getKey().served().operation())
                        && removed(entry.getValue().meter()));
    }

    // Not by what they are, which would compare all that is in a document.
    private static boolean same(List<Api> some, List<Api> others) {
        return some.size() == others.size()
                && IntStream.range(0, some.size()).allMatch(i -> some.get(i) == others.get(i));
    }

    private static String name(Api api) {
        return api.name() + " " + api.version();
    }

    private void count(OfOperation operation, List<AttemptRecord> made) {
        for (int i = 0; i < made.size(); i++) {
            AttemptRecord attempt = made.get(i);
            Series known = operation.series(attempt);
            (known != null ? known : series(operation, attempt)).add(attempt.took());
            if (i > 0 && attempt.position() != made.get(i - 1).position()) {
                failovers
                        .computeIfAbsent(key(operation.api, made.get(i - 1), attempt), this::counter)
                        .increment();
            }
        }
    }

    private Timer timer(RequestKey key) {
        return Timer.builder(REQUESTS)
                .description("Requests of callers, until the end of their answer")
                .serviceLevelObjectives(BOUNDS)
                .tag("api", key.api())
                .tag("status", key.status())
                .tag("code", key.code())
                .tag("ending", key.ending())
                .register(registry);
    }

    private Known known(AttemptKey key) {
        Series series = new Series(key);
        Meter meter = FunctionTimer.builder(ATTEMPTS, series, each -> each.count, each -> each.nanos, NANOSECONDS)
                .description(
                        "Endpoints asked, until the head of their answer was there or it was known that none comes")
                .tag("api", key.served().api())
                .tag("operation", key.served().operation())
                .tag("position", String.valueOf(key.position()))
                .tag("outcome", key.outcome())
                .tag("status", key.status())
                .register(registry);
        return new Known(series, meter);
    }

    private Counter counter(FailoverKey key) {
        return Counter.builder(FAILOVERS)
                .description("Requests that went on to another endpoint")
                .tag("api", key.api())
                .tag("from", String.valueOf(key.from()))
                .tag("to", String.valueOf(key.to()))
                .tag("reason", key.reason())
                .register(registry);
    }

    private boolean removed(Meter meter) {
        registry.remove(meter);
        return true;
    }

    // Looked up first: what makes a timer is not made for each request.
    private static <K> Timer timer(Map<K, Timer> timers, K key, Function<K, Timer> making) {
        Timer known = timers.get(key);
        return known != null ? known : timers.computeIfAbsent(key, making);
    }

    private static RequestKey key(RequestRecord request, String api) {
        return new RequestKey(
                api,
                request.status() == 0 ? NONE : statusClass(request.status()),
                request.code().orElse(NONE),
                request.ending().word());
    }

    // The operation may be a new one with the names of one before.
    private Series series(OfOperation operation, AttemptRecord attempt) {
        Served served = operation.served();
        AttemptKey key = new AttemptKey(served, attempt.position(), attempt.word(), statusOf(attempt));
        // Within one step of the map, or the series would be put where they have just been removed from.
        AtomicReference<Series> made = new AtomicReference<>();
        attempts.compute(served.api(), (api, series) -> {
            Map<AttemptKey, Known> all = series == null ? new ConcurrentHashMap<>() : series;
            made.set(all.computeIfAbsent(key, this::known).series());
            return all;
        });
        younger.add(served.api());
        operation.add(made.get());
        return made.get();
    }

    // An endpoint can answer with any status, but those of an answer that moves the request on are listed.
    private static FailoverKey key(String api, AttemptRecord from, AttemptRecord to) {
        return new FailoverKey(api, from.position(), to.position(), Outcome.text(from.outcome()));
    }

    private static String statusOf(AttemptRecord attempt) {
        return attempt.outcome() instanceof Attempt.Answered answered ? statusClass(answered.status()) : NONE;
    }

    private static String statusClass(int status) {
        return STATUS_CLASSES[status / 100 % 10];
    }
}
