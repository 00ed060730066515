package dev.understudy.loopback;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A request as a caller sends it.
 *
 * @param method in upper case
 * @param target path and query, escaped
 * @param host of the {@code Host} header
 * @param headers all others, but those that say how long the body is
 * @param body empty: there is none
 * @param patience for the head of the answer
 */
public record Call(
        String method, String target, String host, List<Header> headers, Optional<byte[]> body, Duration patience) {

    public Call {
        headers = List.copyOf(headers);
    }

    /** Without the headers, among which the token is. */
    @Override
    public String toString() {
        return "Call[" + method + "]";
    }
}
