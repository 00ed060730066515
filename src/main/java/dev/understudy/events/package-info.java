/** Tells of what happens as events, each from where it is known. */
@NullMarked
@Room(mayImport = {"catalog", "endpoint", "failover", "journal"})
package dev.understudy.events;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
