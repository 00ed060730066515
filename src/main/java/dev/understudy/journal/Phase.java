package dev.understudy.journal;

/** How far an attempt came, in this order. */
public enum Phase {
    /** It had no place at the endpoint, or no connection yet. */
    WAITING,
    /** The address of the endpoint was looked for. */
    DNS,
    /** A connection was being made. */
    CONNECT,
    /** The TLS handshake was under way. */
    TLS,
    /** There was a connection, and nothing of the request had left on it. */
    CONNECTED,
    /** The request's head left, or may have left. */
    HEAD_SENT,
    /** The whole request left. */
    BODY_SENT,
    /** The head of the answer came. */
    HEAD_RECEIVED
}
