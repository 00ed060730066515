package dev.understudy.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One segment of the tree of all paths. Written while a catalog is made, only read afterwards. */
final class PathNode {

    /** Where a search ends. */
    sealed interface End {}

    /** Where a path ends. */
    record Leaf(Api api, Map<String, Match.Found> methods) implements End {
        SortedSet<String> allowed() {
            return new TreeSet<>(methods.keySet());
        }
    }

    /** At a segment that would be a concrete one once cut: nothing is found, in what is less specific neither. */
    record Disguise() implements End {}

    private record Branch(PathTemplate.Partial segment, PathNode node) {}

    private static final Comparator<Branch> MOST_TEXT_FIRST = Comparator.comparingInt(
                    (Branch branch) -> -literalLength(branch))
            .thenComparing(branch -> branch.segment.literals().toString());

    // Most have one child or none. Those of ten thousand operations are many, and each object on the way is one more
    // that is
    // not in the processor's cache.
    private Map<String, PathNode> concrete = Map.of();
    private List<Branch> partial = List.of();
    private @Nullable PathNode named;
    private @Nullable Leaf below;
    private @Nullable Leaf end;

    void add(List<PathTemplate.Segment> path, Match.Found found) {
        PathNode node = this;
        for (PathTemplate.Segment segment : path) {
            if (segment instanceof PathTemplate.Below) {
                node.below = with(node.below, found);
                return;
            }
            node = node.child(segment);
        }
        node.end = with(node.end, found);
    }

    /** The end of the most specific path that matches from the given segment on, or null. Visits no node twice. */
    @Nullable
    End find(List<String> segments, int at) {
        if (at == segments.size()) {
            return end;
        }
        String segment = segments.get(at);
        PathNode exact = concrete.get(segment);
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
                return concrete.containsKey(segment.substring(0, i));
            }
        }
        return false;
    }

    private PathNode child(PathTemplate.Segment segment) {
        if (segment instanceof PathTemplate.Concrete text) {
            return concrete(text.text());
        }
        if (segment instanceof PathTemplate.Partial text) {
            return partial.stream()
                    .filter(branch -> branch.segment.equals(text))
                    .map(Branch::node)
                    .findFirst()
                    .orElseGet(() -> branch(text));
        }
        if (named == null) {
            named = new PathNode();
        }
        return named;
    }

    private PathNode concrete(String text) {
        PathNode known = concrete.get(text);
        if (known != null) {
            return known;
        }
        PathNode made = new PathNode();
        // Many paths have the same words.
        concrete = grown(concrete, text.intern(), made);
        return made;
    }

    private static <V> Map<String, V> grown(Map<String, V> map, String key, V value) {
        if (map.isEmpty()) {
            return Map.of(key, value);
        }
        Map<String, V> larger = map instanceof HashMap ? map : new HashMap<>(map);
        larger.put(key, value);
        return larger;
    }

    // The one with more literal text is more specific, so it is asked first. Which API came first does not count.
    private PathNode branch(PathTemplate.Partial segment) {
        Branch branch = new Branch(segment, new PathNode());
        partial = new ArrayList<>(partial);
        partial.add(branch);
        partial.sort(MOST_TEXT_FIRST);
        return branch.node;
    }

    private static int literalLength(Branch branch) {
        return branch.segment.literals().stream().mapToInt(String::length).sum();
    }

    private static Leaf with(@Nullable Leaf leaf, Match.Found found) {
        Leaf wider = leaf == null ? new Leaf(found.api(), Map.of()) : leaf;
        if (wider.api() != found.api()) {
            throw new Catalog.Clash(
                    "'" + path(found) + "' is served by " + title(wider.api()) + " already", wider.api(), found.api());
        }
        if (wider.methods().containsKey(found.operation().method())) {
            throw new Catalog.Clash(
                    found.operation().method() + " '" + path(found) + "' stands twice in " + title(found.api()),
                    found.api(),
                    found.api());
        }
        return new Leaf(
                wider.api(), grown(wider.methods(), found.operation().method().intern(), found));
    }

    private static String path(Match.Found found) {
        String base = found.api().basePath();
        return (base.equals("/") ? "" : base) + found.operation().path();
    }

    private static String title(Api api) {
        return api.name() + " " + api.version();
    }
}
