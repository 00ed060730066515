/** The admin listener: who may sign in there, and what it serves. */
@NullMarked
@Room(mayImport = {"catalog", "definitions", "endpoint", "openapi", "problem", "settings", "store"})
package dev.understudy.admin;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
