package dev.understudy.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * What operators are told of who called: one claim of the token or, so that logs hold nothing personal, a digest of it that
 * is the same for the same caller of the same issuer.
 *
 * @param claim its name
 */
record CallerNames(String claim, boolean hashed) {

    private static final int LONGEST = 200;

    /** Empty if the token does not have it as a text. */
    Optional<String> of(Jwt token) {
        return Optional.ofNullable(token.getClaims().get(claim))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .map(name -> hashed ? digest(token.getClaimAsString("iss") + "\n" + name) : shortened(name));
    }

    private static String shortened(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) : name;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
