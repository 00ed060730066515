package dev.understudy.security;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.understudy.catalog.KeyType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A token that was verified, by its text of 700 characters, among 10,000. */
@State(Scope.Thread)
public class KnownTokenBenchmark {

    private static final int TOKENS = 10_000;
    private static final int LENGTH = 700;

    private final VerifiedTokens verified = new VerifiedTokens(TOKENS, Ticker.systemTicker());
    private final String[] texts = new String[TOKENS];
    private int next;

    @Setup
    public void tokens() {
        KeySet keys = new KeySet(List.of());
        Issuer issuer = new Issuer("https://issuer.example", List.of(), new KeySource.Fixed(keys));
        Random random = new Random(17);
        for (int i = 0; i < TOKENS; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(LENGTH, 'a', 'z').forEach(letter -> text.append((char) letter));
            texts[i] = text.toString();
            verified.keep(
                    texts[i],
                    new VerifiedToken(
                            issuer, keys, Map.of(), Map.of(), Set.of(), KeyType.PRODUCTION, Optional.empty(), LENGTH));
        }
    }

    @Benchmark
    public @Nullable VerifiedToken find() {
        return verified.find(texts[next++ % TOKENS], token -> true);
    }
}
