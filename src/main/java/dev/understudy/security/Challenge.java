package dev.understudy.security;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Refusals with the {@code WWW-Authenticate} header that goes with them (RFC 6750 §3). */
final class Challenge {

    /** RFC 6749 §3.3. */
    private static final Pattern SCOPE_TOKEN = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    private Challenge() {}

    /** Without an error: the caller has not tried anything yet (RFC 6750 §3.1). */
    static Refused noToken() {
        return refused(Problem.NO_TOKEN, "Bearer");
    }

    /** The text is the same whatever is wrong with the token, so that nobody can feel a way to a good one. */
    static Refused badToken(Problem problem) {
        return refused(problem, "Bearer error=\"invalid_token\", error_description=\"" + problem.description() + "\"");
    }

    /** @param scopes those asked for; ones that the header has no way to write are not told */
    static Refused scopeMissing(Set<String> scopes) {
        String told = scopes.stream()
                .filter(scope -> SCOPE_TOKEN.matcher(scope).matches())
                .collect(Collectors.joining(" "));
        return refused(
                Problem.SCOPE_MISSING,
                "Bearer error=\"insufficient_scope\"" + (told.isEmpty() ? "" : ", scope=\"" + told + "\""));
    }

    private static Refused refused(Problem problem, String challenge) {
        return new Refused(problem, problem.description(), Map.of("WWW-Authenticate", challenge));
    }
}
