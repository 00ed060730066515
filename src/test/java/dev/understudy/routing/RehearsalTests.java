package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.testkit.KnownHealth;
import dev.understudy.testkit.RunningGateway;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import tools.jackson.databind.json.JsonMapper;

class RehearsalTests {

    private static final ProblemHandler PROBLEMS =
            new ProblemHandler(new Listeners(new GenericApplicationContext()), new JsonMapper());

    private final ReactorResourceFactory resources = new ReactorResourceFactory();
    private EndpointClient client;

    @BeforeEach
    void start() {
        resources.setUseGlobalResources(false);
        resources.setShutdownQuietPeriod(Duration.ZERO);
        resources.afterPropertiesSet();
        client = new EndpointClient(resources);
    }

    @AfterEach
    void stop() {
        client.close();
        resources.destroy();
    }

    @Test
    void answersResetsAndRefusalsArePlayedAndNothingIsKnownOfItAfterwards() {
        Kept kept = new Kept();

        new Rehearsal(kept, client, PROBLEMS).start();

        assertThat(KnownHealth.of(kept.members.get(0)).told).contains("succeeded", "failed");
        assertThat(KnownHealth.of(kept.members.get(1)).told).isNotEmpty().containsOnly("unreachable");
        assertThat(kept.retained).isEmpty();
    }

    @Test
    void theGatewayPlaysItBeforeItIsReady() {
        try (RunningGateway gateway = RunningGateway.with()) {
            assertThat(gateway.bean(Rehearsal.class).isRunning()).isTrue();
        }
    }

    @Test
    void theStartGoesOnWhereItCannotBePlayed() {
        Rehearsal rehearsal = new Rehearsal(
                new Kept() {
                    @Override
                    public List<Member> members(EndpointGroup group) {
                        throw new IllegalStateException("no health");
                    }
                },
                client,
                PROBLEMS);

        assertThatNoException().isThrownBy(rehearsal::start);
    }

    private static class Kept implements HealthRegistry {

        private List<Member> members = List.of();
        private final List<EndpointGroup> retained = new ArrayList<>();

        @Override
        public void add(Collection<EndpointGroup> groups) {
            retained.addAll(groups);
            members = KnownHealth.members(groups.iterator().next().endpoints());
        }

        @Override
        public void retain(Collection<EndpointGroup> groups) {
            retained.retainAll(groups);
        }

        @Override
        public List<Member> members(EndpointGroup group) {
            return members;
        }

        @Override
        public void doubt(String url) {
            throw new AssertionError(url);
        }
    }
}
