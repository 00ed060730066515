/** Whether endpoints can be reached from here, asked before anybody deploys them. */
@NullMarked
@Room(mayImport = {"catalog", "connection", "endpoint", "failover", "journal", "settings", "tls"})
package dev.understudy.checkup;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
