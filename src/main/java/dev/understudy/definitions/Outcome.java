package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.StoredApi;
import java.util.List;
import java.util.Optional;

/** What came of a change of what is deployed. But for the first three, nothing was changed. */
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

    /**
     * An API is what it was to be. Of a dry run: it would be, and nothing was changed.
     *
     * @param api as it is kept, or would be
     * @param changes in what is served
     * @param warnings what was sent and has no effect, or not the one that was meant; may be empty
     */
    record Applied(StoredApi api, Result result, Changes changes, List<Finding> warnings) implements Outcome {

        /** What it was to the API. */
        public enum Result {
            CREATED,
            REPLACED,
            UNCHANGED
        }
    }

    /** The project cannot be served. @param faults all that were found; never empty */
    record Refused(List<Finding> faults, List<Finding> warnings) implements Outcome {}

    /** It is deployed already, and was not to be replaced. @param virtualHosts where; never empty */
    record Exists(String name, String version, List<String> virtualHosts) implements Outcome {}

    /** Another API is in its place. @param why names the other one; on one line */
    record Clashes(String why) implements Outcome {}

    /** It was to be done only if what is there is something else. @param there what is deployed; empty: nothing */
    record Unfit(Optional<StoredApi> there) implements Outcome {}

    /** What was deployed as a revision, byte for byte. @param tag of the API */
    record Content(Revision revision, String tag, byte[] bytes) implements Outcome {}

    /** A revision that is kept cannot be served any more. @param faults all that were found; never empty */
    record NotRestored(int revision, List<Finding> faults) implements Outcome {}

    /** There is no such thing. @param why on one line */
    record NotFound(String why) implements Outcome {}

    /** The store could not keep it. @param why on one line, and without a path of this machine */
    record NotKept(String why) implements Outcome {}

    /** What the store is kept in is elsewhere, and cannot be reached now. @param why on one line */
    record Away(String why) implements Outcome {}

    /** Too many changes wait already. */
    record Busy() implements Outcome {}
}
