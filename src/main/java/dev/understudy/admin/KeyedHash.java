package dev.understudy.admin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** HMAC-SHA256 under a key that is made at each start, so that nobody outside can work out what has which hash. */
final class KeyedHash {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKey key = key();

    static SecretKey key() {
        try {
            KeyGenerator generator = KeyGenerator.getInstance(ALGORITHM);
            generator.init(256);
            return generator.generateKey();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    /** Each text with its length, so that no two lists have the same bytes. */
    byte[] of(String... texts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    /** @return 0 to below the bound */
    int index(String text, int bound) {
        return Math.floorMod(ByteBuffer.wrap(of(text)).getInt(), bound);
    }
}
