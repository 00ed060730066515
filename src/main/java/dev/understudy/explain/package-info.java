/** Why a request went where it did, and where one would go: what decides, put in words. */
@NullMarked
@Room(
        pure = true,
        mayImport = {"catalog", "endpoint", "failover", "journal", "problem"})
package dev.understudy.explain;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
