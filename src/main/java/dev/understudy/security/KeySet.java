package dev.understudy.security;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys of an issuer at one moment. */
record KeySet(List<VerificationKey> keys) {

    /** What is known of an issuer that was never reached. */
    static final KeySet UNKNOWN = new KeySet(List.of());

    /**
     * Reads a JWK set. Keys that are of no use here are left out, as RFC 7517 §5 asks.
     *
     * @throws IllegalArgumentException if it is none, or none of its keys is of use
     */
    static KeySet parse(String json) {
        List<VerificationKey> keys =
                members(json).flatMap(member -> key(member).stream()).toList();
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a JWK set without a key for signatures (expected: at least one)");
        }
        return new KeySet(keys);
    }

    boolean verifies(UnverifiedToken token) {
        return keys.stream().anyMatch(key -> key.verifies(token));
    }

    /** Whether the key that a token names is here, so that a newer set could not say anything else. */
    boolean hasKeyOf(UnverifiedToken token) {
        return token.keyId().isPresent()
                && keys.stream().anyMatch(key -> key.id().equals(token.keyId()));
    }

    private static Stream<Map<String, Object>> members(String json) {
        try {
            Map<String, Object>[] keys = JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(json), "keys");
            return keys == null ? Stream.empty() : Arrays.stream(keys);
        } catch (ParseException | RuntimeException e) {
            throw new IllegalArgumentException("not a JWK set", e);
        }
    }

    private static Optional<VerificationKey> key(Map<String, Object> member) {
        try {
            return Optional.of(VerificationKey.of(JWK.parse(member)));
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
