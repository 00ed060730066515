/** Threads for what no caller waits for, which go last. */
@NullMarked
@Room
package dev.understudy.background;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
