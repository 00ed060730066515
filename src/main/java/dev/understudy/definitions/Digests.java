package dev.understudy.definitions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Tells contents apart without keeping them. */
final class Digests {

    private Digests() {}

    static byte[] sha256(byte[] content) {
        return sha256().digest(content);
    }

    /** The same for the same files with the same content. */
    static byte[] sha256(Unpacked unpacked) {
        MessageDigest digest = sha256();
        if (unpacked instanceof Unpacked.Files files) {
            files.contents().forEach((path, content) -> {
                update(digest, path.getBytes(StandardCharsets.UTF_8));
                update(digest, content);
            });
        } else {
            digest.update(((Unpacked.Refused) unpacked).why().getBytes(StandardCharsets.UTF_8));
        }
        return digest.digest();
    }

    // With its length, so that the end of one is not the beginning of the next.
    private static void update(MessageDigest digest, byte[] part) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
        digest.update(part);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
