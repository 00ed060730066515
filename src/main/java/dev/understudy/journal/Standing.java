package dev.understudy.journal;

/**
 * Where an endpoint stood in the line of one request, when it came.
 *
 * @param position 1-based place in the document's list
 * @param endpoint its URL, for operators only
 */
public record Standing(int position, String endpoint, State state) {

    /** Why it stood there. */
    public enum State {
        /** Nothing speaks against it. */
        READY,
        /** It was let back by a probe just now: only requests that can be repeated go there. */
        ON_TRIAL,
        /** It failed: it is asked when nobody else is left. */
        SUSPENDED
    }
}
