/** From the text of an OpenAPI document to an API, or to all its faults at once. */
@NullMarked
@Room(mayImport = {"catalog", "endpoint", "failover"})
package dev.understudy.openapi;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
