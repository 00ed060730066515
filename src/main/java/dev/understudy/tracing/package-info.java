/** Requests and attempts as spans of OpenTelemetry, which is named here only. */
@NullMarked
@Room(mayImport = {"catalog", "endpoint", "failover", "journal"})
package dev.understudy.tracing;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
