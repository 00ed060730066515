package dev.understudy.meters;

import dev.understudy.catalog.Catalog;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.ProbeListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Times probes, by the places in lists that they speak for. Those of what is not served any more go. */
final class ProbeMeters implements ProbeListener {

    static final String PROBES = "understudy.probes";

    private record Place(String api, String group, int position) {}

    private record Key(Place place, Kind kind, boolean well) {}

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new HashMap<>();
    private Map<Endpoint, List<Place>> places = Map.of();

    ProbeMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public synchronized void probed(Endpoint endpoint, Optional<String> group, Kind kind, Duration took, boolean well) {
        for (Place place : places.getOrDefault(endpoint, List.of())) {
            if (group.isEmpty() || group.get().equals(place.group())) {
                timers.computeIfAbsent(new Key(place, kind, well), this::timer).record(took);
            }
        }
    }

    /** Knows the places of this catalog, and no others. */
    synchronized void follow(Catalog catalog) {
        places = places(catalog);
        Set<Place> served = new HashSet<>();
        places.values().forEach(served::addAll);
        timers.entrySet().removeIf(entry -> !served.contains(entry.getKey().place()) && removed(entry.getValue()));
    }

    private static Map<Endpoint, List<Place>> places(Catalog catalog) {
        Map<Endpoint, List<Place>> places = new HashMap<>();
        catalog.groups().forEach((group, api) -> {
            int position = 0;
            for (Endpoint endpoint : group.endpoints()) {
                Place place = new Place(api.name() + " " + api.version(), group.name(), ++position);
                places.computeIfAbsent(endpoint, any -> new ArrayList<>()).add(place);
            }
        });
        return places;
    }

    private Timer timer(Key key) {
        return Timer.builder(PROBES)
                .description("Looks at endpoints, until it was known whether they are well")
                .tag("api", key.place().api())
                .tag("group", key.place().group())
                .tag("position", String.valueOf(key.place().position()))
                .tag("kind", key.kind().name().toLowerCase(Locale.ROOT))
                .tag("outcome", key.well() ? "well" : "failed")
                .register(registry);
    }

    private boolean removed(Timer timer) {
        registry.remove(timer);
        return true;
    }
}
