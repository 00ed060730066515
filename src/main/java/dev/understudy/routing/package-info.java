/** Where the catalog meets Spring Cloud Gateway: finding the operation, asking its endpoints, answering. */
@NullMarked
@Room(mayImport = {"catalog", "connection", "endpoint", "failover", "journal", "problem", "settings", "tls"})
package dev.understudy.routing;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
