package dev.understudy.loopback;

import java.time.Duration;
import java.util.List;

/** What came of a {@link Call}. */
public sealed interface Outcome {

    /** From the call until it was known. */
    Duration took();

    /** @param body as much of it as was taken, and {@code end} says why that is all */
    record Answered(int status, List<Header> headers, byte[] body, End end, Duration took) implements Outcome {

        public Answered {
            headers = List.copyOf(headers);
        }
    }

    /** Not even the head of an answer. */
    record Unanswered(Reason reason, Duration took) implements Outcome {

        /** Whether the listener may have got the request all the same. */
        public boolean mayHaveArrived() {
            return reason == Reason.CLOSED || reason == Reason.LATE;
        }
    }

    /** Where the body of an answer ended. */
    enum End {
        /** It was whole. */
        WHOLE,
        /** It is longer than {@link Loopback#BODY_BYTES}. */
        TOO_LONG,
        /** It took longer than {@link Loopback#BODY_TIME}. */
        TOO_SLOW,
        /** The connection closed within it. */
        BROKEN
    }

    /** Why there was no answer. */
    enum Reason {
        /** No connection came about. */
        NOT_REACHED,
        /** TLS failed. */
        TLS,
        /** The connection closed without one. */
        CLOSED,
        /** The patience of the call was over. */
        LATE
    }
}
