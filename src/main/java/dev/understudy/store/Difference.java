package dev.understudy.store;

import java.util.List;
import java.util.Map;

/**
 * What makes one {@link Edition} of another.
 *
 * @param revision of the edition that it makes
 * @param base checksum of the edition that it is to be added to; empty: to nothing, so that this is the whole
 * @param checksum of the edition that it makes
 * @param changed texts that are new or others than before, by name
 * @param gone names of those that are not there any more
 */
public record Difference(long revision, String base, String checksum, Map<String, String> changed, List<String> gone) {

    public Difference {
        changed = Map.copyOf(changed);
        gone = List.copyOf(gone);
    }

    /** Whether it makes no other edition. */
    boolean isNothing() {
        return base.equals(checksum);
    }
}
