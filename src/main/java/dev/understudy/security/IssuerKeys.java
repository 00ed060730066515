package dev.understudy.security;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * The keys that an issuer publishes, fetched in the background and, where a token names one that is not there, on demand:
 * one fetch at a time, and however many callers ask, one in {@link #PAUSE}. What was fetched last stays while the issuer is
 * away. Safe for use by many threads; nothing here waits.
 */
final class IssuerKeys implements KeySource {

    /** Least time between the starts of two fetches. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    /** Longest time for which a request waits for a fetch. */
    static final Duration PATIENCE = Duration.ofMillis(1500);

    /** Requests that wait for a fetch at once; those beyond it do not. */
    static final int WAITING_AT_MOST = 1000;

    private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

    private final String issuer;
    private final Mono<KeySet> source;
    private final Duration interval;
    private final Scheduler scheduler;
    private final LongSupplier nanos;

    private final AtomicReference<@Nullable Fetch> last = new AtomicReference<>();
    private final Semaphore waiting = new Semaphore(WAITING_AT_MOST);
    private final Disposable.Swap next = Disposables.swap();
    private volatile KeySet current = KeySet.UNKNOWN;
    private final LongAdder fetched = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private volatile boolean failing;

    /**
     * @param source fetches the keys each time it is subscribed to; ends within a bounded time
     * @param lifetime longest time for which a key works after its issuer withdrew it
     * @param nanos a clock that nobody sets
     */
    IssuerKeys(String issuer, Mono<KeySet> source, Duration lifetime, Scheduler scheduler, LongSupplier nanos) {
        this.issuer = issuer;
        this.source = source;
        this.interval = longer(PAUSE, lifetime.dividedBy(2));
        this.scheduler = scheduler;
        this.nanos = nanos;
    }

    /** Asks the issuer now, and from then on in the background. */
    void start() {
        fetch();
    }

    void stop() {
        next.dispose();
    }

    /** Whose they are. */
    String issuer() {
        return issuer;
    }

    /** How often they were fetched. */
    long fetched() {
        return fetched.sum();
    }

    /** How often they could not be fetched. */
    long failed() {
        return failed.sum();
    }

    /** Ends once the issuer was asked, whatever came of it. */
    Mono<Void> asked() {
        return Mono.defer(
                () -> Optional.ofNullable(last.get()).map(Fetch::ended).orElse(Mono.empty()));
    }

    @Override
    public KeySet current() {
        return current;
    }

    @Override
    public Mono<KeySet> newerThan(KeySet seen) {
        return Mono.defer(() -> {
            if (current != seen) {
                return Mono.just(current);
            }
            Optional<Fetch> fetch = fetch();
            return fetch.isPresent() && waiting.tryAcquire() ? after(fetch.get()) : Mono.just(current);
        });
    }

    // On the scheduler, so that the thread that ends the fetch does not serve everybody who waited.
    private Mono<KeySet> after(Fetch fetch) {
        return fetch.ended()
                .timeout(PATIENCE, Mono.empty(), scheduler)
                .then(Mono.fromSupplier(this::current))
                .doFinally(end -> waiting.release())
                .publishOn(scheduler);
    }

    /** The fetch that is under way, or a new one; empty where it is too early for that. */
    private Optional<Fetch> fetch() {
        Fetch before = last.get();
        if (before != null && before.underWay) {
            return Optional.of(before);
        }
        Fetch mine = new Fetch(nanos.getAsLong());
        if (before != null && mine.startedAt - before.startedAt < PAUSE.toNanos()) {
            return Optional.empty();
        }
        if (!last.compareAndSet(before, mine)) {
            return Optional.ofNullable(last.get());
        }
        source.doOnNext(this::take)
                .doOnError(this::keep)
                .onErrorComplete()
                .doFinally(end -> end(mine))
                .subscribe();
        return Optional.of(mine);
    }

    private void take(KeySet keys) {
        fetched.increment();
        current = keys;
        if (failing) {
            log.info("The keys of issuer {} are there again", issuer);
        }
        failing = false;
    }

    private void keep(Throwable failure) {
        failed.increment();
        if (!failing) {
            log.warn("The keys of issuer {} could not be fetched: {}", issuer, failure.getMessage());
        }
        failing = true;
    }

    private void end(Fetch fetch) {
        fetch.underWay = false;
        fetch.end.tryEmitEmpty();
        Duration pause = failing ? PAUSE : interval;
        next.update(scheduler.schedule(this::fetch, pause.toNanos(), TimeUnit.NANOSECONDS));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static final class Fetch {

        final long startedAt;
        final Sinks.Empty<Void> end = Sinks.empty();
        volatile boolean underWay = true;

        Fetch(long startedAt) {
            this.startedAt = startedAt;
        }

        Mono<Void> ended() {
            return end.asMono();
        }
    }
}
