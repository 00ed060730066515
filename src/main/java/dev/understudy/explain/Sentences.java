package dev.understudy.explain;

import dev.understudy.failover.Rule;
import dev.understudy.journal.Ending;
import dev.understudy.journal.Phase;
import dev.understudy.journal.Standing;

/** What the words of records mean. */
final class Sentences {

    private Sentences() {}

    /** Why a request goes on to an endpoint, or goes no further. */
    static String of(Rule rule) {
        return switch (rule) {
            case FIRST_IN_LINE -> "Nobody is asked before it.";
            case NOT_SENT ->
                "Nothing of the request has left the gateway, so that it can go to the next endpoint"
                        + " whatever it is.";
            case REPEATABLE -> "The request may be sent again, and goes to the next endpoint.";
            case SAME_AGAIN -> "retryConfig has the same endpoint asked again.";
            case FRESH_CONNECTION ->
                "The connection had been closed while it was idle, and no other endpoint is left:"
                        + " the same one is asked on a fresh connection.";
            case ANSWER -> "The answer has no status that moves the request on, and is passed on.";
            case NOBODY_LEFT -> "Every endpoint has been asked.";
            case HELD -> "Operators hold every endpoint that has not been asked.";
            case DEADLINE_PASSED -> "The deadline of all attempts has passed.";
            case NOT_REPEATABLE ->
                "The request must not be sent again: neither its method nor its document allows"
                        + " that, or its body was not kept.";
            case BUDGET_SPENT ->
                "Too many requests are being repeated already, and the next endpoint has failed just" + " now, too.";
        };
    }

    static String of(Standing.State state) {
        return switch (state) {
            case READY -> "Nothing speaks against it.";
            case ON_TRIAL -> "A probe let it back just now: only requests that can be repeated go there.";
            case SUSPENDED -> "It had failed: it is asked when nobody else is left.";
            case DRAINING -> "An operator holds it: it is not asked, and requests that are there already end.";
            case DOWN -> "An operator holds it: it is not asked, and not looked at.";
        };
    }

    /** How far an attempt came. */
    static String of(Phase phase) {
        return switch (phase) {
            case WAITING -> "while it waited for a place or a connection";
            case DNS -> "while the address of the endpoint was looked for";
            case CONNECT -> "while a connection was being made";
            case TLS -> "during the TLS handshake";
            case CONNECTED -> "when there was a connection, and nothing of the request had left";
            case HEAD_SENT -> "when the head of the request had left, or may have";
            case BODY_SENT -> "when the whole request had left";
            case HEAD_RECEIVED -> "when the head of the answer was there";
        };
    }

    static String of(Ending ending) {
        return switch (ending) {
            case WHOLE -> "It went to the caller to its end.";
            case BROKEN_OFF -> "The endpoint broke it off, which the caller could see.";
            case CALLER_LEFT -> "The caller left before its end.";
        };
    }
}
