package dev.understudy.admin;

import dev.understudy.catalog.OneLine;
import dev.understudy.endpoint.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is to become of an endpoint.
 *
 * @param kind how it is to be held; empty: it is to be let go
 * @param time after which it is let go by itself; empty: never
 * @param reason on one line; may be empty
 */
public record WantedOverride(Optional<Hold.Kind> kind, Optional<Duration> time, String reason) {

    static final Duration SHORTEST = Duration.ofSeconds(1);
    static final Duration LONGEST = Duration.ofDays(30);

    /** Characters. */
    public static final int LONGEST_REASON = AuditLog.LONGEST;

    private static final String EXAMPLE = "{\"state\": \"draining\", \"for\": \"15m\", \"reason\": \"…\"}";
    private static final String STATES = "draining, down or auto";
    private static final List<String> MEMBERS = List.of("state", "for", "reason");
    private static final int LONGEST_SHOWN = 50;

    /** @throws ErrorResponseException if the body does not say so */
    static WantedOverride of(byte[] body, JsonMapper json) {
        JsonNode root = JsonBody.object(body, json, EXAMPLE, MEMBERS);
        return of(
                text(root, "state", STATES).orElseThrow(() -> bad("state: not there", STATES)),
                text(root, "for", "a time such as 15m"),
                text(root, "reason", "a text").orElse(""));
    }

    /**
     * @param state {@code draining}, {@code down} or {@code auto}
     * @param time such as {@code 15m}; empty: until it is let go
     * @throws ErrorResponseException with 400 that says what is not right
     */
    public static WantedOverride of(String state, Optional<String> time, String reason) {
        Optional<Hold.Kind> kind = kind(state);
        Optional<Duration> parsed = time.map(WantedOverride::time);
        if (kind.isEmpty() && parsed.isPresent()) {
            throw bad("for: there, and state is auto", "it without state auto, which takes effect at once");
        }
        return new WantedOverride(kind, parsed, reason(reason));
    }

    private static Optional<Hold.Kind> kind(String state) {
        return switch (state) {
            case "auto" -> Optional.empty();
            case "draining" -> Optional.of(Hold.Kind.DRAINING);
            case "down" -> Optional.of(Hold.Kind.DOWN);
            default -> throw bad("state: " + shown(state), STATES);
        };
    }

    private static Duration time(String text) {
        Duration time = parsed(text);
        if (time == null || time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
            throw bad("for: " + shown(text), "a time from 1s to 30d, such as 15m; none: until it is let go");
        }
        return time;
    }

    private static @Nullable Duration parsed(String text) {
        try {
            return DurationStyle.detectAndParse(text.strip());
        } catch (IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    private static String reason(String text) {
        String line = OneLine.of(text.strip());
        if (line.length() > LONGEST_REASON) {
            throw bad("reason: " + line.length() + " characters", "at most " + LONGEST_REASON);
        }
        return line;
    }

    private static Optional<String> text(JsonNode root, String member, String expected) {
        JsonNode value = root.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw bad(member + ": no text", expected);
        }
        return Optional.of(value.stringValue());
    }

    private static String shown(String text) {
        String line = OneLine.of(text);
        return "'" + (line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN) + "…" : line) + "'";
    }

    private static ErrorResponseException bad(String found, String expected) {
        return AdminProblems.problem(HttpStatus.BAD_REQUEST, found + " (expected: " + expected + ")");
    }
}
