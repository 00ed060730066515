package dev.understudy.admin.console;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A moment, as people read it.
 *
 * @param iso for programs
 * @param exact in UTC, to the minute
 * @param span how long that is ago, in its largest unit
 */
record When(String iso, String exact, String span) {

    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    static When of(Instant moment, Instant now) {
        return new When(
                moment.truncatedTo(ChronoUnit.SECONDS).toString(),
                EXACT.format(moment),
                span(Duration.between(moment, now)));
    }

    static String span(Duration time) {
        if (time.compareTo(Duration.ofMinutes(1)) < 0) {
            return Math.max(0, time.toSeconds()) + " s";
        }
        if (time.compareTo(Duration.ofHours(2)) < 0) {
            return time.toMinutes() + " min";
        }
        return time.compareTo(Duration.ofDays(2)) < 0 ? time.toHours() + " h" : time.toDays() + " days";
    }
}
