package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.openapi.Finding;
import java.util.List;
import java.util.Optional;

/**
 * What the gateway would say of one document or project.
 *
 * @param name its path, as it was asked for
 * @param archive whether it is a zip, in which the files of findings are
 * @param api what would be served of it; empty: nothing that could be
 * @param faults why it would not be served; empty: it would
 * @param warnings what is in it and has no effect, or perhaps not the one that was meant
 */
public record Checked(
        String name, boolean archive, State state, Optional<Api> api, List<Finding> faults, List<Finding> warnings) {

    /** How it stands with it. */
    public enum State {
        /** It would be served. */
        GOOD,
        /** It has faults. */
        REFUSED,
        /** It has none, but would serve a path that another one serves. */
        CLASHING,
        /** Nobody knows what is in it. */
        UNREADABLE
    }

    public Checked {
        faults = List.copyOf(faults);
        warnings = List.copyOf(warnings);
        if (faults.isEmpty() != (state == State.GOOD)) {
            throw new IllegalArgumentException(name + ": " + state + " with " + faults.size() + " faults");
        }
    }

    Checked clashing(String why) {
        return new Checked(name, archive, State.CLASHING, api, List.of(new Finding("", 0, why)), warnings);
    }
}
