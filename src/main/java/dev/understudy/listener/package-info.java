/** The listeners: TLS with a certificate of its own where none is set, the plain one beside it, and the graceful end. */
@NullMarked
@Room(mayImport = {"settings", "tls"})
package dev.understudy.listener;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
