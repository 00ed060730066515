/** At the end of the house. */
@NullMarked
@Room
package dev.understudy.crooked.routing;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
