package dev.understudy.admin;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * For a minute after the password of a user was checked, it need not be checked again: bcrypt takes a tenth of a second,
 * which a pipeline would pay with each request. One hash for each user, none of a wrong password. To be asked only where a
 * try may be made, since it would answer wrong ones fast. Safe for use by many threads; nothing here waits.
 */
final class RememberedPasswords {

    static final Duration LIFETIME = Duration.ofMinutes(1);

    private static final byte[] NOTHING = new byte[0];

    private record Entry(byte[] hash, long until) {}

    private final LongSupplier nanos;
    private final KeyedHash hash;
    private final Map<String, Entry> byName = new ConcurrentHashMap<>();

    /** @param nanos a clock that nobody sets */
    RememberedPasswords(LongSupplier nanos, KeyedHash hash) {
        this.nanos = nanos;
        this.hash = hash;
    }

    /** @param name of a user, whose password this is */
    void add(String name, String password) {
        byName.put(name, new Entry(hash.of(name, password), nanos.getAsLong() + LIFETIME.toNanos()));
    }

    /** Takes the same time for each name. */
    boolean has(String name, String password) {
        long now = nanos.getAsLong();
        Entry entry = byName.getOrDefault(name, new Entry(NOTHING, now));
        return MessageDigest.isEqual(hash.of(name, password), entry.hash) && entry.until - now > 0;
    }
}
