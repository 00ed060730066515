package dev.understudy.fleet;

import dev.understudy.store.Difference;
import dev.understudy.store.Edition;
import dev.understudy.store.HttpControlPlane;
import dev.understudy.store.Store;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The editions of what this process knows, and what makes the next one of each, for all who follow. A few are remembered, so
 * that whoever comes back gets a difference. Safe for use by many threads.
 */
public final class Editions implements SmartLifecycle {

    private static final int REMEMBERED = 16;

    // After what was deployed is known, and before the listeners open.
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final Store store;
    private final Scheduler thread = Schedulers.newSingle("editions", true);
    private final Sinks.Many<Edition> news = Sinks.many().replay().latest();

    // The last one first.
    private final Deque<Edition> last = new ArrayDeque<>();
    private Optional<Difference> lastDifference = Optional.empty();
    private volatile boolean running;

    Editions(Store store) {
        this.store = store;
    }

    /**
     * What there is new for one who follows, beginning with what makes the latest of the one that it has. Whoever is slow gets
     * the latest, and none of those between. What is nothing new comes now and then, and tells that this is there.
     *
     * @param base checksum of the one that is there; if that is not known here, the whole comes first
     */
    public Flux<Difference> since(String base) {
        Flux<Edition> pulses =
                Flux.interval(HttpControlPlane.PULSE).onBackpressureDrop().map(pulse -> latest());
        return Flux.defer(() -> {
            Sent sent = new Sent(known(base));
            return Flux.merge(news.asFlux(), pulses)
                    .onBackpressureLatest()
                    .publishOn(Schedulers.parallel(), 1)
                    .map(sent::next);
        });
    }

    /** What one has got so far. Each of its differences is asked for after the one before. */
    private final class Sent {

        private Optional<Edition> last;

        Sent(Optional<Edition> last) {
            this.last = last;
        }

        Difference next(Edition edition) {
            Difference next = last.map(before -> difference(before, edition)).orElseGet(edition::whole);
            last = Optional.of(edition);
            return next;
        }
    }

    @Override
    public void start() {
        renew();
        running = true;
        store.follow(() -> thread.schedule(this::renew));
    }

    @Override
    public void stop() {
        running = false;
        thread.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    private void renew() {
        synchronized (last) {
            Edition before = last.isEmpty() ? Edition.NONE : last.getFirst();
            Edition next = Edition.of(store.snapshot(), before);
            if (next.checksum().equals(before.checksum()) && next.revision() == before.revision()) {
                return;
            }
            last.addFirst(next);
            if (last.size() > REMEMBERED) {
                last.removeLast();
            }
            news.tryEmitNext(next);
        }
    }

    private Edition latest() {
        synchronized (last) {
            return last.getFirst();
        }
    }

    private Optional<Edition> known(String checksum) {
        synchronized (last) {
            return last.stream()
                    .filter(edition -> edition.checksum().equals(checksum))
                    .findFirst();
        }
    }

    // Most who follow have the same, and need the same.
    private Difference difference(Edition before, Edition next) {
        synchronized (thread) {
            Optional<Difference> made =
                    lastDifference.filter(difference -> difference.base().equals(before.checksum())
                            && difference.checksum().equals(next.checksum())
                            && difference.revision() == next.revision());
            Difference difference = made.orElseGet(() -> next.since(before));
            lastDifference = Optional.of(difference);
            return difference;
        }
    }
}
