package dev.understudy.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of one document that a source has.
 *
 * @param source who has it, such as {@code "folder"}
 * @param name the source's own, such as the name of a file
 * @param served the API that is served of it, of whichever version of the document; empty: none
 * @param faults why its newest version is not served; empty: it is
 * @param warnings what is in its newest version and has no effect, or not the one that was meant
 * @param since when its newest version was looked at
 */
public record Definition(
        String source, String name, Optional<Api> served, List<String> faults, List<String> warnings, Instant since) {

    /** How it stands with a document. */
    public enum State {
        /** Its newest version is served. */
        SERVED,
        /** Its newest version is refused, an earlier one is served. */
        OUTDATED,
        /** No version of it is served. */
        REFUSED
    }

    public Definition {
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
        if (served.isEmpty() && faults.isEmpty()) {
            throw new IllegalArgumentException(name + ": not served without a fault (expected: one of both)");
        }
    }

    public State state() {
        if (faults.isEmpty()) {
            return State.SERVED;
        }
        return served.isPresent() ? State.OUTDATED : State.REFUSED;
    }
}
