/** Where documents come from; each source pushes what it has into the catalog. */
@NullMarked
@Room(mayImport = {"background", "openapi", "catalog", "endpoint", "failover", "settings", "store"})
package dev.understudy.definitions;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
