package dev.understudy.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What became of all documents, for those who ask from outside. Safe for use by many threads. */
public final class Definitions {

    private record Key(String source, String name) {}

    /** Hears of changes; must not block. */
    public interface Listener {

        /** Hears nothing. */
        Listener NONE = new Listener() {
            @Override
            public void changed(Definition definition) {}

            @Override
            public void gone(Definition last) {}
        };

        /** This became of the newest version of a document. */
        void changed(Definition definition);

        /** A document is not there any more. @param last what had become of it */
        void gone(Definition last);
    }

    private final Map<Key, Definition> all = new ConcurrentHashMap<>();
    private final Listener listener;

    public Definitions() {
        this(Listener.NONE);
    }

    public Definitions(Listener listener) {
        this.listener = listener;
    }

    public void put(Definition definition) {
        all.put(new Key(definition.source(), definition.name()), definition);
        listener.changed(definition);
    }

    public void remove(String source, String name) {
        Definition last = all.remove(new Key(source, name));
        if (last != null) {
            listener.gone(last);
        }
    }

    /** What became of one document. @param name the source's own */
    public Optional<Definition> find(String source, String name) {
        return Optional.ofNullable(all.get(new Key(source, name)));
    }

    /** By source, then by name. */
    public List<Definition> all() {
        return all.values().stream()
                .sorted(Comparator.comparing(Definition::source).thenComparing(Definition::name))
                .toList();
    }
}
