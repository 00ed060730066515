package dev.understudy.events;

import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Event.Kind;
import dev.understudy.journal.Events;
import dev.understudy.journal.Outcome;
import dev.understudy.journal.RequestRecord;
import dev.understudy.journal.Standing;
import dev.understudy.journal.Witness;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Failovers as events: the first of its kind at once, and then one in ten seconds with the number of those since, so that
 * an outage under load leaves room for what else happens.
 */
final class RequestEvents implements Witness {

    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    /** There are fewer, unless documents change all the time. */
    private static final int MOST_KINDS = 10_000;

    private record Key(Kind kind, String api, int from, int to, String reason) {}

    private static final class Since {

        private final AtomicLong count = new AtomicLong();
        private final AtomicLong told;

        Since(long told) {
            this.told = new AtomicLong(told);
        }
    }

    private final Events events;
    private final LongSupplier nanoTime;
    private final Map<Key, Since> kinds = new ConcurrentHashMap<>();

    /** @param nanoTime a clock such as {@link System#nanoTime} */
    RequestEvents(Events events, LongSupplier nanoTime) {
        this.events = events;
        this.nanoTime = nanoTime;
    }

    @Override
    public void saw(RequestRecord request) {
        List<AttemptRecord> attempts = request.attempts();
        for (int i = 1; i < attempts.size(); i++) {
            AttemptRecord from = attempts.get(i - 1);
            AttemptRecord to = attempts.get(i);
            if (from.position() != to.position()) {
                tell(key(Kind.FAILOVER, request, from, to.position()), request, from.endpoint(), to.endpoint());
            }
        }
        if (!attempts.isEmpty() && request.code().isPresent()) {
            AttemptRecord last = attempts.get(attempts.size() - 1);
            tell(key(Kind.GIVEN_UP, request, last, 0), request, last.endpoint(), "nobody");
        } else if (attempts.isEmpty() && allAreHeld(request.line())) {
            tell(new Key(Kind.GIVEN_UP, request.api().orElse(""), 0, 0, "held"), request, "every endpoint", "nobody");
        }
    }

    private static boolean allAreHeld(List<Standing> line) {
        return !line.isEmpty()
                && line.stream().allMatch(standing -> standing.state().held());
    }

    private void tell(Key key, RequestRecord request, String from, String to) {
        if (kinds.size() >= MOST_KINDS) {
            kinds.clear();
        }
        long now = nanoTime.getAsLong();
        Since since = kinds.computeIfAbsent(key, first -> new Since(now - PAUSE));
        since.count.incrementAndGet();
        long told = since.told.get();
        if (now - told >= PAUSE && since.told.compareAndSet(told, now)) {
            tell(key, request, from, to, since.count.getAndSet(0));
        }
    }

    private void tell(Key key, RequestRecord request, String from, String to, long count) {
        String what = key.kind() == Kind.FAILOVER ? " -> " + to : " given up";
        events.add(
                key.kind(),
                key.api() + ": " + from + what + ": " + key.reason() + (count > 1 ? " (" + count + " times)" : ""),
                Map.of(
                        "api", key.api(),
                        "operation", request.operation().orElse(""),
                        "from", String.valueOf(key.from()),
                        "to", String.valueOf(key.to()),
                        "from-endpoint", from,
                        "to-endpoint", to,
                        "reason", key.reason(),
                        "request", request.id(),
                        "count", String.valueOf(count)));
    }

    private static Key key(Kind kind, RequestRecord request, AttemptRecord from, int to) {
        return new Key(kind, request.api().orElse(""), from.position(), to, Outcome.text(from.outcome()));
    }
}
