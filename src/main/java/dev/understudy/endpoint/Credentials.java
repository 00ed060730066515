package dev.understudy.endpoint;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What an endpoint wants to be sent as HTTP Basic authentication (RFC 7617). */
public record Credentials(String username, String password) {

    public Credentials {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("username (expected: not empty, without a colon)");
        }
    }

    /** The value of the header that carries them (RFC 7617 §2, in UTF-8). */
    public String header() {
        String pair = username + ":" + password;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /** Without either: this ends in logs, and the name may be a secret, too. */
    @Override
    public String toString() {
        return "Credentials[…]";
    }
}
