package dev.understudy.security;

import dev.understudy.endpoint.Digest;
import java.util.Map;
import java.util.Optional;

/**
 * What operators are told of who called: one claim of the token or, so that logs hold nothing personal, a digest of it that
 * is the same for the same caller of the same issuer.
 *
 * @param claim its name
 */
record CallerNames(String claim, boolean hashed) {

    private static final int LONGEST = 200;

    /** Empty if the token does not have it as a text. */
    Optional<String> of(Map<String, Object> claims) {
        return Optional.ofNullable(claims.get(claim))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .map(name -> hashed ? Digest.sha256(claims.get("iss") + "\n" + name, 8) : shortened(name));
    }

    private static String shortened(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }
}
