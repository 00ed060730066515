/** The keys of {@code application.yml} under {@code understudy}. */
@NullMarked
@Room()
package dev.understudy.settings;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
