package dev.understudy.routing;

import dev.understudy.journal.Phase;

/** How far one attempt has come. Written by one thread after the other, read by any. */
final class Progress {

    private volatile Phase phase = Phase.WAITING;

    void reached(Phase next) {
        phase = next;
    }

    /** Only where it is not further already. */
    void reachedAtLeast(Phase next) {
        if (phase.compareTo(next) < 0) {
            phase = next;
        }
    }

    Phase phase() {
        return phase;
    }
}
