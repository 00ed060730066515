/** The admin listener: who may sign in there, and what it serves. */
@NullMarked
@Room(
        mayImport = {
            "background",
            "catalog",
            "checkup",
            "definitions",
            "endpoint",
            "explain",
            "fleet",
            "journal",
            "loopback",
            "openapi",
            "overrides",
            "problem",
            "settings",
            "store"
        })
package dev.understudy.admin;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
