package dev.understudy.meters;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.journal.Standing;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Shows how each endpoint of each list stands, and which one of a failover list has the traffic. */
final class EndpointMeters {

    static final String STATE = "understudy.endpoint.state";
    static final String ACTIVE = "understudy.group.active.position";

    private final MeterRegistry registry;
    private final HealthRegistry health;
    private final Map<EndpointGroup, List<Meter>> shown = new HashMap<>();

    EndpointMeters(MeterRegistry registry, HealthRegistry health) {
        this.registry = registry;
        this.health = health;
    }

    /** Shows those of this catalog, and no others. */
    synchronized void follow(Catalog catalog) {
        Map<EndpointGroup, Api> groups = catalog.groups();
        // Before the new ones: a new version of a list has the tags of the one before it.
        shown.entrySet().removeIf(entry -> !groups.containsKey(entry.getKey()) && removed(entry.getValue()));
        groups.forEach((group, api) -> shown.computeIfAbsent(group, added -> meters(added, api)));
    }

    private List<Meter> meters(EndpointGroup group, Api api) {
        Tags tags = Tags.of("api", api.name() + " " + api.version(), "group", group.name());
        List<Meter> meters = new ArrayList<>();
        for (Member member : health.members(group)) {
            for (Standing.State state : Standing.State.values()) {
                meters.add(gauge(
                        STATE,
                        "1 for the state that an endpoint of a list is in, 0 for the others",
                        tags.and("position", String.valueOf(member.position()), "state", state.word()),
                        () -> Standing.State.of(member.health()) == state ? 1 : 0));
            }
        }
        if (group.type() == EndpointGroup.Type.FAILOVER) {
            meters.add(gauge(
                    ACTIVE,
                    "1-based place of the endpoint of a failover list that the next request goes to; 0: all are held",
                    tags,
                    () -> active(group)));
        }
        return meters;
    }

    private Gauge gauge(String name, String description, Tags tags, Supplier<Number> value) {
        return Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    private boolean removed(List<Meter> meters) {
        meters.forEach(registry::remove);
        return true;
    }

    private int active(EndpointGroup group) {
        List<Member> asked = health.members(group).stream()
                .filter(member -> !member.health().held())
                .toList();
        return asked.stream()
                .filter(member -> !member.health().suspended())
                .findFirst()
                .or(() -> asked.stream().findFirst())
                .map(Member::position)
                .orElse(0);
    }
}
