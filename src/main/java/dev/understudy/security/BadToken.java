package dev.understudy.security;

import dev.understudy.problem.Problem;

/** Why a token is not taken. Its message is for the log of the gateway, and has nothing of the token in it. */
final class BadToken extends RuntimeException {

    private final transient Problem problem;

    BadToken(String why) {
        this(Problem.INVALID_TOKEN, why);
    }

    BadToken(Problem problem, String why) {
        super(why, null, false, false);
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
