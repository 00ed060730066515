package dev.understudy.explain;

import dev.understudy.failover.Attempt;
import dev.understudy.journal.AttemptRecord;
import dev.understudy.journal.Outcome;
import dev.understudy.journal.RequestRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request that came, and why it went where it did.
 *
 * @param ms from its head to the end of its answer
 * @param path without the query, in which secrets may be
 * @param host as in the request; empty: none
 * @param remote address of the peer, which may be a proxy
 * @param operation null: none was found, or looked for
 * @param line where the endpoints stood when it came, the first to be asked first
 * @param attempts in their order
 * @param status of the answer; 0: there was none
 * @param code of the gateway's own answer; null: it is an endpoint's
 * @param timeLeftMs of the deadline of all attempts, when the last one ended; null: there was none
 * @param text the whole in sentences
 */
public record Told(
        String id,
        Instant at,
        double ms,
        String method,
        String path,
        String host,
        String remote,
        @Nullable OperationFound operation,
        @Nullable Caller caller,
        List<Place> line,
        List<Try> attempts,
        int status,
        @Nullable String code,
        String ending,
        @Nullable Double timeLeftMs,
        List<String> text) {

    /**
     * What was decided of the caller of an operation.
     *
     * @param decision {@code open}: no token was asked for; {@code admitted}; or {@code refused}
     * @param keyType of the token; null: none was taken
     * @param name who, as the claim that is configured says; null: nobody had to say, or the token does not
     * @param code of the refusal; null: it was none
     */
    public record Caller(
            String decision,
            @Nullable String keyType,
            @Nullable String name,
            @Nullable String code) {}

    /**
     * An endpoint that was asked.
     *
     * @param position 1-based place in the document's list
     * @param endpoint its URL
     * @param why the rule by which it was asked
     * @param beganMs since the request came
     * @param ms until its outcome was known
     * @param reached how far it came
     * @param outcome {@code answered}, or why there was no answer
     * @param kind {@code answered}, {@code not_sent} or {@code no_answer}
     * @param status of the answer; null: there was none
     * @param next the rule that let the request move on, or stopped it
     * @param text the same in sentences
     */
    public record Try(
            int position,
            String endpoint,
            String why,
            double beganMs,
            double ms,
            String reached,
            String outcome,
            String kind,
            @Nullable Integer status,
            String next,
            String text) {

        static Try of(AttemptRecord attempt) {
            return new Try(
                    attempt.position(),
                    attempt.endpoint(),
                    lower(attempt.why()),
                    millis(attempt.began()),
                    millis(attempt.took()),
                    lower(attempt.reached()),
                    attempt.word(),
                    Outcome.kind(attempt.outcome()),
                    attempt.outcome() instanceof Attempt.Answered answered ? answered.status() : null,
                    lower(attempt.next()),
                    "Endpoint %d: %s after %.1f ms, %s. %s"
                            .formatted(
                                    attempt.position(),
                                    Outcome.text(attempt.outcome()),
                                    millis(attempt.took()),
                                    Sentences.of(attempt.reached()),
                                    Sentences.of(attempt.next())));
        }
    }

    /** All that is known of it. */
    public static Told of(RequestRecord request) {
        List<Try> attempts = request.attempts().stream().map(Try::of).toList();
        return new Told(
                request.id(),
                request.at(),
                millis(request.took()),
                request.method(),
                request.path(),
                request.host(),
                request.remote(),
                request.found()
                        .map(found -> OperationFound.of(found, request.path()))
                        .orElse(null),
                caller(request),
                request.line().stream().map(Place::of).toList(),
                attempts,
                request.status(),
                request.code().orElse(null),
                lower(request.ending()),
                request.timeLeft().map(Told::millis).orElse(null),
                Story.of(request, attempts));
    }

    private static @Nullable Caller caller(RequestRecord request) {
        if (request.found().isEmpty()) {
            return null;
        }
        String name = request.caller().orElse(null);
        String keyType = request.keyType().map(Told::lower).orElse(null);
        if (isRefused(request)) {
            return new Caller("refused", keyType, name, request.code().orElse(null));
        }
        return new Caller(keyType == null ? "open" : "admitted", keyType, name, null);
    }

    /** Whether its caller was not let through. */
    static boolean isRefused(RequestRecord request) {
        return request.attempts().isEmpty()
                && request.code().isPresent()
                && (request.status() == 401 || request.status() == 403);
    }

    static double millis(Duration time) {
        return time.toNanos() / 1_000 / 1e3;
    }

    static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
