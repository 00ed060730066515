package dev.understudy.admin.console;

import dev.understudy.endpoint.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who has signed in to the console. In this process alone: they end with it. Of too many, those that were used longest ago
 * end. Safe for use by many threads; nothing here waits.
 */
final class Sessions {

    /** Without a request for so long a session ends. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** Whatever is done with it, a session ends after this time. */
    static final Duration LONGEST = Duration.ofHours(12);

    static final int MOST = 1_000;
    static final int MOST_OF_USER = 10;

    private static final int RANDOM_BYTES = 32;

    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();

    // By digest, so that a picture of the memory has no ids in it; that used longest ago comes first.
    private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** @param nanos a clock that nobody sets */
    Sessions(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return the id of a new session: whoever has it is the user */
    synchronized String begin(String user) {
        long now = nanos.getAsLong();
        sessions.values().removeIf(session -> isOver(session, now));
        long ofUser = sessions.values().stream()
                .filter(each -> each.user().equals(user))
                .count();
        if (ofUser >= MOST_OF_USER) {
            endTheOldest(user);
        } else if (sessions.size() >= MOST) {
            sessions.remove(sessions.keySet().iterator().next());
        }
        String id = random();
        sessions.put(key(id), new Session(user, random(), now));
        return id;
    }

    /** The session with this id, which is used by that; empty if there is none, or none any more. */
    synchronized Optional<Session> use(String id) {
        String key = key(id);
        Session session = sessions.get(key);
        if (session == null) {
            return Optional.empty();
        }
        long now = nanos.getAsLong();
        if (isOver(session, now)) {
            sessions.remove(key);
            return Optional.empty();
        }
        session.use(now);
        return Optional.of(session);
    }

    /** Whether there is one with this id. Whoever only asks does not use it: it ends as if nobody had asked. */
    synchronized boolean isOpen(String id) {
        String key = key(id);
        long now = nanos.getAsLong();
        // Not get, which would make it the one that was used last.
        return sessions.entrySet().stream()
                .anyMatch(each -> each.getKey().equals(key) && !isOver(each.getValue(), now));
    }

    synchronized void end(String id) {
        sessions.remove(key(id));
    }

    /** How many there are, also of those whose time is over. */
    synchronized int count() {
        return sessions.size();
    }

    private void endTheOldest(String user) {
        sessions.entrySet().stream()
                .filter(each -> each.getValue().user().equals(user))
                .map(Map.Entry::getKey)
                .findFirst()
                .ifPresent(sessions::remove);
    }

    private static boolean isOver(Session session, long now) {
        return now - session.used() > IDLE.toNanos() || now - session.since() > LONGEST.toNanos();
    }

    private static String key(String id) {
        return Digest.sha256(id.getBytes(StandardCharsets.UTF_8));
    }

    private String random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
