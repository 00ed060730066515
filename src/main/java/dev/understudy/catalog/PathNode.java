package dev.understudy.catalog;

import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in the tree of all paths: what may follow the segments that lead to it. Where only one path goes on, it is the
 * {@link Leaf} of that path with all that is left of it, and where several do a {@link Fork}. Of ten thousand operations each
 * object on the way is one more that is not in the processor's cache.
 * <p>
 * Never written once a catalog has it: a change of a tree copies the forks on the way to what is different, and has the rest in
 * common with the tree before it.
 */
sealed interface PathNode permits Fork, Leaf {

    /** Where a search ends. */
    sealed interface End permits Leaf, Disguise {}

    /** At a segment that would be a concrete one once cut: nothing is found, in what is less specific neither. */
    record Disguise() implements End {}

    /** What becomes of the end of one path. */
    interface Change {

        /** @param rest what is left of the path, for a leaf that is new */
        @Nullable
        Leaf of(@Nullable Leaf leaf, List<PathTemplate.Segment> rest);
    }

    /** One change of trees, which knows the forks that it made: nobody else has seen them yet. For one thread. */
    final class Edit {

        private final Set<Fork> own = Collections.newSetFromMap(new IdentityHashMap<>());

        // Many paths end in the same way, and what they have in common stays near the processor.
        private final Map<List<PathTemplate.Segment>, List<PathTemplate.Segment>> rests = new HashMap<>();

        Fork fork() {
            return made(new Fork());
        }

        Fork own(Fork fork) {
            return own.contains(fork) ? fork : made(new Fork(fork));
        }

        private Fork made(Fork fork) {
            own.add(fork);
            return fork;
        }

        List<PathTemplate.Segment> rest(List<PathTemplate.Segment> path, int from) {
            return rests.computeIfAbsent(List.copyOf(path.subList(from, path.size())), rest -> rest);
        }
    }

    /** The end of the most specific path that matches from the given segment on, or null. Visits no node twice. */
    @Nullable
    End find(List<String> segments, int at);

    /** Null when no path is left. */
    @Nullable
    PathNode changed(List<PathTemplate.Segment> path, int at, Change change, Edit edit);

    /** As {@link #changed} of a node, which may not be there yet. */
    static @Nullable PathNode changed(
            @Nullable PathNode node, List<PathTemplate.Segment> path, int at, Change change, Edit edit) {
        return node == null ? change.of(null, edit.rest(path, at)) : node.changed(path, at, change, edit);
    }
}
