package dev.understudy.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Remembers the last requests. Safe for use by many threads; never blocks. */
public final class RecentRequests implements Witness {

    private final AtomicReferenceArray<RequestRecord> ring;
    private final AtomicLong count = new AtomicLong();

    /** @param most how many are remembered, from 1 */
    public RecentRequests(int most) {
        this.ring = new AtomicReferenceArray<>(most);
    }

    @Override
    public void saw(RequestRecord request) {
        ring.set((int) (count.getAndIncrement() % ring.length()), request);
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
            RequestRecord request = ring.get((int) (i % ring.length()));
            if (request != null) {
                found.add(request);
            }
        }
        return found;
    }
}
