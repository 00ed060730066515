package dev.understudy.openapi;

import dev.understudy.catalog.Api;
import java.util.List;

/** What came of reading one document. */
public sealed interface Reading {

    /** What is in the document and has no effect, or perhaps not the one that was meant; may be empty. */
    List<Finding> warnings();

    /** The document can be served. */
    record Accepted(Api api, List<Finding> warnings) implements Reading {}

    /**
     * The document cannot be served.
     *
     * @param faults all that were found, in the order of the document; never empty
     */
    record Refused(List<Finding> faults, List<Finding> warnings) implements Reading {}
}
