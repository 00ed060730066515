package dev.understudy.catalog;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Keeps what every source of documents wants served, and makes the next {@link Catalog} of it. One change at a time, each
 * wholly or not at all; may be called from any thread but an event loop's, since it waits until the change is live.
 */
public final class ApiCatalog {

    private record Key(String source, String name) {}

    private final Consumer<Catalog> live;
    private Map<Key, Api> served = new LinkedHashMap<>();

    /** @param live makes a catalog live before it returns; if it throws, what was live stays live */
    public ApiCatalog(Consumer<Catalog> live) {
        this.live = live;
        live.accept(Catalog.of(List.of()));
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
            try {
                live.accept(Catalog.of(next.values()));
                served = next;
                return refused;
            } catch (Catalog.Clash clash) {
                String name = nameOf(clash.later(), taken).orElseThrow(() -> clash);
                taken.remove(name);
                refused.put(name, clash.getMessage());
            }
        }
    }

    /** All APIs that are served. */
    public synchronized Collection<Api> apis() {
        return List.copyOf(served.values());
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
}
