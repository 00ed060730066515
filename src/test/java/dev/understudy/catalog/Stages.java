package dev.understudy.catalog;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Remembers what went live, for tests without requests. */
public final class Stages implements Function<Catalog, ApiCatalog.Staged> {

    private final List<Catalog> live = new CopyOnWriteArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private final Consumer<Catalog> check;

    public Stages() {
        this(catalog -> {});
    }

    /** @param check throws for what cannot be made ready */
    public Stages(Consumer<Catalog> check) {
        this.check = check;
    }

    @Override
    public ApiCatalog.Staged apply(Catalog catalog) {
        check.accept(catalog);
        return new ApiCatalog.Staged() {

            @Override
            public void goLive() {
                live.add(catalog);
            }

            @Override
            public void drop() {
                dropped.incrementAndGet();
            }
        };
    }

    /** All that ever was live, the empty one of the start included. */
    public List<Catalog> live() {
        return live;
    }

    public int dropped() {
        return dropped.get();
    }
}
