package dev.understudy.fleet;

import dev.understudy.background.BackgroundThreads;
import dev.understudy.store.Difference;
import dev.understudy.store.Edition;
import dev.understudy.store.HttpControlPlane;
import dev.understudy.store.Revision;
import dev.understudy.store.Snapshot;
import dev.understudy.store.Store;
import dev.understudy.store.StoredApi;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    /** How much of projects is sent with what needs them, so that not each of the followers has to ask for them. */
    private static final int MOST_SENT_ALONG = 256 << 10;

    /** @param projects those that the one before had not, as far as they are small */
    private record Made(Edition edition, String after, Map<String, byte[]> projects) {}

    // After what was deployed is known, and before the listeners open.
    private static final int PHASE = DEFAULT_PHASE - 3072;

    private final Store store;
    private final Scheduler thread = Schedulers.newSingle(BackgroundThreads.named("editions"));
    private final Sinks.Many<Made> news = Sinks.many().replay().latest();

    // The last one first.
    private final Deque<Made> last = new ArrayDeque<>();
    private Snapshot seen = new Snapshot("", -1, List.of(), List.of());
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
        Flux<Made> pulses =
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

        Difference next(Made made) {
            Difference next = last.map(before -> difference(before, made))
                    .orElseGet(() -> made.edition().whole());
            last = Optional.of(made.edition());
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
        Snapshot snapshot = store.snapshot();
        Edition before = lastEdition();
        Edition next = Edition.of(snapshot, before);
        if (next.checksum().equals(before.checksum()) && next.revision() == before.revision()) {
            return;
        }
        Made made = new Made(next, before.checksum(), fresh(snapshot));
        seen = snapshot;
        synchronized (last) {
            last.addFirst(made);
            if (last.size() > REMEMBERED) {
                last.removeLast();
            }
            news.tryEmitNext(made);
        }
    }

    private Edition lastEdition() {
        synchronized (last) {
            return last.isEmpty() ? Edition.NONE : last.getFirst().edition();
        }
    }

    /** What is served now and was not before. Whatever there is no room for, or cannot be read, is asked for. */
    private Map<String, byte[]> fresh(Snapshot now) {
        Set<String> known = seen.apis().stream()
                .flatMap(StoredApi::served)
                .map(Revision::archiveName)
                .collect(Collectors.toSet());
        Map<String, byte[]> fresh = new HashMap<>();
        int room = seen.revision() < 0 ? 0 : MOST_SENT_ALONG;
        for (Revision revision : now.apis().stream().flatMap(StoredApi::served).toList()) {
            if (room > 0 && !known.contains(revision.archiveName()) && !fresh.containsKey(revision.archiveName())) {
                byte[] content = content(revision);
                if (content.length > 0 && content.length <= room) {
                    fresh.put(revision.archiveName(), content);
                    room -= content.length;
                }
            }
        }
        return fresh;
    }

    private byte[] content(Revision revision) {
        try {
            return store.archive(revision);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    private Made latest() {
        synchronized (last) {
            return last.getFirst();
        }
    }

    private Optional<Edition> known(String checksum) {
        synchronized (last) {
            return last.stream()
                    .map(Made::edition)
                    .filter(edition -> edition.checksum().equals(checksum))
                    .findFirst();
        }
    }

    // Most who follow have the same, and need the same.
    private synchronized Difference difference(Edition before, Made made) {
        Edition next = made.edition();
        Difference difference = lastDifference
                .filter(last -> last.base().equals(before.checksum())
                        && last.checksum().equals(next.checksum())
                        && last.revision() == next.revision())
                .orElseGet(() -> made(before, made));
        lastDifference = Optional.of(difference);
        return difference;
    }

    private static Difference made(Edition before, Made made) {
        Difference plain = made.edition().since(before);
        boolean isOfItsOwn = made.after().equals(before.checksum());
        return isOfItsOwn && !plain.changed().isEmpty() ? plain.with(made.projects()) : plain;
    }
}
