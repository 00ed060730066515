package dev.understudy.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What became of all documents, for those who ask from outside. Safe for use by many threads. */
public final class Definitions {

    private record Key(String source, String name) {}

    private final Map<Key, Definition> all = new ConcurrentHashMap<>();

    public void put(Definition definition) {
        all.put(new Key(definition.source(), definition.name()), definition);
    }

    public void remove(String source, String name) {
        all.remove(new Key(source, name));
    }

    /** By source, then by name. */
    public List<Definition> all() {
        return all.values().stream()
                .sorted(Comparator.comparing(Definition::source).thenComparing(Definition::name))
                .toList();
    }
}
