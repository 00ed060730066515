package dev.understudy.security;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.Map;
import java.util.Set;

/** Refusals with the {@code WWW-Authenticate} header that goes with them (RFC 6750 §3). */
final class Challenge {

    private Challenge() {}

    /** Without an error: the caller has not tried anything yet (RFC 6750 §3.1). */
    static Refused noToken() {
        return refused(Problem.NO_TOKEN, "Bearer");
    }

    /** The text is the same whatever is wrong with the token, so that nobody can feel a way to a good one. */
    static Refused badToken(Problem problem) {
        return refused(problem, "Bearer error=\"invalid_token\", error_description=\"" + problem.description() + "\"");
    }

    static Refused scopeMissing(Set<String> scopes) {
        return refused(
                Problem.SCOPE_MISSING,
                "Bearer error=\"insufficient_scope\", scope=\"" + String.join(" ", scopes) + "\"");
    }

    private static Refused refused(Problem problem, String challenge) {
        return new Refused(problem, problem.description(), Map.of("WWW-Authenticate", challenge));
    }
}
