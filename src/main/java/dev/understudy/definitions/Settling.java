package dev.understudy.definitions;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tells which files have come to rest: a writer may write in pieces, and an editor may delete a file before it writes the
 * new one. Every {@code nanos} is now, by a clock that nobody sets. Not safe for use by many threads at once.
 */
final class Settling {

    private record Sighting(Optional<Stamp> stamp, long since, boolean reported) {

        Sighting from(long nanos) {
            return new Sighting(stamp, nanos, false);
        }
    }

    private final Duration rest;
    private final Map<String, Sighting> sightings = new HashMap<>();

    /** @param rest how long a file must stay as it is */
    Settling(Duration rest) {
        this.rest = rest;
    }

    /** Files of which it is known that they have been at rest for long enough: they count as changed without a wait. */
    void resting(Map<String, Stamp> files, long nanos) {
        files.forEach(
                (name, stamp) -> sightings.put(name, new Sighting(Optional.of(stamp), nanos - rest.toNanos(), false)));
    }

    /** Something was not as it had been reported: the file has to come to rest anew. */
    void disturbed(String name, long nanos) {
        sightings.computeIfPresent(name, (same, sighting) -> sighting.from(nanos));
    }

    /** Nothing could be seen: nobody knows what happened meanwhile, so all that was coming to rest begins anew. */
    void unseen(long nanos) {
        sightings.replaceAll((name, sighting) -> sighting.reported() ? sighting : sighting.from(nanos));
    }

    /** Whether all that was seen has been reported. */
    boolean isAtRest() {
        return sightings.values().stream().allMatch(Sighting::reported);
    }

    /**
     * What changed and has been at rest for long enough, each change once.
     *
     * @param seen all files that are there now
     * @return the state of each by its name; empty: it is not there any more
     */
    Map<String, Optional<Stamp>> settled(Map<String, Stamp> seen, long nanos) {
        Set<String> names = new HashSet<>(sightings.keySet());
        names.addAll(seen.keySet());
        Map<String, Optional<Stamp>> settled = new TreeMap<>();
        for (String name : names) {
            Optional<Stamp> now = Optional.ofNullable(seen.get(name));
            Sighting before = sightings.get(name);
            if (before == null || !before.stamp().equals(now)) {
                sightings.put(name, new Sighting(now, nanos, false));
            } else if (!before.reported() && nanos - before.since() >= rest.toNanos()) {
                settled.put(name, now);
                report(name, before);
            }
        }
        return settled;
    }

    private void report(String name, Sighting sighting) {
        if (sighting.stamp().isEmpty()) {
            sightings.remove(name);
        } else {
            sightings.put(name, new Sighting(sighting.stamp(), sighting.since(), true));
        }
    }
}
