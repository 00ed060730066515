package dev.understudy.checkup;

import dev.understudy.checkup.Checked.Stage;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;

/** What the words for failures mean, for who checks an endpoint. */
final class Sentences {

    private static final String OVER = "The whole check was over after " + Checkup.LONGEST.toSeconds() + " s.";

    private Sentences() {}

    /** @param stage that was under way */
    static String of(NotSent.Reason reason, Stage stage, Checkup.Limits limits) {
        return switch (reason) {
            case REFUSED -> "It refused the connection: nothing listens on that port.";
            case UNREACHABLE -> "There is no way to its address, or the connection was closed at once.";
            case UNKNOWN_HOST -> "No address was found for its name.";
            case TLS -> "The TLS handshake failed: perhaps it speaks no TLS on that port.";
            case CERTIFICATE -> "Its certificate is not accepted.";
            case CONNECT_TIMEOUT ->
                missing(stage) + " within " + limits.connect().toMillis() + " ms.";
            case DEADLINE -> OVER;
            case OVERLOADED, FULL, HELD -> "The gateway had no means to connect: no file descriptor, or no port.";
        };
    }

    static String of(NoAnswer.Reason reason, Checkup.Limits limits) {
        return switch (reason) {
            case CLOSED, STALE -> "It closed the connection before it had answered.";
            case GARBAGE -> "What it answered is not HTTP.";
            case TIMEOUT -> "It did not answer within " + limits.answer().toMillis() + " ms.";
            case DEADLINE -> OVER;
        };
    }

    private static String missing(Stage stage) {
        return switch (stage) {
            case DNS -> "No address was found for its name";
            case TCP -> "None of its addresses took the connection";
            case TLS, HTTP -> "The TLS handshake was not over";
        };
    }
}
