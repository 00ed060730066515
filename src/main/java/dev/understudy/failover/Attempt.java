package dev.understudy.failover;

import java.time.Duration;
import java.util.Optional;

/** What came of asking one endpoint. */
public sealed interface Attempt {

    /**
     * Whether it speaks against the endpoint that there was no answer: neither what the gateway had no means for does, nor
     * what was left too little time. Of an answer, its status may speak against the endpoint, by the policy.
     *
     * @param first whether it was the first attempt of its request, which had all the time that there is
     */
    default boolean isFault(boolean first) {
        return false;
    }

    /**
     * The endpoint answered: its response head arrived.
     *
     * @param retryAfter for how long it asked not to be asked again; empty if it did not
     */
    record Answered(int status, Optional<Duration> retryAfter) implements Attempt {}

    /** No byte of the request left the gateway, so that it can be asked of another endpoint whatever it is. */
    record NotSent(Reason reason) implements Attempt {

        @Override
        public boolean isFault(boolean first) {
            return switch (reason) {
                case FULL, HELD, OVERLOADED -> false;
                case DEADLINE -> first;
                case REFUSED, UNREACHABLE, UNKNOWN_HOST, TLS, CERTIFICATE, CONNECT_TIMEOUT -> true;
            };
        }

        public enum Reason {
            REFUSED,
            UNREACHABLE,
            UNKNOWN_HOST,
            TLS,
            /** The endpoint's certificate is not one to be trusted: a wrong setting, or an attack. */
            CERTIFICATE,
            CONNECT_TIMEOUT,
            /** As many requests as it may be asked at once are on their way to the endpoint, or wait for it. */
            FULL,
            /** An operator holds the endpoint since the request was to go there. */
            HELD,
            /** The deadline of all attempts left less time to connect than the endpoint is given. */
            DEADLINE,
            /** The gateway had no means: no file descriptor, no memory. */
            OVERLOADED
        }
    }

    /** The request was sent, whole or in part, and no valid response head came back: the endpoint may have acted on it. */
    record NoAnswer(Reason reason) implements Attempt {

        @Override
        public boolean isFault(boolean first) {
            return switch (reason) {
                case STALE -> false;
                case DEADLINE -> first;
                case CLOSED, GARBAGE, TIMEOUT -> true;
            };
        }

        public enum Reason {
            /** Closed or reset before the response head. */
            CLOSED,
            /** The same on a connection that had served before: the endpoint may just have ended an idle connection. */
            STALE,
            /** What came back is not HTTP. */
            GARBAGE,
            TIMEOUT,
            /** The deadline of all attempts left less time to answer than the endpoint is given. */
            DEADLINE
        }
    }
}
