package dev.understudy.routing;

import java.io.IOException;

/** A connection that waited in the pool was closed by the time it was to be written to. */
final class ClosedBeforeUse extends IOException {

    ClosedBeforeUse(Throwable cause) {
        super(cause);
    }
}
