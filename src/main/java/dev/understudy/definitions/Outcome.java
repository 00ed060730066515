package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import java.util.List;

/** What came of a change of what is deployed. But for the first two, nothing was changed. */
public sealed interface Outcome {

    /**
     * It is kept for good, and requests go to it.
     *
     * @param placements where it is served
     * @param operations how many it has
     * @param warnings what is in the project and has no effect, or not the one that was meant; may be empty
     */
    record Deployed(Revision revision, List<Placement> placements, int operations, List<Finding> warnings)
            implements Outcome {}

    /**
     * It is not served any more where it was asked for, and will not be after the next start.
     *
     * @param virtualHosts from which something was taken; never empty
     */
    record Undeployed(String name, String version, List<String> virtualHosts) implements Outcome {}

    /** The project cannot be served. @param faults all that were found; never empty */
    record Refused(List<Finding> faults, List<Finding> warnings) implements Outcome {}

    /** It is deployed already, and was not to be replaced. @param virtualHosts where; never empty */
    record Exists(String name, String version, List<String> virtualHosts) implements Outcome {}

    /** Another API is in its place. @param why names the other one; on one line */
    record Clashes(String why) implements Outcome {}

    /** There is nothing to take away. @param why on one line */
    record NotFound(String why) implements Outcome {}

    /** The store could not keep it. @param why on one line, and without a path of this machine */
    record NotKept(String why) implements Outcome {}

    /** Too many changes wait already. */
    record Busy() implements Outcome {}
}
