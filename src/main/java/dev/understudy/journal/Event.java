package dev.understudy.journal;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Something that whoever runs the gateway may want to know of.
 *
 * @param number from 1, in the order in which they happened
 * @param text a sentence; on one line
 * @param facts its parts by name; the names are those of {@code docs/reference/events.md}
 */
public record Event(long number, Instant at, Kind kind, String text, Map<String, String> facts) {

    /** What kinds there are. */
    public enum Kind {
        /** Requests went on to another endpoint. */
        FAILOVER("failover"),
        /** Requests ended without an answer of an endpoint. */
        GIVEN_UP("given-up"),
        /** An endpoint goes to the back of the line. */
        SUSPENDED("suspended"),
        /** An endpoint is in line again. */
        BACK("back"),
        /** An operator holds an endpoint: it is not asked. */
        OVERRIDE_SET("override-set"),
        /** An endpoint is not held any more. */
        OVERRIDE_ENDED("override-ended"),
        /** The newest version of a document is served. */
        SERVED("served"),
        /** The newest version of a document is refused. */
        REFUSED("refused"),
        /** A document is gone, and not served any more. */
        GONE("gone");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /** As it is written everywhere. */
        public String word() {
            return word;
        }
    }

    public Event {
        facts = Collections.unmodifiableMap(new TreeMap<>(facts));
    }
}
