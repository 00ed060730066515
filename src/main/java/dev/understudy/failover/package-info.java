/** The rules of failover: what came of asking an endpoint, and what follows from it. */
@NullMarked
@Room(
        pure = true,
        mayImport = {"endpoint", "problem"})
package dev.understudy.failover;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
