package dev.understudy.openapi;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;
import org.springframework.util.unit.DataUnit;

/** What says how long, how much or how many. Each is a fault where it is none. */
final class Quantities {

    // As for the keys of the configuration: timers count milliseconds in 31 bits.
    static final Duration LONGEST = Duration.ofDays(24);

    private final Findings findings;

    Quantities(Findings findings) {
        this.findings = findings;
    }

    /** As in {@code application.yml}: a number without unit is one of milliseconds. */
    Optional<Duration> duration(Value value) {
        return findings.orFault(value, parseDuration(value), "a time from 1ms to 24d, such as 300ms or 2s");
    }

    Optional<Long> bytes(Value value) {
        return findings.orFault(value, parseSize(value), "a size such as 64KB");
    }

    Optional<Integer> positive(Value value) {
        return findings.orFault(value, value.asInteger().filter(number -> number > 0), "a whole number greater than 0");
    }

    /** From 1 on. */
    Optional<Integer> upTo(int most, Value value) {
        return findings.orFault(
                value,
                value.asInteger().filter(number -> number > 0 && number <= most),
                "a whole number from 1 to " + most);
    }

    Optional<Set<Integer>> statuses(Value value) {
        return findings.orFault(value, parseStatuses(value), "a list of statuses from 400 to 599, such as [502, 503]");
    }

    /** How a message shows it. */
    static String shown(Duration time) {
        return DurationStyle.SIMPLE.print(time, time.toMillisPart() == 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
    }

    /** How a message shows so many bytes. */
    static String shown(long bytes) {
        for (DataUnit unit : List.of(DataUnit.GIGABYTES, DataUnit.MEGABYTES, DataUnit.KILOBYTES)) {
            long one = DataSize.of(1, unit).toBytes();
            if (bytes > 0 && bytes % one == 0) {
                return bytes / one + unit.name().substring(0, 1) + "B";
            }
        }
        return bytes + "B";
    }

    private static Optional<Duration> parseDuration(Value value) {
        try {
            return value.asTextOrNumber()
                    .map(text -> DurationStyle.detectAndParse(text.strip()))
                    .filter(time -> time.toMillis() >= 1 && time.compareTo(LONGEST) <= 0);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> parseSize(Value value) {
        try {
            return value.asTextOrNumber()
                    .map(text -> DataSize.parse(text.strip()).toBytes())
                    .filter(bytes -> bytes >= 0);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Set<Integer>> parseStatuses(Value value) {
        List<Integer> statuses = new ArrayList<>();
        List<Value> items = value.asItems().orElse(List.of(value));
        for (Value item : items) {
            item.asInteger().filter(status -> status >= 400 && status <= 599).ifPresent(statuses::add);
        }
        boolean all = value.asItems().isPresent() && statuses.size() == items.size();
        return all ? Optional.of(Set.copyOf(statuses)) : Optional.empty();
    }
}
