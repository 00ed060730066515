package dev.understudy.overrides;

import dev.understudy.endpoint.HealthListener;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.store.ChangeThread;
import dev.understudy.store.Overtaken;
import dev.understudy.store.Store;
import dev.understudy.store.StoreAway;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Changes what operators hold. What was held before the last stop, and is not over, is held before the listeners open. One
 * thread makes one change at a time; a few more may wait for it. All methods may be called from any thread, event loops
 * included.
 */
public final class Overrides implements SmartLifecycle {

    /** How many endpoints may be held. */
    public static final int MOST_HELD = 1_000;

    // Somebody may set the clock of the machine.
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);
    private static final Logger log = LoggerFactory.getLogger(Overrides.class);

    // After the store was opened, which is when the APIs that were deployed are served; before the listeners open.
    private static final int PHASE = DEFAULT_PHASE - 3584;

    private final Store store;
    private final Holds holds;
    private final HealthRegistry health;
    private final HealthListener listener;
    private final Clock clock;
    private volatile long takenOver = -1;
    private volatile @Nullable ChangeThread thread;
    private @Nullable Future<?> end;

    /** @param listener hears of each change */
    Overrides(Store store, Holds holds, HealthRegistry health, HealthListener listener, Clock clock) {
        this.store = store;
        this.holds = holds;
        this.health = health;
        this.listener = listener;
        this.clock = clock;
    }

    /** Holds an endpoint, whether or not it is held already. @return completes on a thread that must not be held up */
    public CompletableFuture<Outcome> hold(Hold hold) {
        return change(kept -> {
            List<Hold> next = without(hold.url());
            if (next.size() >= MOST_HELD) {
                return new Outcome.TooMany();
            }
            next.add(hold);
            return inForce(kept, next, () -> tellHeld(hold));
        });
    }

    /**
     * Lets an endpoint go. One that is not held is let be.
     *
     * @param by who wants it
     * @return completes on a thread that must not be held up
     */
    public CompletableFuture<Outcome> letGo(String url, String by) {
        return change(kept -> holds.on(url)
                .map(hold -> inForce(kept, without(url), () -> tellEnd(hold, "by " + by)))
                .orElseGet(Outcome.Done::new));
    }

    /** The revision of the store up to which all changes are in force here; -1: none. */
    public long takenOver() {
        return takenOver;
    }

    @Override
    public void start() {
        takenOver = store.revision();
        holds.set(store.holds());
        holds.all()
                .forEach(hold -> log.info(
                        "{} is still {}, as {} wanted: {}",
                        hold.url(),
                        hold.kind().word(),
                        hold.by(),
                        hold.reason()));
        ChangeThread made = new ChangeThread("overrides");
        thread = made;
        made.later(Duration.ZERO, this::endThoseThatAreOver);
        store.follow(() -> made.later(Duration.ZERO, this::takeOver));
    }

    /** Ends when a change that is under way is kept. */
    @Override
    public void stop() {
        ChangeThread ending = thread;
        if (ending == null) {
            return;
        }
        thread = null;
        try {
            if (!ending.end()) {
                log.warn("A change of what is held is still under way");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    /** @param change made to what is kept now */
    private CompletableFuture<Outcome> change(Function<List<Hold>, Outcome> change) {
        ChangeThread changes = thread;
        return changes == null
                ? CompletableFuture.completedFuture(new Outcome.Busy())
                : changes.make(() -> made(change), Outcome.Busy::new);
    }

    private Outcome made(Function<List<Hold>, Outcome> change) {
        List<Hold> kept = store.holds();
        follow(kept);
        return change.apply(kept);
    }

    private void takeOver() {
        long revision = store.revision();
        follow(store.holds());
        takenOver = revision;
    }

    /** Takes over what others hold and have let go. */
    private void follow(List<Hold> kept) {
        Instant now = clock.instant();
        List<Hold> before = holds.all();
        List<Hold> next = kept.stream().filter(hold -> !hold.isOver(now)).toList();
        if (Set.copyOf(next).equals(Set.copyOf(before))) {
            return;
        }
        set(next);
        Set<String> held = next.stream().map(Hold::url).collect(Collectors.toSet());
        before.stream()
                .filter(hold -> !held.contains(hold.url()))
                .forEach(hold -> tellEnd(hold, "let go on another gateway"));
        next.stream().filter(hold -> !before.contains(hold)).forEach(this::tellHeld);
        planEnd();
    }

    private Outcome inForce(List<Hold> kept, List<Hold> next, Runnable telling) {
        try {
            store.keep(kept, next);
        } catch (IOException e) {
            log.error("What is held cannot be kept: nothing is changed", e);
            return e instanceof StoreAway ? new Outcome.Away() : new Outcome.NotKept();
        }
        set(next);
        telling.run();
        planEnd();
        return new Outcome.Done();
    }

    // What is over ends, whether or not that can be kept: the next start would find out, too.
    private void endThoseThatAreOver() {
        Instant now = clock.instant();
        List<Hold> over = holds.all().stream().filter(hold -> hold.isOver(now)).toList();
        if (!over.isEmpty()) {
            List<Hold> left =
                    holds.all().stream().filter(hold -> !over.contains(hold)).toList();
            set(left);
            over.forEach(hold -> tellEnd(hold, "its time is over"));
            forgetThoseThatAreOver(now);
        }
        planEnd();
    }

    // Who is let go has to be found well before it is asked first again.
    private void set(List<Hold> next) {
        Set<String> held = next.stream().map(Hold::url).collect(Collectors.toSet());
        holds.all().stream().map(Hold::url).filter(url -> !held.contains(url)).forEach(health::doubt);
        holds.set(next);
    }

    // Of those that are kept, among which there may be some that others hold, and that are not known here yet.
    private void forgetThoseThatAreOver(Instant now) {
        List<Hold> kept = store.holds();
        try {
            store.keep(kept, kept.stream().filter(hold -> !hold.isOver(now)).toList());
        } catch (Overtaken e) {
            // Somebody else was told of the same end.
        } catch (IOException e) {
            log.warn("What is held no more stays in the store until the next change", e);
        }
    }

    private void planEnd() {
        ChangeThread changes = thread;
        if (end != null) {
            end.cancel(false);
        }
        end = null;
        Instant now = clock.instant();
        holds.all().stream()
                .flatMap(hold -> hold.until().stream())
                .map(time -> Duration.between(now, time))
                .min(Duration::compareTo)
                .ifPresent(left -> {
                    Duration sleep = left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP;
                    if (changes != null) {
                        end = changes.later(
                                Duration.ofMillis(Math.max(1, sleep.toMillis() + 1)), this::endThoseThatAreOver);
                    }
                });
    }

    private void tellHeld(Hold hold) {
        log.info(
                "{} is {}{} by {}: {}",
                hold.url(),
                hold.kind().word(),
                hold.until().map(time -> " until " + time).orElse(""),
                hold.by(),
                hold.reason());
        listener.held(hold);
    }

    private void tellEnd(Hold hold, String why) {
        log.info("{} is not {} any more: {}", hold.url(), hold.kind().word(), why);
        listener.letGo(hold, why);
    }

    private List<Hold> without(String url) {
        List<Hold> others = new ArrayList<>(holds.all());
        others.removeIf(hold -> hold.url().equals(url));
        return others;
    }
}
