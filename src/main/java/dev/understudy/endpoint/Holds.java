package dev.understudy.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The endpoints that operators hold at the moment. Safe for use by many threads; never blocks. */
public final class Holds {

    private volatile Map<String, Hold> byUrl = Map.of();

    /** The one on an endpoint; empty: it is not held. @param url as {@link Endpoint#toString} has it */
    public Optional<Hold> on(String url) {
        Map<String, Hold> now = byUrl;
        return now.isEmpty() ? Optional.empty() : Optional.ofNullable(now.get(url));
    }

    /** All of them, in no order. */
    public List<Hold> all() {
        return List.copyOf(byUrl.values());
    }

    /** These are in force from now on, and no others. @param holds each endpoint once */
    public void set(Collection<Hold> holds) {
        byUrl = holds.stream().collect(Collectors.toUnmodifiableMap(Hold::url, hold -> hold));
    }
}
