/** The demo profile: two endpoints in this process, tokens to try them with, and a scene that shows a failover. */
@NullMarked
@Room(mayImport = "settings")
package dev.understudy.demo;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
