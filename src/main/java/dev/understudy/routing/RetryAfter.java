package dev.understudy.routing;

import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads {@code Retry-After} (RFC 9110 §10.2.3): seconds, or a date in one of its three forms (§5.6.7). */
final class RetryAfter {

    // More digits than any sensible time has; what is longer is as good as no time.
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private RetryAfter() {}

    /** @return empty if there is none, or one that says nothing; zero for a date that has passed */
    static Optional<Duration> of(HttpHeaders headers) {
        String value = headers.get(HttpHeaderNames.RETRY_AFTER);
        return value == null ? Optional.empty() : parse(value.strip(), Instant.now());
    }

    static Optional<Duration> parse(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        Date date = DateFormatter.parseHttpDate(value);
        if (date == null) {
            return Optional.empty();
        }
        Duration left = Duration.between(now, date.toInstant());
        return Optional.of(left.isNegative() ? Duration.ZERO : left);
    }
}
