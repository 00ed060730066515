package dev.understudy.admin.console;

import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.store.Format;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What was looked at and is not deployed yet. For a short time, and so few that all of them fit into memory: of too many the
 * oldest go. Safe for use by many threads.
 */
final class Candidates {

    static final Duration KEPT = Duration.ofMinutes(15);
    static final int MOST = 20;
    static final int MOST_BYTES = 48 << 20;

    /**
     * @param user who may deploy it
     * @param pasted whether it came as a text, which can be shown again
     * @param would what would come of it
     * @param tag of what was there when it was looked at; empty: nothing
     * @param made nanoseconds
     */
    record Candidate(
            String user,
            String id,
            Format format,
            byte[] content,
            boolean pasted,
            Applied would,
            Optional<String> tag,
            long made) {}

    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Candidate> candidates = new LinkedHashMap<>();

    /** @param nanos a clock that nobody sets */
    Candidates(LongSupplier nanos) {
        this.nanos = nanos;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** @return by which it is found */
    synchronized String add(Candidate candidate) {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        String key = Base64.getUrlEncoder().encodeToString(bytes);
        candidates.values().removeIf(this::isOver);
        candidates.put(key, candidate);
        Iterator<Candidate> oldest = candidates.values().iterator();
        while (candidates.size() > MOST || bytes() > MOST_BYTES) {
            oldest.next();
            oldest.remove();
        }
        return key;
    }

    synchronized Optional<Candidate> find(String key, String user) {
        return Optional.ofNullable(candidates.get(key))
                .filter(candidate -> !isOver(candidate) && candidate.user.equals(user));
    }

    synchronized void remove(String key) {
        candidates.remove(key);
    }

    private long bytes() {
        return candidates.values().stream()
                .mapToLong(candidate -> candidate.content.length)
                .sum();
    }

    private boolean isOver(Candidate candidate) {
        return nanos.getAsLong() - candidate.made > KEPT.toNanos();
    }
}
