package dev.understudy.catalog;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One segment of the tree of all paths. Never written once a catalog has it: a change of a tree copies the nodes on the way to
 * what is different, and has the others in common with the tree before it.
 */
final class PathNode {

    /** A tree without paths. */
    static final PathNode EMPTY = new PathNode();

    /** One change of trees, which knows the nodes that it made: nobody else has seen them yet. For one thread. */
    static final class Edit {

        private final Set<PathNode> own = Collections.newSetFromMap(new IdentityHashMap<>());

        private PathNode own(PathNode node) {
            if (own.contains(node)) {
                return node;
            }
            PathNode copy = new PathNode(node);
            own.add(copy);
            return copy;
        }
    }

    /** Where a search ends. */
    sealed interface End {}

    /** Where a path ends. @param first the only one at most of them @param others with other methods; by these */
    record Leaf(Match.Found first, Map<String, Match.Found> others) implements End {

        Api api() {
            return first.api();
        }

        Match.@Nullable Found find(String method) {
            return method(first).equals(method) ? first : others.get(method);
        }

        SortedSet<String> allowed() {
            SortedSet<String> allowed = new TreeSet<>(others.keySet());
            allowed.add(method(first));
            return allowed;
        }

        private Leaf with(Match.Found more) {
            Map<String, Match.Found> all = new HashMap<>(others);
            all.put(method(more), more);
            return new Leaf(first, all);
        }

        private @Nullable Leaf without(Match.Found gone) {
            Map<String, Match.Found> left = new HashMap<>(others);
            if (gone != first) {
                left.remove(method(gone));
                return new Leaf(first, left);
            }
            if (left.isEmpty()) {
                return null;
            }
            Match.Found next = left.values().iterator().next();
            left.remove(method(next));
            return new Leaf(next, left);
        }

        private static String method(Match.Found found) {
            return found.operation().method();
        }
    }

    /** At a segment that would be a concrete one once cut: nothing is found, in what is less specific neither. */
    record Disguise() implements End {}

    /** What becomes of the end of one path. */
    private interface LeafChange {
        @Nullable
        Leaf of(@Nullable Leaf leaf);
    }

    private record Branch(PathTemplate.Partial segment, PathNode node) {}

    private static final Comparator<Branch> MOST_TEXT_FIRST = Comparator.comparingInt(
                    (Branch branch) -> -literalLength(branch))
            .thenComparing(branch -> branch.segment.literals().toString());

    // Most have one child or none. Those of ten thousand operations are many, and each object on the way is one more
    // that
    // is not in the processor's cache: a map is only where there are several.
    private @Nullable String onlyText;
    private @Nullable PathNode only;
    private Map<String, PathNode> concrete = Map.of();
    private List<Branch> partial = List.of();
    private @Nullable PathNode named;
    private @Nullable Leaf below;
    private @Nullable Leaf end;

    PathNode() {}

    private PathNode(PathNode other) {
        onlyText = other.onlyText;
        only = other.only;
        concrete = other.concrete.isEmpty() ? Map.of() : new HashMap<>(other.concrete);
        partial = other.partial;
        named = other.named;
        below = other.below;
        end = other.end;
    }

    /**
     * The tree with one more operation.
     *
     * @throws Catalog.Clash if the path is that of another API, or has the method already
     */
    PathNode with(List<PathTemplate.Segment> path, Match.Found found, Edit edit) {
        return changed(path, 0, leaf -> with(leaf, found), edit);
    }

    /** The tree without an operation that it has. */
    PathNode without(List<PathTemplate.Segment> path, Match.Found found, Edit edit) {
        return changed(path, 0, leaf -> leaf == null ? null : leaf.without(found), edit);
    }

    private PathNode changed(List<PathTemplate.Segment> path, int at, LeafChange change, Edit edit) {
        PathNode node = edit.own(this);
        if (at == path.size()) {
            node.end = change.of(node.end);
        } else if (path.get(at) instanceof PathTemplate.Below) {
            node.below = change.of(node.below);
        } else {
            PathNode child = node.child(path.get(at));
            node.put(path.get(at), (child == null ? EMPTY : child).changed(path, at + 1, change, edit));
        }
        return node;
    }

