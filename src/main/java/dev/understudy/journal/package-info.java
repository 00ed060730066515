/** What happened to requests and endpoints, as it is told afterwards: to logs, meters, and whoever asks why. */
@NullMarked
@Room(
        pure = true,
        mayImport = {"endpoint", "failover", "catalog"})
package dev.understudy.journal;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
