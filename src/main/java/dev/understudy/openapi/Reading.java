package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What came of reading one document or project. */
public sealed interface Reading {

    /** What is in it and has no effect, or perhaps not the one that was meant; may be empty. */
    List<Finding> warnings();

    /**
     * It can be served.
     *
     * @param project what it is known by where it is deployed; empty for a bare document
     */
    record Accepted(Api api, Optional<Project> project, List<Finding> warnings) implements Reading {

        public Accepted(Api api, List<Finding> warnings) {
            this(api, Optional.empty(), warnings);
        }

        /** The same on another virtual host. */
        public Accepted on(String virtualHost) {
            return new Accepted(api.on(Set.of(virtualHost)), project, warnings);
        }
    }

    /**
     * It cannot be served.
     *
     * @param faults all that were found, in the order of each file; never empty
     */
    record Refused(List<Finding> faults, List<Finding> warnings) implements Reading {}
}
