/** Imports a room, and a library, that are not its own to import. */
@NullMarked
@Room(mayImport = "endpoint")
package dev.understudy.crooked.catalog;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
