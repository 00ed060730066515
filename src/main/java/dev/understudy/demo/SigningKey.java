package dev.understudy.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.Base64;

/** The key of the demo's tokens, made at each start and kept nowhere. */
record SigningKey(RSAKey pair) {

    private static final int BITS = 2048;

    static SigningKey make() {
        try {
            return new SigningKey(
                    new RSAKeyGenerator(BITS).keyIDFromThumbprint(true).generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java has RSA", e);
        }
    }

    /** The public half as PEM. */
    String publicPem() {
        try {
            byte[] der = pair.toRSAPublicKey().getEncoded();
            return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
                    .formatted(Base64.getMimeEncoder().encodeToString(der));
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was made here is whole", e);
        }
    }

    /** Without the key: records print what they hold. */
    @Override
    public String toString() {
        return "SigningKey[" + pair.getKeyID() + "]";
    }
}
