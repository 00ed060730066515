/** What the certificate of an endpoint is judged by, for those who connect to one. */
@NullMarked
@Room(mayImport = "endpoint")
package dev.understudy.tls;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
