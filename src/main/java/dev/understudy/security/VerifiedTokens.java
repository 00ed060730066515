package dev.understudy.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were verified, for the next requests that come with them. Whether one is still to be taken is for those to
 * say who ask. Safe for use by many threads; nothing here waits.
 */
final class VerifiedTokens {

    /** After this a token is verified anew, whatever happened. */
    static final Duration LIFETIME = Duration.ofSeconds(60);

    /** A token of more characters takes the room of several. */
    static final int ORDINARY_LENGTH = 4096;

    private final int most;
    private final Cache<TokenDigest, VerifiedToken> tokens;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /**
     * @param most how many are kept; 0: none
     * @param nanos a clock that nobody sets
     */
    VerifiedTokens(int most, Ticker nanos) {
        this.most = most;
        this.tokens = Caffeine.newBuilder()
                .maximumWeight(most)
                .weigher((TokenDigest digest, VerifiedToken token) -> 1 + token.length() / ORDINARY_LENGTH)
                .expireAfterWrite(LIFETIME)
                .ticker(nanos)
                // What there is to be done now and then is little, and to have another thread do it costs more.
                .executor(Runnable::run)
                .build();
    }

    /**
     * The token of this text, if it was verified; null: it has to be.
     *
     * @param holds whether what it was verified by is still what counts
     */
    @Nullable
    VerifiedToken find(String text, Predicate<VerifiedToken> holds) {
        VerifiedToken token = most == 0 ? null : tokens.getIfPresent(TokenDigest.of(text));
        if (token == null || !holds.test(token)) {
            misses.increment();
            return null;
        }
        hits.increment();
        return token;
    }

    /** @param text that of the token */
    void keep(String text, VerifiedToken token) {
        if (most > 0) {
            tokens.put(TokenDigest.of(text), token);
        }
    }

    /** How often a token was there. */
    long hits() {
        return hits.sum();
    }

    /** How often one had to be verified, whatever came of it. */
    long misses() {
        return misses.sum();
    }

    /** About how many are kept. */
    long size() {
        return tokens.estimatedSize();
    }
}
