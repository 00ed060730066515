/** What is counted and timed, for Micrometer. */
@NullMarked
@Room(mayImport = {"background", "catalog", "endpoint", "failover", "fleet", "journal", "store"})
package dev.understudy.meters;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
