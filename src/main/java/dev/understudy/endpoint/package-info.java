/** Where requests can go: endpoints, and the ordered groups that operations name. */
@NullMarked
@Room(pure = true)
package dev.understudy.endpoint;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
