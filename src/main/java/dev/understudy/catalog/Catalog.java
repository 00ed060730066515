package dev.understudy.catalog;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.EndpointGroup;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Immutable picture of all APIs at one moment. Finds the operation of a request in a tree of path segments, in time that
 * grows with the depth of the path and not with the number of operations.
 */
public final class Catalog {

    /** Two APIs would serve the same path, or one would the same operation twice. Its message names both, and the path. */
    public static class Clash extends RuntimeException {

        private final transient Api earlier;
        private final transient Api later;

        Clash(String message, Api earlier, Api later) {
            super(message, null, false, false);
            this.earlier = earlier;
            this.later = later;
        }

        public Api earlier() {
            return earlier;
        }

        /** The one that came second to the path; the same as the earlier one where it clashes with itself. */
        public Api later() {
            return later;
        }
    }

    /**
     * What one API brings to a catalog. Made once, however many catalogs the API is in.
     *
     * @param operations each once for every prefix under which it is served
     * @param groups each with its API under the prefix where it came first
     */
    private record Part(Api api, List<Match.Found> operations, Map<EndpointGroup, Api> groups) {

        static Part of(Api api) {
            List<Match.Found> operations = new ArrayList<>();
            Map<EndpointGroup, Api> groups = new LinkedHashMap<>();
            Stream.concat(Stream.of(api), api.asDefaultVersion().stream())
                    .forEach(under -> under.operations().forEach(operation -> {
                        operations.add(new Match.Found(under, operation, id(under, operation)));
                        Stream.of(operation.production(), operation.sandbox())
                                .flatMap(Optional::stream)
                                .forEach(group -> groups.putIfAbsent(group, under));
                    }));
            return new Part(api, List.copyOf(operations), groups);
        }

        boolean serves(Api under) {
            return operations.stream().anyMatch(found -> found.api() == under);
        }
    }

    private static final String EVERY_OTHER_HOST = "";

    private static final Catalog EMPTY = new Catalog(Map.of(), List.of(), Map.of());

    // By identity, in no order.
    private final Map<Api, Part> parts;
    private final List<Api> apis;
    private final List<Match.Found> operations;
    private final Map<EndpointGroup, Api> groups;
    private final Map<String, PathNode> hosts;

    private Catalog(Map<Api, Part> parts, List<Part> inOrder, Map<String, PathNode> hosts) {
        this.parts = parts;
        this.hosts = hosts;
        apis = inOrder.stream().map(Part::api).toList();
        List<Match.Found> allOperations = new ArrayList<>();
        Map<EndpointGroup, Api> allGroups = new LinkedHashMap<>();
        for (Part part : inOrder) {
            allOperations.addAll(part.operations());
            part.groups().forEach(allGroups::putIfAbsent);
        }
        operations = List.copyOf(allOperations);
        groups = Collections.unmodifiableMap(allGroups);
    }

    /** @throws Clash if two of the APIs would serve the same path on the same virtual host */
    public static Catalog of(Collection<Api> apis) {
        return EMPTY.with(apis);
    }

    /**
     * The same as {@link #of}, in time that grows with what is different: of an API that is in this catalog, too, what was made
     * for it is kept, down to the very {@link Match.Found} of each operation.
     *
     * @param apis all that are to be in it; those that this catalog has come first
     * @throws Clash if two of the APIs would serve the same path on the same virtual host
     */
    public Catalog with(Collection<Api> apis) {
        Map<Api, Part> next = new IdentityHashMap<>();
        List<Part> inOrder = new ArrayList<>();
        List<Part> fresh = new ArrayList<>();
        for (Api api : apis) {
            Part known = next.containsKey(api) ? null : parts.get(api);
            Part part = known != null ? known : Part.of(api);
            if (known == null) {
                fresh.add(part);
            }
            next.put(api, part);
            inOrder.add(part);
        }
        Map<String, PathNode> trees = new HashMap<>(hosts);
        PathNode.Edit edit = new PathNode.Edit();
        parts.values().stream()
                .filter(part -> !next.containsKey(part.api()))
                .forEach(part -> part.operations().forEach(found -> remove(found, trees, edit)));
        for (Part part : fresh) {
            try {
                part.operations().forEach(found -> add(found, trees, edit));
            } catch (Clash clash) {
                throw new Clash(String.valueOf(clash.getMessage()), owner(inOrder, clash.earlier()), part.api());
            }
        }
        return new Catalog(next, inOrder, trees);
    }

    private static void add(Match.Found found, Map<String, PathNode> trees, PathNode.Edit edit) {
        change(found, trees, edit, (leaf, rest) -> leaf == null ? new Leaf(rest, found, Map.of()) : leaf.with(found));
    }

