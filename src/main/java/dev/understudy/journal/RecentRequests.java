package dev.understudy.journal;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Remembers the last requests. Safe for use by many threads; never blocks. */
public final class RecentRequests implements Witness {

    private final AtomicReferenceArray<Remembered> ring;
    private final AtomicLong count = new AtomicLong();
    private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();

    private record Awaited(String path, CompletableFuture<RequestRecord> over) {}

    /** @param most how many are remembered, from 1 */
    public RecentRequests(int most) {
        this.ring = new AtomicReferenceArray<>(most);
    }

    @Override
    public void saw(RequestRecord request) {
        ring.set((int) (count.getAndIncrement() % ring.length()), Remembered.of(request));
        Awaited waiting = awaited.get(request.id());
        if (waiting != null && waiting.path.equals(request.path())) {
            waiting.over.complete(request);
        }
    }

    /**
     * A request that is still to come, when it is over. Whoever does not wait for it any more cancels.
     *
     * @param id that nobody else knows
     * @param path as it will come: an endpoint that is a gateway itself may pass the id on, with another one
     */
    public CompletableFuture<RequestRecord> next(String id, String path) {
        Awaited waiting = new Awaited(path, new CompletableFuture<>());
        awaited.put(id, waiting);
        waiting.over.whenComplete((request, nothing) -> awaited.remove(id, waiting));
        return waiting.over;
    }

    /** For how many requests somebody waits. */
    int awaited() {
        return awaited.size();
    }

    /** Lets go of all that is not served any more: a large document must not be kept for the sake of one request. */
    public void follow(Catalog catalog) {
        Set<Api> served = Collections.newSetFromMap(new IdentityHashMap<>());
        served.addAll(catalog.apis());
        for (int i = 0; i < ring.length(); i++) {
            Remembered request = ring.get(i);
            if (request != null
                    && request.found()
                            .filter(found -> !served.contains(found.api()))
                            .isPresent()) {
                ring.compareAndSet(i, request, request.alone());
            }
        }
    }

    /** The last one with this id; empty: none is remembered. */
    public Optional<RequestRecord> find(String id) {
        return latest().stream().filter(request -> request.id().equals(id)).findFirst();
    }

    /** The latest first. */
    public List<RequestRecord> latest() {
        List<RequestRecord> found = new ArrayList<>();
        long now = count.get();
        for (long i = now - 1; i >= 0 && i >= now - ring.length(); i--) {
            Remembered request = ring.get((int) (i % ring.length()));
            if (request != null) {
                found.add(request.request());
            }
        }
        return found;
    }
}
