package dev.understudy.meters;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.journal.Standing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Shows how each endpoint of each list stands, and which one of a failover list has the traffic. */
final class EndpointMeters {

    static final String STATE = "understudy.endpoint.state";
    static final String ACTIVE = "understudy.group.active.position";

    private final HealthRegistry health;
    private final MultiGauge states;
    private final MultiGauge active;

    EndpointMeters(MeterRegistry registry, HealthRegistry health) {
        this.health = health;
        this.states = MultiGauge.builder(STATE)
                .description("1 for the state that an endpoint of a list is in, 0 for the others")
                .register(registry);
        this.active = MultiGauge.builder(ACTIVE)
                .description(
                        "1-based place of the endpoint of a failover list that the next request goes to; 0: all are held")
                .register(registry);
    }

    /** Shows those of this catalog, and no others. */
    void follow(Catalog catalog) {
        Map<EndpointGroup, Api> groups = groups(catalog);
        List<MultiGauge.Row<?>> rows = new ArrayList<>();
        List<MultiGauge.Row<?>> activeRows = new ArrayList<>();
        groups.forEach((group, api) -> {
            Tags tags = Tags.of("api", api.name() + " " + api.version(), "group", group.name());
            for (Member member : health.members(group)) {
                for (Standing.State state : Standing.State.values()) {
                    Tags all = tags.and("position", String.valueOf(member.position()), "state", state.word());
                    rows.add(MultiGauge.Row.of(all, () -> Standing.State.of(member.health()) == state ? 1 : 0));
                }
            }
            if (group.type() == EndpointGroup.Type.FAILOVER) {
                activeRows.add(MultiGauge.Row.of(tags, () -> active(group)));
            }
        });
        states.register(rows, true);
        active.register(activeRows, true);
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

    private static Map<EndpointGroup, Api> groups(Catalog catalog) {
        Map<EndpointGroup, Api> groups = new LinkedHashMap<>();
        for (Match.Found found : catalog.operations()) {
            Stream.of(found.operation().production(), found.operation().sandbox())
                    .flatMap(Optional::stream)
                    .forEach(group -> groups.putIfAbsent(group, found.api()));
        }
        return groups;
    }
}
