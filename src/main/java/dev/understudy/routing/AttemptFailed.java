package dev.understudy.routing;

import dev.understudy.failover.Attempt;
import org.jspecify.annotations.Nullable;

/** An endpoint was asked and gave no answer. */
final class AttemptFailed extends RuntimeException {

    private final transient Attempt attempt;

    AttemptFailed(Attempt attempt, @Nullable Throwable cause) {
        super(String.valueOf(attempt), cause, false, false);
        this.attempt = attempt;
    }

    Attempt attempt() {
        return attempt;
    }
}
