/** The keys of {@code application.yml} under {@code understudy}. */
@NullMarked
@Room(mayImport = "endpoint")
package dev.understudy.settings;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
