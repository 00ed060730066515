/** Where it is kept what was deployed, so that it is there after the next start. */
@NullMarked
@Room
package dev.understudy.store;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
