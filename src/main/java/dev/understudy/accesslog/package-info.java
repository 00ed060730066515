/** The line that is written for each request. Logback is named here only. */
@NullMarked
@Room(mayImport = {"catalog", "failover", "journal", "settings"})
package dev.understudy.accesslog;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
