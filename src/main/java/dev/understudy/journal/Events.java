package dev.understudy.journal;

import dev.understudy.catalog.OneLine;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The last events. Safe for use by many threads; never waits for those who listen, who must not block. */
public final class Events {

    private final int most;
    private final Deque<Event> last = new ArrayDeque<>();
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private long count;

    /** @param most how many are remembered, from 1 */
    public Events(int most) {
        this.most = most;
    }

    /** @param facts any texts, which are made fit for one line each */
    public void add(Event.Kind kind, String text, Map<String, String> facts) {
        Map<String, String> fit = new TreeMap<>();
        facts.forEach((name, value) -> fit.put(name, OneLine.of(value)));
        String sentence = OneLine.of(text);
        // Under one lock, so that everybody hears of them in their order.
        synchronized (this) {
            Event event = new Event(++count, Instant.now(), kind, sentence, fit);
            last.add(event);
            if (last.size() > most) {
                last.remove();
            }
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    /** Those that are remembered and came after this one, in their order. @param number 0: all */
    public synchronized List<Event> after(long number) {
        return last.stream().filter(event -> event.number() > number).toList();
    }

    /**
     * Those that came after this one, and from now on each that comes, without a gap between them.
     *
     * @param listener is called by one thread at a time
     * @return ends it
     */
    public synchronized Runnable follow(long number, Consumer<Event> listener) {
        after(number).forEach(listener);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
