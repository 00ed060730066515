package dev.understudy.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Keeps what every source of documents wants served, and makes the next {@link Catalog} of it. One change at a time, each
 * wholly or not at all; may be called from any thread but an event loop's, since it waits until the change is live.
 */
public final class ApiCatalog {

    /** A catalog for which everything is ready. */
    public interface Staged {

        /** Makes it live before it returns. It does not fail. */
        void goLive();

        /** Gives up what was made ready: what is live stays live. It does not fail. */
        void drop();
    }

    /**
     * What has to be done before a change is live, and without which it is not made.
     *
     * @param <X> how it fails
     */
    public interface Step<X extends Exception> {
        void run() throws X;
    }

    private record Key(String source, String name) {}

    private final Function<Catalog, Staged> stage;
    private Map<Key, Api> served = new LinkedHashMap<>();
    private volatile Catalog current;
    private volatile long changes;

    /** @param stage makes everything ready for a catalog; if it throws, what was live stays live */
    public ApiCatalog(Function<Catalog, Staged> stage) {
        this.stage = stage;
        this.current = Catalog.of(List.of());
        stage.apply(current).goLive();
    }

    /**
     * Takes over what changed in one source.
     * <p>
     * An API that would serve a path that another one serves is refused, and its last version, if any, stays. Where two
     * new ones would, the one whose name comes first is taken; a new version of what is served comes before all new ones.
     *
     * @param source who is speaking, such as {@code "folder"}
     * @param changed new and changed APIs by the source's name for each
     * @param gone names of those that are no longer there
     * @return for each refused name, why; usually empty
     */
    public synchronized Map<String, String> publish(String source, Map<String, Api> changed, Set<String> gone) {
        SortedMap<String, Api> taken = new TreeMap<>(changed);
        Map<String, String> refused = new TreeMap<>();
        while (true) {
            Map<Key, Api> next = next(source, taken, gone);
            if (taken.isEmpty() && next.size() == served.size()) {
                return refused;
            }
            try {
                Catalog catalog = current.with(next.values());
                live(next, catalog, stage.apply(catalog));
                return refused;
            } catch (Catalog.Clash clash) {
                String name = nameOf(clash.later(), taken).orElseThrow(() -> clash);
                taken.remove(name);
                refused.put(name, text(clash, source, next));
            }
        }
    }

    /**
     * Takes over a change of one source wholly, or nothing of it.
     *
     * @param source who is speaking
     * @param changed new and changed APIs by the source's name for each
     * @param gone names of those that are no longer there
     * @param step done when nothing else can fail any more, and just before the change is live
     * @return why nothing was changed, if an API would serve a path that another one serves; else empty
     * @throws X if the step throws it: then nothing was changed
     */
    public synchronized <X extends Exception> Optional<String> replace(
            String source, Map<String, Api> changed, Set<String> gone, Step<X> step) throws X {
        Map<Key, Api> next = next(source, new TreeMap<>(changed), gone);
        Catalog catalog;
        Staged staged;
        try {
            catalog = current.with(next.values());
            staged = stage.apply(catalog);
        } catch (Catalog.Clash clash) {
            return Optional.of(text(clash, source, next));
        }
        try {
            step.run();
        } catch (Throwable failed) {
            staged.drop();
            throw failed;
        }
        live(next, catalog, staged);
        return Optional.empty();
    }

    /** What {@link #replace} would answer, without a change. */
    public synchronized Optional<String> clash(String source, Map<String, Api> changed, Set<String> gone) {
        Map<Key, Api> next = next(source, new TreeMap<>(changed), gone);
        try {
            current.with(next.values());
            return Optional.empty();
        } catch (Catalog.Clash clash) {
            return Optional.of(text(clash, source, next));
        }
    }

    /** All APIs that are served. */
    public synchronized Collection<Api> apis() {
        return List.copyOf(served.values());
    }

    /** What is live. Does not wait for a change. */
    public Catalog current() {
        return current;
    }

    /** How often something was changed: what clashed may fit when it is another number. Does not wait for a change. */
    public long changes() {
        return changes;
    }

    private void live(Map<Key, Api> next, Catalog catalog, Staged staged) {
        staged.goLive();
        current = catalog;
        served = next;
        changes = changes + 1;
    }

    // What stays as it was comes first, then new versions and then new ones, each by name: of two that clash, the later
    // one is to go.
    private Map<Key, Api> next(String source, SortedMap<String, Api> taken, Set<String> gone) {
        Map<Key, Api> next = new LinkedHashMap<>(served);
        gone.forEach(name -> next.remove(new Key(source, name)));
        Map<Key, Api> versions = new LinkedHashMap<>();
        Map<Key, Api> fresh = new LinkedHashMap<>();
        taken.forEach((name, api) -> {
            Key key = new Key(source, name);
            (next.remove(key) == null ? fresh : versions).put(key, api);
        });
        next.putAll(versions);
        next.putAll(fresh);
        return next;
    }

    private static Optional<String> nameOf(Api api, Map<String, Api> taken) {
        return taken.entrySet().stream()
                .filter(entry -> entry.getValue() == api)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    // Whoever has the one may not know of the other, so its source is named, too.
    private static String text(Catalog.Clash clash, String source, Map<Key, Api> next) {
        return clash.getMessage()
                + next.entrySet().stream()
                        .filter(entry -> entry.getValue() == clash.earlier())
                        .map(Map.Entry::getKey)
                        .filter(key -> !key.source().equals(source))
                        .findFirst()
                        .map(key -> " (" + key.source() + ": " + key.name() + ")")
                        .orElse("");
    }
}
