package dev.understudy.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.crypto.password.AbstractValidatingPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * The ways in which the password of an admin user may be written. Each check takes as much work as the one that takes most,
 * so that the time of an answer does not tell how the password of a user is written, or whether there is such a user.
 */
final class Passwords extends DelegatingPasswordEncoder {

    private static final Pattern BCRYPT = Pattern.compile("\\{bcrypt}\\$2[aby]?\\$(\\d\\d)\\$.*");

    private final PasswordEncoder bcrypt;
    private final int costliest;

    /** @param costliest highest cost of bcrypt among the users' passwords; 0: none is bcrypt */
    Passwords(int costliest, PasswordEncoder bcrypt) {
        super("bcrypt", Map.of("bcrypt", bcrypt, "noop", new Plain()));
        this.bcrypt = bcrypt;
        this.costliest = costliest;
    }

    /** The cost of bcrypt, the binary logarithm of its rounds; 0: it is not bcrypt. */
    static int cost(String encoded) {
        Matcher parts = BCRYPT.matcher(encoded);
        return parts.matches() ? Integer.parseInt(parts.group(1)) : 0;
    }

    /** One that no password matches, and that costs as much to check as this cost. */
    static String unmatchable(int cost) {
        return String.format("$2a$%02d$%s", cost, ".".repeat(53));
    }

    @Override
    protected boolean matchesNonNull(String password, String encoded) {
        boolean right = super.matchesNonNull(password, encoded);
        int cost = cost(encoded);
        if (cost == 0 && costliest > 0) {
            spend(password, costliest);
        }
        // 2^c and 2^c + 2^(c+1) + … + 2^(m-1) are 2^m together.
        for (int more = cost; more > 0 && more < costliest; more++) {
            spend(password, more);
        }
        return right;
    }

    /** What is configured is never written anew, so it need not be encoded at each sign-in either. */
    @Override
    protected boolean upgradeEncodingNonNull(String encoded) {
        return false;
    }

    private void spend(String password, int cost) {
        bcrypt.matches(password, unmatchable(cost));
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
