package dev.understudy.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The end of one path, with what is left of the path from where it stands: no other goes on there.
 *
 * @param rest empty at the end itself
 * @param first the only one at most of them
 * @param others with other methods; by these
 */
record Leaf(List<PathTemplate.Segment> rest, Match.Found first, Map<String, Match.Found> others)
        implements PathNode, PathNode.End {

    @Override
    public PathNode.@Nullable End find(List<String> segments, int at) {
        int next = at;
        for (int i = 0; i < rest.size(); i++) {
            if (next == segments.size()) {
                return null;
            }
            String segment = segments.get(next++);
            PathTemplate.Segment expected = rest.get(i);
            if (expected instanceof PathTemplate.Concrete concrete) {
                if (!concrete.text().equals(segment)) {
                    return concrete.isDisguisedAs(segment) ? new Disguise() : null;
                }
            } else if (segment.isEmpty()
                    || (expected instanceof PathTemplate.Partial partial && !partial.matches(segment))) {
                return null;
            } else if (expected instanceof PathTemplate.Below) {
                return this;
            }
        }
        return next == segments.size() ? this : null;
    }

    @Override
    public @Nullable PathNode changed(List<PathTemplate.Segment> path, int at, Change change, Edit edit) {
        return rest.equals(path.subList(at, path.size()))
                ? change.of(this, rest)
                : Fork.of(this, edit).changed(path, at, change, edit);
    }

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

    /** The same, one segment further down. */
    Leaf further(Edit edit) {
        return new Leaf(edit.rest(rest, 1), first, others);
    }

    /** @throws Catalog.Clash if the path is that of another API, or has the method already */
    Leaf with(Match.Found more) {
        if (api() != more.api()) {
            throw new Catalog.Clash(
                    "'" + path(more) + "' is served by " + title(api()) + " already", api(), more.api());
        }
        if (find(method(more)) != null) {
            throw new Catalog.Clash(
                    method(more) + " '" + path(more) + "' stands twice in " + title(more.api()),
                    more.api(),
                    more.api());
        }
        Map<String, Match.Found> all = new HashMap<>(others);
        all.put(method(more), more);
        return new Leaf(rest, first, all);
    }

    /** Null when no method is left. */
    @Nullable
    Leaf without(Match.Found gone) {
        Map<String, Match.Found> left = new HashMap<>(others);
        if (gone != first) {
            left.remove(method(gone));
            return new Leaf(rest, first, left);
        }
        if (left.isEmpty()) {
            return null;
        }
        Match.Found next = left.values().iterator().next();
        left.remove(method(next));
        return new Leaf(rest, next, left);
    }

    private static String method(Match.Found found) {
        return found.operation().method();
    }

    private static String path(Match.Found found) {
        String base = found.api().basePath();
        return (base.equals("/") ? "" : base) + found.operation().path();
    }

    private static String title(Api api) {
        return api.name() + " " + api.version();
    }
}
