package dev.understudy.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/** Who may ask for test tokens, by HTTP Basic authentication (RFC 7617). */
record TestKeyUser(String name, String password) {

    private static final String SCHEME = "Basic ";

    /** One with a password that is known nowhere else. */
    static TestKeyUser make() {
        byte[] random = new byte[18];
        new SecureRandom().nextBytes(random);
        return new TestKeyUser("admin", Base64.getUrlEncoder().encodeToString(random));
    }

    /** Whether these values of the header {@code Authorization} are this user's. Takes the same time whatever differs. */
    boolean isMeantBy(List<String> authorization) {
        if (authorization.size() != 1) {
            return false;
        }
        String value = authorization.get(0);
        return value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(decoded(value.substring(SCHEME.length())), expected());
    }

    /** Without the password: records print what they hold. */
    @Override
    public String toString() {
        return "TestKeyUser[" + name + "]";
    }

    private byte[] expected() {
        return (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
