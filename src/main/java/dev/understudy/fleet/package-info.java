/** The processes that serve the same: what is sent to those who follow, what each says of itself, and who hears it. */
@NullMarked
@Room(
        mayImport = {
            "background",
            "catalog",
            "definitions",
            "endpoint",
            "journal",
            "listener",
            "overrides",
            "settings",
            "store"
        })
package dev.understudy.fleet;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
