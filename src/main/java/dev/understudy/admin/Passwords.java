package dev.understudy.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.AbstractValidatingPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;

/** The ways in which the password of an admin user may be written. */
final class Passwords extends DelegatingPasswordEncoder {

    Passwords() {
        super("bcrypt", Map.of("bcrypt", new BCryptPasswordEncoder(), "noop", new Plain()));
    }

    /** What is configured is never written anew, so it need not be encoded at each sign-in either. */
    @Override
    protected boolean upgradeEncodingNonNull(String encoded) {
        return false;
    }

    /** Takes the same time whatever differs. */
    private static final class Plain extends AbstractValidatingPasswordEncoder {

        @Override
        protected String encodeNonNullPassword(String password) {
            return password;
        }

        @Override
        protected boolean matchesNonNull(String password, String expected) {
            return MessageDigest.isEqual(
                    password.getBytes(StandardCharsets.UTF_8), expected.getBytes(StandardCharsets.UTF_8));
        }
    }
}
