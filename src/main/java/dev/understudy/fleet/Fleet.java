package dev.understudy.fleet;

import dev.understudy.store.Heard;
import dev.understudy.store.Report;
import dev.understudy.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the processes of a fleet say of themselves. Each says it at once when something has changed, and every few seconds; what
 * comes meanwhile is kept together. Safe for use by many threads; only {@link #all} may wait, and not for long.
 */
public final class Fleet {

    private static final Logger log = LoggerFactory.getLogger(Fleet.class);

    /** Whoever looks more often sees the same. */
    private static final Duration LOOKED_EVERY = Duration.ofMillis(500);

    private static final int MOST_WAITING = 10_000;

    /** What was seen of all. @param at by the clock of the process */
    private record Seen(List<Heard> all, long at) {}

    private final Store store;
    private final Map<String, Report> waiting = new LinkedHashMap<>();
    private volatile Seen seen = new Seen(List.of(), System.nanoTime() - LOOKED_EVERY.toNanos());
    private boolean failing;

    Fleet(Store store) {
        this.store = store;
    }

    /** Takes a report of another process, or of this one. Never waits. @return whether there was room */
    public boolean take(Report report) {
        synchronized (waiting) {
            if (waiting.size() >= MOST_WAITING && !waiting.containsKey(report.instance())) {
                return false;
            }
            waiting.put(report.instance(), report);
            return true;
        }
    }

    /** What was said last, by name of who said it. Empty where only others know. */
    public List<Heard> all() {
        Seen last = seen;
        if (System.nanoTime() - last.at() < LOOKED_EVERY.toNanos()) {
            return last.all();
        }
        synchronized (this) {
            if (seen != last) {
                return seen.all();
            }
            seen = new Seen(look(last.all()), System.nanoTime());
            return seen.all();
        }
    }

    private List<Heard> look(List<Heard> before) {
        try {
            return store.heard().stream()
                    .sorted(Comparator.comparing((Heard heard) -> heard.report().name(), String.CASE_INSENSITIVE_ORDER)
                            .thenComparing(heard -> heard.report().instance()))
                    .toList();
        } catch (IOException e) {
            log.debug("It cannot be told how the others do", e);
            return before;
        }
    }

    /** Keeps what has come. May wait. */
    void flush() {
        List<Report> those;
        synchronized (waiting) {
            those = new ArrayList<>(waiting.values());
            waiting.clear();
        }
        if (those.isEmpty()) {
            return;
        }
        try {
            store.tell(those);
            failing = false;
        } catch (IOException e) {
            // They will be said again.
            if (!failing) {
                log.info("It cannot be told how this process does: {}", e.getMessage());
            }
            failing = true;
        }
    }
}
