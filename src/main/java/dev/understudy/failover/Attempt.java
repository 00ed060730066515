package dev.understudy.failover;

/** What came of asking one endpoint. */
public sealed interface Attempt {

    /** The endpoint answered: its response head arrived. */
    record Answered(int status) implements Attempt {}

    /** No byte of the request left the gateway, so that it can be asked of another endpoint whatever it is. */
    record NotSent(Reason reason) implements Attempt {
        public enum Reason {
            REFUSED,
            UNREACHABLE,
            UNKNOWN_HOST,
            TLS,
            CONNECT_TIMEOUT
        }
    }

    /** The request was sent, whole or in part, and no valid response head came back: the endpoint may have acted on it. */
    record NoAnswer(Reason reason) implements Attempt {
        public enum Reason {
            /** Closed or reset before the response head. */
            CLOSED,
            /** The same on a connection that had served before: the endpoint may just have ended an idle connection. */
            STALE,
            /** What came back is not HTTP. */
            GARBAGE,
            TIMEOUT
        }
    }
}
