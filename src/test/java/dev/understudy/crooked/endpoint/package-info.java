/** Says that it is pure, and is not. */
@NullMarked
@Room(pure = true)
package dev.understudy.crooked.endpoint;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
