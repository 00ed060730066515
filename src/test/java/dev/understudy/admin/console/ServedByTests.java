package dev.understudy.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.Member;
import dev.understudy.testkit.KnownHealth;
import dev.understudy.testkit.Policies;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ServedByTests {

    private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

    private final List<Endpoint> endpoints = IntStream.rangeClosed(1, 3)
            .mapToObj(i -> Endpoint.parse("http://e" + i + ".example"))
            .toList();
    private final List<Member> members = KnownHealth.members(endpoints);

    @Test
    void theFirstEndpointServesWhereItIsWell() {
        health(2).suspended = true;
        assertServed(EndpointGroup.Type.FAILOVER, ServedBy.Level.FIRST, "First endpoint", "");
    }

    @Test
    void anUnderstudyServesWhereAllBeforeItAreAway() {
        health(1).suspended = true;
        assertServed(
                EndpointGroup.Type.FAILOVER, ServedBy.Level.UNDERSTUDY, "Understudy 1", "the first endpoint is away");
        health(2).held = true;
        assertServed(
                EndpointGroup.Type.FAILOVER, ServedBy.Level.UNDERSTUDY, "Understudy 2", "the 2 before it are away");
        assertThat(served(EndpointGroup.Type.FAILOVER).since()).isPresent();
    }

    @Test
    void nobodyServesForSureWhereAllAreAwayAndNobodyWhereAllAreHeld() {
        members.forEach(member -> KnownHealth.of(member).suspended = true);
        assertServed(
                EndpointGroup.Type.FAILOVER,
                ServedBy.Level.NOBODY,
                "Nobody for sure",
                "all 3 endpoints are away; requests are still tried");
        members.forEach(member -> KnownHealth.of(member).held = true);
        assertServed(
                EndpointGroup.Type.LOAD_BALANCE,
                ServedBy.Level.NOBODY,
                "Nobody",
                "all 3 endpoints are held by an operator");
    }

    @Test
    void thoseThatTakeTurnsAreCounted() {
        assertServed(EndpointGroup.Type.LOAD_BALANCE, ServedBy.Level.FIRST, "All 3 in turn", "");
        health(2).suspended = true;
        assertServed(EndpointGroup.Type.LOAD_BALANCE, ServedBy.Level.PARTLY, "2 of 3 in turn", "endpoint 2 is away");
    }

    private void assertServed(EndpointGroup.Type type, ServedBy.Level level, String words, String detail) {
        ServedBy by = served(type);
        assertThat(List.of(by.level(), by.words(), by.detail())).isEqualTo(List.of(level, words, detail));
    }

    private ServedBy served(EndpointGroup.Type type) {
        EndpointGroup group =
                new EndpointGroup("list", endpoints, type, Policies.policy().build(), Optional.empty());
        return ServedBy.of(group, members, NOW);
    }

    private KnownHealth health(int position) {
        return KnownHealth.of(members.get(position - 1));
    }
}
