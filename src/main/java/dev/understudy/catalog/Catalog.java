package dev.understudy.catalog;

import dev.understudy.endpoint.Digest;
import dev.understudy.endpoint.EndpointGroup;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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

    private static final String EVERY_OTHER_HOST = "";

    private final List<Api> apis;
    private final List<Match.Found> operations;
    private final Map<String, PathNode> hosts;

    private Catalog(List<Api> apis, List<Match.Found> operations, Map<String, PathNode> hosts) {
        this.apis = apis;
        this.operations = operations;
        this.hosts = hosts;
    }

    /** @throws Clash if two of the APIs would serve the same path on the same virtual host */
    public static Catalog of(Collection<Api> apis) {
        Map<String, PathNode> hosts = new HashMap<>();
        List<Match.Found> operations = new ArrayList<>();
        hosts.put(EVERY_OTHER_HOST, new PathNode());
        Map<Api, Api> asDefault = new IdentityHashMap<>();
        for (Api api : apis) {
            try {
                add(api, hosts, operations);
                api.asDefaultVersion().ifPresent(same -> {
                    asDefault.put(same, api);
                    add(same, hosts, operations);
                });
            } catch (Clash clash) {
                throw new Clash(
                        String.valueOf(clash.getMessage()),
                        asDefault.getOrDefault(clash.earlier(), clash.earlier()),
                        api);
            }
        }
        return new Catalog(List.copyOf(apis), List.copyOf(operations), hosts);
    }

    private static void add(Api api, Map<String, PathNode> hosts, List<Match.Found> operations) {
        for (Operation operation : api.operations()) {
            Match.Found found = new Match.Found(api, operation, id(api, operation));
            operations.add(found);
            List<PathTemplate.Segment> path = fullPath(api, operation);
            for (String host : hostsOf(api)) {
                hosts.computeIfAbsent(host, name -> new PathNode()).add(path, found);
            }
        }
    }

    /** All APIs, in the order in which they came. */
    public List<Api> apis() {
        return apis;
    }

    /** All operations, each once for every prefix under which it is served. */
    public List<Match.Found> operations() {
        return operations;
    }

    /** The groups that operations go to, each once. */
    public Set<EndpointGroup> groups() {
        return operations.stream()
                .map(Match.Found::operation)
                .flatMap(operation -> Stream.of(operation.production(), operation.sandbox()))
                .flatMap(Optional::stream)
                .collect(Collectors.toUnmodifiableSet());
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
        if (!(end instanceof PathNode.Leaf leaf)) {
            return new Match.NoPath();
        }
        Match.Found found = leaf.methods().get(method);
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
