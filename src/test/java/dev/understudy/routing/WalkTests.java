package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Deadline;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.testkit.KnownHealth;
import dev.understudy.testkit.Policies;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class WalkTests {

    private static final Duration AT_MOST = Duration.ofSeconds(10);

    private final AtomicInteger abandoned = new AtomicInteger();

    @Test
    void whatGoesWrongWhileAnAnswerIsJudgedReachesWhoeverWaitsAndTheAnswerIsLetGo() {
        Answer answer = new Answer(
                200,
                new DefaultHttpHeaders(),
                Flux.empty(),
                ByteBuf.class::cast,
                abandoned::incrementAndGet,
                Answer.Hearing.NOBODY);
        assertFailsWithFault(Mono.just(answer));
        assertThat(abandoned).hasValue(1);
    }

    @Test
    void whatGoesWrongWhileAFailureIsJudgedReachesWhoeverWaits() {
        Attempt refused = new Attempt.NotSent(Attempt.NotSent.Reason.REFUSED);
        assertFailsWithFault(Mono.error(new AttemptFailed(refused, null)));
    }

    private static void assertFailsWithFault(Mono<Answer> came) {
        EndpointGroup group = new EndpointGroup(
                "g",
                List.of(new Endpoint("http", "a", 80, "")),
                EndpointGroup.Type.FAILOVER,
                Policies.policy().build(),
                Optional.empty());
        Deadline deadline = new Deadline(AT_MOST, System::nanoTime);
        RequestBody body = new RequestBody(Flux.empty(), -1, new ReplayMemory(0), deadline);
        Failover failover = new Failover(group, KnownHealth.members(group.endpoints()), () -> true, deadline);
        // As on an event loop: what is thrown there reaches nobody.
        Mono<Answer> elsewhere = came.subscribeOn(Schedulers.parallel());
        Walk walk = new Walk(failover, body, (ask, progress, upgraded) -> elsewhere, new Faulty());
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> walk.answer().block(AT_MOST))
                .withMessage("fault");
    }

    private static final class Faulty implements Walk.Listener {

        @Override
        public void asksNobody(Rule why) {}

        @Override
        public Progress asks(Failover.Ask ask, Rule why) {
            return new Progress();
        }

        @Override
        public void unanswered(Failover.Ask ask, AttemptFailed failed) {}

        @Override
        public void came(Failover.Ask ask, Attempt attempt, Failover.Decision next, Rule why) {
            throw new IllegalStateException("fault");
        }
    }
}