    boolean isEmpty() {
        return end == null && below == null && named == null && only == null && concrete.isEmpty() && partial.isEmpty();
    }

    /** The end of the most specific path that matches from the given segment on, or null. Visits no node twice. */
    @Nullable
    End find(List<String> segments, int at) {
        if (at == segments.size()) {
            return end;
        }
        String segment = segments.get(at);
        PathNode exact = concrete(segment);
        End found = exact == null ? null : exact.find(segments, at + 1);
        if (found != null || segment.isEmpty()) {
            return found;
        }
        return disguisesConcrete(segment) ? new Disguise() : findTemplated(segments, at, segment);
    }

    private @Nullable End findTemplated(List<String> segments, int at, String segment) {
        for (Branch branch : partial) {
            End found = branch.segment.matches(segment) ? branch.node.find(segments, at + 1) : null;
            if (found != null) {
                return found;
            }
        }
        End found = named == null ? null : named.find(segments, at + 1);
        return found != null ? found : below;
    }

    // An endpoint that cuts parameters off, or that splits after it unescaped, would serve the concrete path.
    private boolean disguisesConcrete(String segment) {
        for (int i = 0; i < segment.length(); i++) {
            if (segment.charAt(i) == ';' || segment.charAt(i) == '/') {
                return concrete(segment.substring(0, i)) != null;
            }
        }
        return false;
    }

    private @Nullable PathNode concrete(String segment) {
        return only == null ? concrete.get(segment) : segment.equals(onlyText) ? only : null;
    }

    private @Nullable PathNode child(PathTemplate.Segment segment) {
        if (segment instanceof PathTemplate.Concrete text) {
            return concrete(text.text());
        }
        if (segment instanceof PathTemplate.Partial text) {
            return partial.stream()
                    .filter(branch -> branch.segment.equals(text))
                    .map(Branch::node)
                    .findFirst()
                    .orElse(null);
        }
        return named;
    }

    // An empty child is none.
    private void put(PathTemplate.Segment segment, PathNode child) {
        if (segment instanceof PathTemplate.Concrete text) {
            putConcrete(text.text(), child);
        } else if (segment instanceof PathTemplate.Partial text) {
            partial = branches(text, child);
        } else {
            named = child.isEmpty() ? null : child;
        }
    }

    // Many paths have the same words. The map is this node's own, as is the node, which an edit has made.
    private void putConcrete(String text, PathNode child) {
        if (concrete.isEmpty() && (only == null || text.equals(onlyText))) {
            onlyText = child.isEmpty() ? null : text.intern();
            only = child.isEmpty() ? null : child;
            return;
        }
        if (only != null && onlyText != null) {
            concrete = new HashMap<>(Map.of(onlyText, only));
            onlyText = null;
            only = null;
        }
        if (child.isEmpty()) {
            concrete.remove(text);
        } else {
            concrete.put(text.intern(), child);
        }
    }

    // The one with more literal text is more specific, so it is asked first. Which API came first does not count.
    private List<Branch> branches(PathTemplate.Partial segment, PathNode child) {
        List<Branch> branches = new ArrayList<>(partial);
        branches.removeIf(branch -> branch.segment.equals(segment));
        if (!child.isEmpty()) {
            branches.add(new Branch(segment, child));
        }
        branches.sort(MOST_TEXT_FIRST);
        return List.copyOf(branches);
    }

    private static int literalLength(Branch branch) {
        return branch.segment.literals().stream().mapToInt(String::length).sum();
    }

    private static Leaf with(@Nullable Leaf leaf, Match.Found found) {
        if (leaf == null) {
            return new Leaf(found, Map.of());
        }
        if (leaf.api() != found.api()) {
            throw new Catalog.Clash(
                    "'" + path(found) + "' is served by " + title(leaf.api()) + " already", leaf.api(), found.api());
        }
        if (leaf.find(found.operation().method()) != null) {
            throw new Catalog.Clash(
                    found.operation().method() + " '" + path(found) + "' stands twice in " + title(found.api()),
                    found.api(),
                    found.api());
        }
        return leaf.with(found);
    }

    private static String path(Match.Found found) {
        String base = found.api().basePath();
        return (base.equals("/") ? "" : base) + found.operation().path();
    }

    private static String title(Api api) {
        return api.name() + " " + api.version();
    }
}
