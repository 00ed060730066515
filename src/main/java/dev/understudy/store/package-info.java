/** Where it is kept what was deployed and what operators hold, so that it is there after the next start. */
@NullMarked
@Room(mayImport = {"background", "endpoint"})
package dev.understudy.store;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
