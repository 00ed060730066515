/** Who may call: issuers and their keys, the check of a token, and the decision from the operation found. */
@NullMarked
@Room(mayImport = {"catalog", "endpoint", "failover", "problem", "settings"})
package dev.understudy.security;

import dev.understudy.Room;
import org.jspecify.annotations.NullMarked;
