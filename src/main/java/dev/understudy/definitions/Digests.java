package dev.understudy.definitions;

import dev.understudy.endpoint.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Tells contents apart without keeping them. */
final class Digests {

    private Digests() {}

    static byte[] sha256(byte[] content) {
        return Digest.sha256().digest(content);
    }

    /** The same for the same files with the same content. */
    static byte[] sha256(Unpacked unpacked) {
        MessageDigest digest = Digest.sha256();
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
}
