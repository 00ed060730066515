package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Match;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Finds the token of a request (RFC 6750 §2.1) where the operation asks for one. The query and the body are never looked
 * at: tokens there end in logs.
 */
final class BearerTokenReader {

    private static final String SCHEME = "Bearer";
    private static final String LINE_ENDS = "\n\r\u0085\u2028\u2029";

    private BearerTokenReader() {}

    /**
     * @return the token; null where the operation asks for none
     * @throws Refused if there is none that could be one
     */
    static @Nullable String read(HttpHeaders headers, Match.Found found) {
        String authorization = onlyOne(headers, HttpHeaders.AUTHORIZATION);
        if (found.operation().access() instanceof Access.Open) {
            return null;
        }
        String name = found.api().tokenHeader();
        return token(name.equalsIgnoreCase(HttpHeaders.AUTHORIZATION) ? authorization : onlyOne(headers, name), name);
    }

    // Two readers would each pick their own.
    private static @Nullable String onlyOne(HttpHeaders headers, String name) {
        List<String> values = headers.getOrEmpty(name);
        if (values.size() > 1) {
            throw new Refused(Problem.BAD_REQUEST, "The request has more than one header " + name + ".");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    /**
     * The token that a header has. One pass and no regular expression: each request comes by here.
     *
     * @param value of the header; null: it is not there
     * @param name of the header, for the refusal
     * @throws Refused if it has none that could be one
     */
    static String token(@Nullable String value, String name) {
        if (value == null || value.isEmpty()) {
            throw Challenge.noToken();
        }
        int start = SCHEME.length() + 1;
        if (hasScheme(value) && isToken(value, start)) {
            return value.substring(start);
        }
        throw refusal(value, name);
    }

    private static Refused refusal(String value, String name) {
        // Two header lines that somebody on the way has made one of (RFC 9110 §5.3).
        if (value.indexOf(',') >= 0) {
            return new Refused(Problem.BAD_REQUEST, "The header " + name + " has more than one value.");
        }
        boolean lines = value.chars().anyMatch(character -> LINE_ENDS.indexOf(character) >= 0);
        return hasScheme(value) && !lines ? Challenge.badToken(Problem.INVALID_TOKEN) : Challenge.noToken();
    }

    private static boolean hasScheme(String value) {
        int end = SCHEME.length();
        return value.regionMatches(true, 0, SCHEME, 0, end)
                && (value.length() == end || value.charAt(end) == ' ' || value.charAt(end) == '\t');
    }

    /** Whether it is a {@code b68token} from there on, after a space. */
    private static boolean isToken(String value, int start) {
        int end = value.length();
        while (end > start && value.charAt(end - 1) == '=') {
            end--;
        }
        if (end <= start || value.charAt(start - 1) != ' ') {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (!isOfToken(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfToken(char character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || "-._~+/".indexOf(character) >= 0;
    }
}
