/** Requests that the gateway sends to itself, as one of its callers. */
@NullMarked
@Room(mayImport = "listener")
package dev.understudy.loopback;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
