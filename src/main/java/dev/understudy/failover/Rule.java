package dev.understudy.failover;

/** What a decision of {@link Failover} follows from: why a request went where it did, or no further. */
public enum Rule {
    /** Nobody was asked before. */
    FIRST_IN_LINE,
    /** Nothing of the request had left the gateway, so that it can go to the next endpoint whatever it is. */
    NOT_SENT,
    /** The request may be sent again, and goes to the next endpoint. */
    REPEATABLE,
    /** {@code retryConfig} has the same endpoint asked again. */
    SAME_AGAIN,
    /** The connection had been closed while it was idle, and no other endpoint is left: the same on a fresh one. */
    FRESH_CONNECTION,
    /** The endpoint's answer has no status that moves the request on. */
    ANSWER,
    /** Every endpoint was asked. */
    NOBODY_LEFT,
    /** Operators hold every endpoint that was not asked. */
    HELD,
    /** The deadline of all attempts has passed. */
    DEADLINE_PASSED,
    /** The request may not be sent again: neither its method nor its document allows it, or its body was not kept. */
    NOT_REPEATABLE,
    /** Too many requests are being repeated already. */
    BUDGET_SPENT
}
