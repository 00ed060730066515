package dev.understudy.security;

import dev.understudy.endpoint.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The SHA-256 of a token's text: it finds the token again, and gives it to nobody. */
record TokenDigest(long first, long second, long third, long fourth) {

    static TokenDigest of(String text) {
        ByteBuffer digest = ByteBuffer.wrap(Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
        return new TokenDigest(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
    }
}
