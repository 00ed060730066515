/** What is served at one moment: APIs, their operations, and how a request finds its own. */
@NullMarked
@Room(
        pure = true,
        mayImport = {"endpoint", "failover"})
package dev.understudy.catalog;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
