/** What is known of endpoints: who is suspended and for how long, and the probes that look at them. */
@NullMarked
@Room(mayImport = {"connection", "endpoint", "settings", "tls"})
package dev.understudy.health;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
