package dev.understudy.store;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What makes one {@link Edition} of another.
 *
 * @param origin of which store it is; revisions are compared only within one
 * @param revision of the edition that it makes
 * @param base checksum of the edition that it is to be added to; empty: to nothing, so that this is the whole
 * @param checksum of the edition that it makes
 * @param changed texts that are new or others than before, by name
 * @param gone names of those that are not there any more
 * @param projects some of those that the new texts name, by the names of their archives; all others are to be asked for
 */
public record Difference(
        String origin,
        long revision,
        String base,
        String checksum,
        Map<String, String> changed,
        List<String> gone,
        Map<String, byte[]> projects) {

    public Difference {
        changed = Map.copyOf(changed);
        gone = List.copyOf(gone);
        // An earlier version sends none.
        projects = Map.copyOf(Objects.requireNonNullElse(projects, Map.of()));
    }

    /** One without projects. */
    public Difference(
            String origin,
            long revision,
            String base,
            String checksum,
            Map<String, String> changed,
            List<String> gone) {
        this(origin, revision, base, checksum, changed, gone, Map.of());
    }

    /** The same with these. */
    public Difference with(Map<String, byte[]> others) {
        return new Difference(origin, revision, base, checksum, changed, gone, others);
    }
}
