/** What all who connect to endpoints do alike: how names are looked up, how addresses are tried, what an error means. */
@NullMarked
@Room(mayImport = {"endpoint", "failover"})
package dev.understudy.connection;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
