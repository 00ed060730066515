package dev.understudy.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place where several paths go on, or have gone on. */
final class Fork implements PathNode {

    private record Branch(PathTemplate.Partial segment, PathNode node) {}

    private static final Comparator<Branch> MOST_TEXT_FIRST = Comparator.comparingInt(
                    (Branch branch) -> -literalLength(branch))
            .thenComparing(branch -> branch.segment.literals().toString());

    // Of several a map that is this fork's own, as is the fork, which an edit has made.
    private Map<String, PathNode> concrete = Map.of();
    private List<Branch> partial = List.of();
    private @Nullable PathNode named;
    private @Nullable Leaf below;
    private @Nullable Leaf end;

    Fork() {}

    Fork(Fork other) {
        concrete = other.concrete.size() > 1 ? new HashMap<>(other.concrete) : Map.copyOf(other.concrete);
        partial = other.partial;
        named = other.named;
        below = other.below;
        end = other.end;
    }

    /** For one path, beside which another is to come. */
    static Fork of(Leaf leaf, Edit edit) {
        Fork fork = edit.fork();
        List<PathTemplate.Segment> rest = leaf.rest();
        if (rest.isEmpty()) {
            fork.end = leaf;
        } else if (rest.get(0) instanceof PathTemplate.Below) {
            fork.below = leaf;
        } else {
            fork.put(rest.get(0), leaf.further(edit));
        }
        return fork;
    }

    @Override
    public @Nullable PathNode changed(List<PathTemplate.Segment> path, int at, Change change, Edit edit) {
        Fork fork = edit.own(this);
        if (at == path.size()) {
            fork.end = change.of(fork.end, List.of());
        } else if (path.get(at) instanceof PathTemplate.Below) {
            fork.below = change.of(fork.below, edit.rest(path, at));
        } else {
            PathTemplate.Segment segment = path.get(at);
            fork.put(segment, PathNode.changed(fork.child(segment), path, at + 1, change, edit));
        }
        return fork.isEmpty() ? null : fork;
    }

    private boolean isEmpty() {
        return end == null && below == null && named == null && concrete.isEmpty() && partial.isEmpty();
    }

    @Override
    public @Nullable End find(List<String> segments, int at) {
        if (at == segments.size()) {
            return end;
        }
        String segment = segments.get(at);
        PathNode exact = concrete.get(segment);
        End found = exact == null ? null : exact.find(segments, at + 1);
        if (found != null || segment.isEmpty()) {
            return found;
        }
        String cut = PathTemplate.Concrete.cut(segment);
        return cut != null && concrete.containsKey(cut) ? new Disguise() : findTemplated(segments, at, segment);
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

    private @Nullable PathNode child(PathTemplate.Segment segment) {
        if (segment instanceof PathTemplate.Concrete text) {
            return concrete.get(text.text());
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

    private void put(PathTemplate.Segment segment, @Nullable PathNode child) {
        if (segment instanceof PathTemplate.Concrete text) {
            putConcrete(text.text(), child);
        } else if (segment instanceof PathTemplate.Partial text) {
            partial = branches(text, child);
        } else {
            named = child;
        }
    }

    // Many paths have the same words.
    private void putConcrete(String text, @Nullable PathNode child) {
        if (concrete.isEmpty() || (concrete.size() == 1 && concrete.containsKey(text))) {
            concrete = child == null ? Map.of() : Map.of(text.intern(), child);
            return;
        }
        if (concrete.size() == 1) {
            concrete = new HashMap<>(concrete);
        }
        if (child == null) {
            concrete.remove(text);
        } else {
            concrete.put(text.intern(), child);
        }
    }

    // The one with more literal text is more specific, so it is asked first. Which API came first does not count.
    private List<Branch> branches(PathTemplate.Partial segment, @Nullable PathNode child) {
        List<Branch> branches = new ArrayList<>(partial);
        branches.removeIf(branch -> branch.segment.equals(segment));
        if (child != null) {
            branches.add(new Branch(segment, child));
        }
        branches.sort(MOST_TEXT_FIRST);
        return List.copyOf(branches);
    }

    private static int literalLength(Branch branch) {
        return branch.segment.literals().stream().mapToInt(String::length).sum();
    }
}
