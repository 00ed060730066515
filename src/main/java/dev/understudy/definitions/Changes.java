package dev.understudy.definitions;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Operation;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.openapi.Project;
import dev.understudy.openapi.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * In what an API is served otherwise than before.
 *
 * @param endpointsAdded base URLs that were in no list of the API before
 * @param endpointsRemoved base URLs that are in no list of the API any more
 */
public record Changes(
        List<Place> added,
        List<Place> removed,
        List<Changed> changed,
        Set<String> endpointsAdded,
        Set<String> endpointsRemoved) {

    /**
     * Where an operation is served.
     *
     * @param path template, behind the base path of the API
     */
    public record Place(String virtualHost, String method, String path) implements Comparable<Place> {

        private static final Comparator<Place> ORDER = Comparator.comparing(Place::virtualHost)
                .thenComparing(Place::path)
                .thenComparing(Place::method);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param aspects what of it is otherwise, such as {@code endpoints}; never empty */
    public record Changed(Place place, List<String> aspects) {}

    /** An operation, and what counts for it because of its API. */
    private record Served(Api api, Operation operation) {}

    /** What can be compared, by its name. */
    private record Aspect(String name, Function<Served, ?> value) {}

    private static final List<Aspect> ASPECTS = List.of(
            new Aspect("endpoints", of(EndpointGroup::endpoints)),
            new Aspect("type", of(EndpointGroup::type)),
            new Aspect("policy", of(EndpointGroup::policy)),
            new Aspect("credentials", of(EndpointGroup::credentials)),
            new Aspect("security", served -> served.operation().access()),
            new Aspect("idempotent", served -> served.operation().idempotent()),
            new Aspect("webSocket", served -> served.operation().webSocket()),
            new Aspect("tokenHeader", served -> served.api().tokenHeader()),
            new Aspect("cors", served -> served.api().cors()),
            new Aspect("blocked", served -> served.api().blocked()));

    /** Whether it is served as before. */
    public boolean none() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /** In what one project would be served otherwise than another one. @param before empty: there was none */
    public static Changes between(Optional<Reading.Accepted> before, Reading.Accepted after) {
        return between(before.map(Changes::byHost).orElse(Map.of()), byHost(after));
    }

    /** @param before what is served of the API on each virtual host, @param after what is to be */
    static Changes between(Map<String, Api> before, Map<String, Api> after) {
        Map<Place, Served> old = places(before);
        Map<Place, Served> fresh = places(after);
        return new Changes(
                without(fresh.keySet(), old.keySet()),
                without(old.keySet(), fresh.keySet()),
                changed(old, fresh),
                new TreeSet<>(without(endpoints(after), endpoints(before))),
                new TreeSet<>(without(endpoints(before), endpoints(after))));
    }

    private static Map<String, Api> byHost(Reading.Accepted reading) {
        Map<String, Api> apis = new TreeMap<>();
        reading.project().stream()
                .flatMap(project -> project.deployments().stream())
                .map(Project.Deployment::virtualHost)
                .forEach(host -> apis.put(host, reading.on(host).api()));
        return apis;
    }

    private static List<Changed> changed(Map<Place, Served> before, Map<Place, Served> after) {
        List<Changed> changed = new ArrayList<>();
        after.forEach((place, fresh) -> {
            Served old = before.get(place);
            List<String> aspects = old == null ? List.of() : differences(old, fresh);
            if (!aspects.isEmpty()) {
                changed.add(new Changed(place, aspects));
            }
        });
        return changed;
    }

    private static List<String> differences(Served one, Served other) {
        return ASPECTS.stream()
                .filter(aspect -> !Objects.equals(
                        aspect.value().apply(one), aspect.value().apply(other)))
                .map(Aspect::name)
                .toList();
    }

    private static Map<Place, Served> places(Map<String, Api> apis) {
        Map<Place, Served> places = new TreeMap<>();
        apis.forEach((host, api) -> Stream.of(Optional.of(api.basePath()), api.defaultPath())
                .flatMap(Optional::stream)
                .forEach(prefix -> api.operations()
                        .forEach(operation -> places.put(
                                new Place(host, operation.method(), path(prefix, operation)),
                                new Served(api, operation)))));
        return places;
    }

    /** Where an operation is served under a prefix, as a template. */
    public static String path(String prefix, Operation operation) {
        return (prefix.equals("/") ? "" : prefix) + operation.path();
    }

    private static Set<String> endpoints(Map<String, Api> apis) {
        return apis.values().stream()
                .flatMap(api -> api.operations().stream())
                .flatMap(Changes::groups)
                .flatMap(group -> group.endpoints().stream())
                .map(Endpoint::toString)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<EndpointGroup> groups(Operation operation) {
        return Stream.of(operation.production(), operation.sandbox()).flatMap(Optional::stream);
    }

    private static Function<Served, ?> of(Function<EndpointGroup, ?> value) {
        return served -> List.of(
                served.operation().production().map(value),
                served.operation().sandbox().map(value));
    }

    private static <T> List<T> without(Set<T> all, Set<T> others) {
        return all.stream().filter(each -> !others.contains(each)).toList();
    }
}
