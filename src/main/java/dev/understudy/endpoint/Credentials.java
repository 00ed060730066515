package dev.understudy.endpoint;

/** What an endpoint wants to be sent as HTTP Basic authentication (RFC 7617). */
public record Credentials(String username, String password) {

    public Credentials {
        if (username.isEmpty() || username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("username (expected: not empty, without a colon)");
        }
    }

    /** Without the password: this ends in logs. */
    @Override
    public String toString() {
        return "Credentials[" + username + "]";
    }
}
