package dev.understudy.endpoint;

import static dev.understudy.endpoint.EndpointGroup.Type.FAILOVER;
import static dev.understudy.endpoint.EndpointGroup.Type.LOAD_BALANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

        assertThat(group.line()).containsExactly(A, B, C);
        assertThat(group.line()).containsExactly(A, B, C);
    }

    @Test
    void aLoadBalancedListStartsAtEachEndpointInItsTurnAndKeepsTheOthersBehindIt() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);

        assertThat(group.line()).containsExactly(A, B, C);
        assertThat(group.line()).containsExactly(B, C, A);
        assertThat(group.line()).containsExactly(C, A, B);
        assertThat(group.line()).containsExactly(A, B, C);
    }

    @Test
    void manyThreadsGiveEachEndpointTheSameShare() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);

        List<Endpoint> first = IntStream.range(0, 3_000)
                .parallel()
                .mapToObj(i -> group.line().get(0))
                .toList();

        assertThat(first.stream().filter(A::equals)).hasSize(1_000);
        assertThat(first.stream().filter(B::equals)).hasSize(1_000);
    }

    @Test
    void positionsAreThoseOfTheDocument() {
        EndpointGroup group = group(LOAD_BALANCE, A, B, C);
        group.line();

        assertThat(group.position(group.line().get(0))).isEqualTo(2);
        assertThat(group.position(A)).isEqualTo(1);
    }

    @Test
    void anEndpointThatStandsTwiceHasItsFirstPosition() {
        assertThat(group(FAILOVER, A, B, A).position(A)).isEqualTo(1);
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
                .isThrownBy(() ->
                        new FailoverPolicy(SECOND, SECOND, SECOND, Optional.of(Duration.ofSeconds(-1)), Set.of(503)))
                .withMessageContaining("eventStreamIdleTimeout");
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
