package dev.understudy.explain;

import dev.understudy.journal.RequestRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happened to a request, in sentences. */
final class Story {

    private Story() {}

    static List<String> of(RequestRecord request, List<Told.Try> attempts) {
        List<String> text = new ArrayList<>();
        text.add(request.operation()
                .flatMap(operation -> request.api().map(api -> "It was for %s of %s.".formatted(operation, api)))
                .orElse("No operation was found for it."));
        security(request).ifPresent(text::add);
        attempts.forEach(attempt -> text.add(attempt.text()));
        text.add(end(request));
        request.timeLeft()
                .map(left -> "Of the deadline of all attempts %s was left.".formatted(millis(left)))
                .ifPresent(text::add);
        return List.copyOf(text);
    }

    private static Optional<String> security(RequestRecord request) {
        if (request.found().isEmpty()) {
            return Optional.empty();
        }
        if (Told.isRefused(request)) {
            return Optional.of("Its caller was not let through.");
        }
        return Optional.of(request.keyType()
                .map(type -> "Its token was taken, which is one for %s endpoints.".formatted(Told.lower(type)))
                .orElse("No token was asked for."));
    }

    private static String end(RequestRecord request) {
        if (request.status() == 0) {
            return "There was no answer. " + Sentences.of(request.ending());
        }
        String answer = request.code()
                .map(code -> "The gateway answered itself, with %d and code %s: %s."
                        .formatted(
                                request.status(),
                                code,
                                withoutStop(request.detail().orElse(""))))
                .orElseGet(() -> request.attempts().isEmpty()
                        ? "The gateway answered itself, with %d.".formatted(request.status())
                        : "The endpoint's answer, %d, was passed on.".formatted(request.status()));
        return answer + " " + Sentences.of(request.ending());
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static String millis(Duration time) {
        return Told.millis(time) + " ms";
    }
}
