package dev.understudy.routing;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/** What one who waits holds while several are asked in turn: who leaves, leaves the one whose turn it is. */
final class InTurn implements Subscription {

    private volatile @Nullable Relay<?> current;
    private volatile boolean left;

    /** The turn of this one. @return whether somebody still waits; if not, it is cancelled and not to be begun */
    boolean of(Relay<?> next) {
        current = next;
        // Looked at after that: either this sees who has left, or who leaves sees the one to be left.
        if (left) {
            next.cancel();
        }
        return !left;
    }

    @Override
    public void request(long more) {}

    @Override
    public void cancel() {
        left = true;
        Relay<?> asked = current;
        if (asked != null) {
            asked.cancel();
        }
    }
}
