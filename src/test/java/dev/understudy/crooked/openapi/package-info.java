/** Declares a room that nobody may import. */
@NullMarked
@Room(mayImport = "routing")
package dev.understudy.crooked.openapi;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
