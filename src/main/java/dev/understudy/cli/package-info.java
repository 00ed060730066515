/** The commands of the jar, for people and pipelines; none of them starts the gateway. */
@NullMarked
@Room(mayImport = {"catalog", "definitions", "endpoint", "openapi", "settings", "store", "tls"})
package dev.understudy.cli;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
