/** What operators hold: put in force, kept for the next start, and ended when its time has come. */
@NullMarked
@Room(mayImport = {"endpoint", "store"})
package dev.understudy.overrides;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
