package dev.understudy.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Times as people write and read them. */
final class Times implements ITypeConverter<Duration> {

    /** As in {@code application.yml}, and more than nothing. */
    @Override
    public Duration convert(String text) {
        try {
            Duration time = DurationStyle.detectAndParse(text.strip());
            if (time.compareTo(Duration.ZERO) > 0 && time.compareTo(Duration.ofDays(10_000)) < 0) {
                return time;
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            // Said below.
        }
        throw new TypeConversionException("'" + text + "' (expected: a time such as 30s, 15m or 2h)");
    }

    /** How long ago something was, such as {@code 3 m}; {@code -} where that is not known. */
    static String age(Optional<Instant> time) {
        return time.map(Times::age).orElse("-");
    }

    /** When something was, in UTC, and how long ago that is; {@code -} where that is not known. */
    static String at(Optional<Instant> time) {
        return time.map(at -> at.truncatedTo(ChronoUnit.SECONDS) + " (" + age(at) + ")")
                .orElse("-");
    }

    private static String age(Instant time) {
        long seconds = Math.max(0, Duration.between(time, Instant.now()).toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 120 * 60) {
            return seconds / 60 + " m";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
    }
}
