/** The answers that the gateway gives itself, as values: which status and code a condition has. */
@NullMarked
@Room(pure = true)
package dev.understudy.problem;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
