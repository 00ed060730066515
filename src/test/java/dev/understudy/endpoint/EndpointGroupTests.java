package dev.understudy.endpoint;

import static dev.understudy.endpoint.EndpointGroup.Type.FAILOVER;
import static dev.understudy.endpoint.EndpointGroup.Type.LOAD_BALANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.understudy.testkit.KnownHealth;
import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointGroupTests {

    private static final Endpoint A = Endpoint.parse("http://a");
    private static final Endpoint B = Endpoint.parse("http://b");
    private static final Endpoint C = Endpoint.parse("http://c");
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aFailoverListStartsAtTheFirstEndpointEveryTime() {
        EndpointGroup group = group(FAILOVER, A, B, C);

        assertThat(lineOf(group)).containsExactly(A, B, C);
        assertThat(lineOf(group)).containsExactly(A, B, C);
    }

    @Test
    void aLoadBalancedListStartsAtEachEndpointInItsTurnAndKeepsTheOthersBehindIt() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);

        assertThat(lineOf(group)).containsExactly(A, B, C);
        assertThat(lineOf(group)).containsExactly(B, C, A);
        assertThat(lineOf(group)).containsExactly(C, A, B);
        assertThat(lineOf(group)).containsExactly(A, B, C);
    }

    @Test
    void manyThreadsGiveEachEndpointTheSameShare() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);

        List<Endpoint> first = IntStream.range(0, 3_000)
                .parallel()
                .mapToObj(i -> lineOf(group).get(0))
                .toList();

        assertThat(first.stream().filter(A::equals)).hasSize(1_000);
        assertThat(first.stream().filter(B::equals)).hasSize(1_000);
    }

    @Test
    void aSuspendedEndpointsTurnIsSharedByTheOthers() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);
        List<Member> members = KnownHealth.members(group.endpoints());
        KnownHealth.of(members.get(1)).suspended = true;

        List<Endpoint> first = IntStream.range(0, 100)
                .mapToObj(i -> group.line(members).get(0).endpoint())
                .toList();

        assertThat(first.stream().filter(A::equals)).hasSize(50);
        assertThat(first.stream().filter(C::equals)).hasSize(50);
    }

    @Test
    void aHeldEndpointsTurnIsSharedByTheOthers() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);
        List<Member> members = KnownHealth.members(group.endpoints());
        KnownHealth.of(members.get(0)).held = true;

        List<Endpoint> first = IntStream.range(0, 100)
                .mapToObj(i -> group.line(members).get(0).endpoint())
                .toList();

        assertThat(first.stream().filter(B::equals)).hasSize(50);
        assertThat(first.stream().filter(C::equals)).hasSize(50);
    }

    @Test
    void theyTakeTurnsAllTheSameWhenAllAreSuspended() {
        EndpointGroup group = group(LOAD_BALANCE, A, B);
        List<Member> members = KnownHealth.members(group.endpoints());
        members.forEach(member -> KnownHealth.of(member).suspended = true);

        assertThat(group.line(members).get(0).endpoint()).isEqualTo(A);
        assertThat(group.line(members).get(0).endpoint()).isEqualTo(B);
    }

    @Test
    void isNotChangedThroughTheListItWasMadeOf() {
        List<Endpoint> endpoints = new ArrayList<>(List.of(A, B));
        EndpointGroup group = new EndpointGroup("test", endpoints, FAILOVER, policy(SECOND), Optional.empty());
        endpoints.clear();

        assertThat(group.endpoints()).containsExactly(A, B);
    }

    @Test
    void refusesToBeEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> group(FAILOVER));
    }

    @Test
    void itsPolicyRefusesToWaitForNoTimeAtAll() {
        assertThatIllegalArgumentException().isThrownBy(() -> policy(Duration.ZERO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Policies.policy()
                        .eventStreamIdle(Duration.ofSeconds(-1))
                        .build())
                .withMessageContaining("eventStreamIdleTimeout");
    }

    @Test
    void noLimitOfItsPolicyIsLongerThanTheDeadline() {
        FailoverPolicy policy =
                Policies.policy().deadline(Duration.ofMillis(300)).build();

        assertThat(policy.connectTimeout()).isEqualTo(Duration.ofMillis(300));
        assertThat(policy.responseTimeout()).isEqualTo(Duration.ofMillis(300));
    }

    private static List<Endpoint> lineOf(EndpointGroup group) {
        return group.line(KnownHealth.members(group.endpoints())).stream()
                .map(Member::endpoint)
                .toList();
    }

    private static EndpointGroup group(EndpointGroup.Type type, Endpoint... endpoints) {
        return new EndpointGroup("test", List.of(endpoints), type, policy(SECOND), Optional.empty());
    }

    private static FailoverPolicy policy(Duration connectTimeout) {
        return Policies.policy()
                .connect(connectTimeout)
                .response(SECOND)
                .idle(SECOND)
                .statuses(502, 503, 504)
                .build();
    }
}
