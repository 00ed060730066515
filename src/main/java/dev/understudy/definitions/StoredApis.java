package dev.understudy.definitions;

import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import dev.understudy.store.StoredApi;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that the store keeps, deployed or not any more. Not for several threads at once. */
final class StoredApis {

    /** What was undeployed is kept so that it can be restored, but not of more APIs than this. */
    static final int MOST_UNDEPLOYED = 100;

    /** By the store's key. */
    private final Map<String, StoredApi> all = new TreeMap<>();

    void put(StoredApi api) {
        all.put(api.key(), api);
    }

    void putAll(Collection<StoredApi> apis) {
        apis.forEach(this::put);
    }

    void remove(String key) {
        all.remove(key);
    }

    /** By id. */
    List<StoredApi> all() {
        return all.values().stream().sorted(Comparator.comparing(StoredApi::id)).toList();
    }

    Optional<StoredApi> withId(String id) {
        return all.values().stream().filter(api -> api.id().equals(id)).findFirst();
    }

    /** A rename on one host leaves what is on the others, so an API can go by several names. What is served comes first. */
    Optional<StoredApi> named(String name, String version) {
        return all.values().stream()
                .filter(api -> names(api).anyMatch(revision -> revision.isNamed(name, version)))
                .max(Comparator.comparing((StoredApi api) -> api.placements().size())
                        .thenComparing(api -> api.latest().at()));
    }

    /** Whether another API than this is deployed under one of its labels. */
    boolean isOfAnother(StoredApi api) {
        Set<String> labels = labels(api);
        return all.values().stream()
                .filter(other -> !other.key().equals(api.key()))
                .anyMatch(other -> labels(other).stream().anyMatch(labels::contains));
    }

    /** What is deployed, by label. */
    List<DeployedApi> deployed() {
        return all.values().stream()
                .flatMap(StoredApis::deployed)
                .sorted(Comparator.comparing(DeployedApi::label))
                .toList();
    }

    /** Those that were undeployed, and that there is no room for any more; the oldest first. */
    List<StoredApi> tooMany() {
        List<StoredApi> undeployed = all.values().stream()
                .filter(api -> api.placements().isEmpty())
                .sorted(Comparator.comparing(api -> api.latest().at()))
                .toList();
        return undeployed.subList(0, Math.max(0, undeployed.size() - MOST_UNDEPLOYED));
    }

    static Set<String> labels(StoredApi api) {
        return deployed(api).map(DeployedApi::label).collect(Collectors.toCollection(TreeSet::new));
    }

    static Stream<DeployedApi> deployed(StoredApi api) {
        return api.placements().stream()
                .map(placement -> new DeployedApi(api.id(), api.revision(placement.revision()), placement));
    }

    private static Stream<Revision> names(StoredApi api) {
        return api.placements().isEmpty()
                ? Stream.of(api.latest())
                : api.placements().stream().map(Placement::revision).map(api::revision);
    }
}
