package dev.understudy.routing;

/**
 * An endpoint's answer broke off after its head had gone to the caller. No {@code IOException} and without a cause: Spring
 * takes those for a caller who left, and would end the answer as if it were complete.
 */
final class BrokenAnswer extends RuntimeException {

    BrokenAnswer(String message) {
        super(message, null, false, false);
    }
}
