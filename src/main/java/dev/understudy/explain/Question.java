package dev.understudy.explain;

import dev.understudy.catalog.KeyType;
import java.util.Optional;

/**
 * A request that nobody sends.
 *
 * @param method in upper case
 * @param path still escaped, without the query
 * @param host with or without port; empty: none
 * @param keyType of its token; empty: the token does not say, which is production
 * @param bodyBytes of its body; 0: none
 * @param idempotencyKey whether it has an {@code Idempotency-Key}
 * @param preflight whether it is a preflight of a browser
 */
public record Question(
        String method,
        String path,
        String host,
        Optional<KeyType> keyType,
        long bodyBytes,
        boolean idempotencyKey,
        boolean preflight) {}
