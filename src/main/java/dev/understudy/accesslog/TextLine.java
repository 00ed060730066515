package dev.understudy.accesslog;

import dev.understudy.catalog.OneLine;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Outcome;
import dev.understudy.journal.RequestRecord;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;

/** A request as one line to be read by people. */
final class TextLine {

    private TextLine() {}

    static String of(RequestRecord request) {
        String attempts = request.attempts().stream().map(TextLine::attempt).collect(Collectors.joining(", "));
        return OneLine.of("%s %s %s %s %s %d %s%s%s %s%s [%s]"
                .formatted(
                        request.at(),
                        request.remote(),
                        request.caller().orElse("-"),
                        request.method(),
                        request.host() + request.path(),
                        request.status(),
                        millis(request.took()),
                        request.ending() == Ending.WHOLE ? "" : " " + lower(request.ending()),
                        request.api()
                                .flatMap(api -> request.operation().map(operation -> " " + api + " " + operation))
                                .orElse(""),
                        request.id(),
                        request.trace().map(ids -> " trace " + ids.trace()).orElse(""),
                        attempts));
    }

    private static String attempt(AttemptRecord attempt) {
        return attempt.position() + " " + attempt.endpoint() + " " + Outcome.text(attempt.outcome()) + " "
                + millis(attempt.took());
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%.1fms", time.toNanos() / 1e6);
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