    private static void remove(Match.Found found, Map<String, PathNode> trees, PathNode.Edit edit) {
        change(found, trees, edit, (leaf, rest) -> leaf == null ? null : leaf.without(found));
    }

    // Whether a host has APIs of its own is told by whether it is there.
    private static void change(
            Match.Found found, Map<String, PathNode> trees, PathNode.Edit edit, PathNode.Change change) {
        List<PathTemplate.Segment> path = fullPath(found.api(), found.operation());
        for (String host : hostsOf(found.api())) {
            trees.compute(host, (any, tree) -> PathNode.changed(tree, path, 0, change, edit));
        }
    }

    // An API is served as the default version of its name by another one, which nobody knows.
    private static Api owner(List<Part> parts, Api under) {
        return parts.stream()
                .filter(part -> part.serves(under))
                .map(Part::api)
                .findFirst()
                .orElse(under);
    }

    /** All APIs, in the order in which they came. */
    public List<Api> apis() {
        return apis;
    }

    /** All operations, each once for every prefix under which it is served. */
    public List<Match.Found> operations() {
        return operations;
    }

    /** Operations of those of its APIs that another catalog has not, in time that grows with the number of APIs. */
    public List<Match.Found> notIn(Catalog other) {
        return parts.values().stream()
                .filter(part -> !other.parts.containsKey(part.api()))
                .flatMap(part -> part.operations().stream())
                .toList();
    }

    /** The groups that operations go to, each once and with the first API that has it. */
    public Map<EndpointGroup, Api> groups() {
        return groups;
    }

    /**
     * Finds the operation a request is for.
     * <p>
     * A concrete segment wins over a templated one, as OpenAPI 3.1 §4.8.8.2 asks, with a way back where the rest does not
     * match. The path is chosen before the method.
     *
     * @param host as in the request, with or without port
     * @param method in upper case
     */
    public Match find(String host, String method, RequestPath path) {
        PathNode tree = hosts.get(virtualHost(host).orElse(EVERY_OTHER_HOST));
        PathNode.End end = tree == null ? null : tree.find(segmentsOf(path), 0);
        if (!(end instanceof Leaf leaf)) {
            return new Match.NoPath();
        }
        Match.Found found = leaf.find(method);
        return found != null ? found : new Match.NoMethod(leaf.api(), leaf.allowed());
    }

    /**
     * The virtual host whose APIs a request can find.
     *
     * @param host as in the request, with or without port
     * @return empty: it has no APIs of its own, so that those for every other host are found
     */
    public Optional<String> virtualHost(String host) {
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        return !name.isEmpty() && hosts.containsKey(name) ? Optional.of(name) : Optional.empty();
    }

    private static List<String> segmentsOf(RequestPath path) {
        List<String> segments = path.segments();
        int last = segments.size() - 1;
        // One slash at the end is tolerated.
        return last >= 0 && segments.get(last).isEmpty() ? segments.subList(0, last) : segments;
    }

    private static Set<String> hostsOf(Api api) {
        if (api.virtualHosts().isEmpty()) {
            return Set.of(EVERY_OTHER_HOST);
        }
        Set<String> hosts = new HashSet<>(api.virtualHosts());
        if (hosts.remove("localhost")) {
            hosts.add(EVERY_OTHER_HOST);
        }
        return hosts;
    }

    static List<PathTemplate.Segment> fullPath(Api api, Operation operation) {
        List<PathTemplate.Segment> path = new ArrayList<>();
        if (api.depth() > 0) {
            for (String segment : api.basePath().substring(1).split("/", -1)) {
                path.add(new PathTemplate.Concrete(RequestPath.unescape(segment)));
            }
        }
        path.addAll(operation.path().segments());
        return path;
    }

    // A digest and not the text: ids end in route definitions, where Spring would evaluate expressions.
    private static String id(Api api, Operation operation) {
        String text = String.join(
                "\n",
                String.join(",", api.virtualHosts().stream().sorted().toList()),
                operation.method(),
                fullPath(api, operation).stream().map(Catalog::unambiguous).collect(Collectors.joining("/")));
        return "op-" + Digest.sha256(text, 12);
    }

    // Names do not count; everything else does, and no text can pass for a name.
    private static String unambiguous(PathTemplate.Segment segment) {
        if (segment instanceof PathTemplate.Concrete concrete) {
            return escaped(concrete.text());
        }
        if (segment instanceof PathTemplate.Partial partial) {
            return partial.literals().stream().map(Catalog::escaped).collect(Collectors.joining("{}"));
        }
        return segment instanceof PathTemplate.Below ? "{*}" : "{}";
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }
}
