package dev.understudy.admin;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * How often names and passwords may be tried: by each network, and for each name by all networks together from which it has
 * not signed in yet. Only what fails counts. All that is kept is bounded, and is forgotten at the end of the process. Safe
 * for use by many threads; nothing here waits.
 */
final class SignInLimits {

    static final int TRIES_OF_NETWORK = 20;
    static final Duration NEXT_OF_NETWORK = Duration.ofSeconds(6);

    /** So much more than one network has that nobody uses it up alone. */
    static final int TRIES_FOR_NAME = 100;

    static final Duration NEXT_FOR_NAME = Duration.ofSeconds(1);

    static final int NETWORKS_AT_MOST = 10_000;

    /** Names share these. A bucket for each user would tell which names there are. */
    static final int NAME_BUCKETS = 1024;

    static final int KNOWN_NETWORKS_AT_MOST = 100;

    /** Whether a try may be made. */
    sealed interface Turn {

        /** Yes. @param known whether the name has signed in from there before */
        record Now(boolean known, List<TokenBucket> taken) implements Turn {}

        /** No. @param after more than zero */
        record Later(Duration after) implements Turn {}
    }

    private final LongSupplier nanos;
    private final KeyedHash hash;
    private final Map<String, TokenBucket> networks = new BoundedMap<>(NETWORKS_AT_MOST);
    private final TokenBucket[] names = new TokenBucket[NAME_BUCKETS];
    private final Map<String, Set<String>> known = new HashMap<>();

    /** @param nanos a clock that nobody sets */
    SignInLimits(LongSupplier nanos, KeyedHash hash) {
        this.nanos = nanos;
        this.hash = hash;
        Arrays.setAll(names, i -> forName(nanos.getAsLong()));
    }

    /** Takes a turn. It stays taken unless it is given back. */
    synchronized Turn take(String network, String name) {
        long now = nanos.getAsLong();
        TokenBucket ofNetwork = networks.computeIfAbsent(network, key -> ofNetwork(now));
        Duration wait = ofNetwork.take(now);
        if (!wait.isZero()) {
            return new Turn.Later(wait);
        }
        if (known.getOrDefault(name, Set.of()).contains(network)) {
            return new Turn.Now(true, List.of(ofNetwork));
        }
        TokenBucket forName = names[hash.index(name, NAME_BUCKETS)];
        wait = forName.take(now);
        if (!wait.isZero()) {
            ofNetwork.giveBack();
            return new Turn.Later(wait);
        }
        return new Turn.Now(false, List.of(ofNetwork, forName));
    }

    /** For a try that did not fail. */
    synchronized void giveBack(Turn.Now turn) {
        turn.taken().forEach(TokenBucket::giveBack);
    }

    /** @param name of a user: what is kept grows with their number */
    synchronized void remember(String network, String name) {
        known.computeIfAbsent(name, key -> Collections.newSetFromMap(new BoundedMap<>(KNOWN_NETWORKS_AT_MOST)))
                .add(network);
    }

    private static TokenBucket ofNetwork(long now) {
        return new TokenBucket(TRIES_OF_NETWORK, NEXT_OF_NETWORK, now);
    }

    private static TokenBucket forName(long now) {
        return new TokenBucket(TRIES_FOR_NAME, NEXT_FOR_NAME, now);
    }

    /** Forgets what was used longest ago. */
    private static final class BoundedMap<K, V> extends LinkedHashMap<K, V> {

        private final int most;

        BoundedMap(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }
}
