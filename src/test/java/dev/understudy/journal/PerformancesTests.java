package dev.understudy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.RequestPath;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import dev.understudy.failover.Rule;
import dev.understudy.testkit.GatewayProcess;
import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PerformancesTests {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final Attempt WELL = new Attempt.Answered(200, Optional.empty());
    private static final Attempt BUSY = new Attempt.Answered(503, Optional.empty());

    private final EndpointGroup group = new EndpointGroup(
            "group",
            List.of(Endpoint.parse("http://a"), Endpoint.parse("http://b")),
            EndpointGroup.Type.FAILOVER,
            Policies.policy().build(),
            Optional.empty());
    private final Catalog catalog = Catalog.of(List.of(api(group)));
    private final Performances performances = new Performances();

    @Test
    void nothingIsKnownOfWhoWasNotAsked() {
        Performance nothing = first();

        assertThat(nothing.faultsInRow()).isZero();
        assertThat(nothing.lastFault()).isEmpty();
        assertThat(nothing.lastServed()).isEmpty();
        assertThat(nothing.latency()).isEmpty();
    }

    @Test
    void whoAnswersHasServedAtThatMoment() {
        saw(Ending.WHOLE, attempt(1, 5, 20, WELL, Rule.ANSWER));

        assertThat(first().lastServed()).contains(NOON.plusMillis(25));
        assertThat(first().latency()).contains(Duration.ofMillis(20));
        assertThat(first().lastFault()).isEmpty();
        assertThat(second().lastServed()).isEmpty();
    }

    @Test
    void faultsInARowAreCountedUntilItServesAndTheLastOneIsRemembered() {
        Attempt refused = new NotSent(NotSent.Reason.REFUSED);
        saw(
                Ending.WHOLE,
                attempt(1, 0, 3, refused, Rule.NOT_SENT),
                attempt(2, 3, 4, BUSY, Rule.REPEATABLE),
                attempt(2, 9, 4, BUSY, Rule.NOBODY_LEFT));
        saw(Ending.WHOLE, attempt(1, 0, 5, refused, Rule.NOBODY_LEFT));

        assertThat(first().faultsInRow()).isEqualTo(2);
        assertThat(first().lastFault()).contains(new Performance.Fault("refused", NOON.plusMillis(5)));
        assertThat(second().faultsInRow()).isEqualTo(2);
        assertThat(second().lastFault()).contains(new Performance.Fault("503", NOON.plusMillis(13)));
        assertThat(second().lastServed()).isEmpty();

        saw(Ending.WHOLE, attempt(1, 0, 5, WELL, Rule.ANSWER));
        assertThat(first().faultsInRow()).isZero();
        assertThat(first().lastFault()).isPresent();
    }

    @Test
    void halfAndNinetyNineOfAHundredOfTheLatestAnswersTookNoLonger() {
        assertThat(first().spread()).isEmpty();
        for (int millis = 1; millis <= 100; millis++) {
            saw(Ending.WHOLE, attempt(1, 0, millis, WELL, Rule.ANSWER));
        }
        assertThat(first().spread()).contains(new Performance.Spread(Duration.ofMillis(50), Duration.ofMillis(99)));

        for (int i = 0; i < Performance.REMEMBERED; i++) {
            saw(Ending.WHOLE, attempt(1, 0, 7, WELL, Rule.ANSWER));
        }
        assertThat(first().spread()).contains(new Performance.Spread(Duration.ofMillis(7), Duration.ofMillis(7)));
    }

    @Test
    void anAnswerThatBrokeOffIsAFault() {
        saw(Ending.BROKEN_OFF, attempt(1, 0, 5, WELL, Rule.ANSWER));

        assertThat(first().lastFault()).contains(new Performance.Fault("broken_off", NOON.plusMillis(5)));
        assertThat(first().lastServed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = NotSent.Reason.class,
            names = {"FULL", "HELD", "OVERLOADED"})
    void whatIsNotTheEndpointsFaultIsNone(NotSent.Reason reason) {
        saw(Ending.WHOLE, attempt(1, 0, 5, new NotSent(reason), Rule.NOT_SENT));

        assertThat(first().lastFault()).isEmpty();
        assertThat(first().faultsInRow()).isZero();
    }

    @Test
    void theDeadlineIsTheFaultOfWhoHadAllOfIt() {
        Attempt late = new NoAnswer(NoAnswer.Reason.DEADLINE);
        saw(Ending.WHOLE, attempt(1, 0, 5, late, Rule.REPEATABLE), attempt(2, 5, 5, late, Rule.NOBODY_LEFT));

        assertThat(first().faultsInRow()).isEqualTo(1);
        assertThat(second().faultsInRow()).isZero();
    }

    @Test
    void theLatencyFollowsTheLastAnswers() {
        IntStream.range(0, 50).forEach(i -> saw(Ending.WHOLE, attempt(1, 0, 10, WELL, Rule.ANSWER)));
        assertThat(first().latency()).contains(Duration.ofMillis(10));

        IntStream.range(0, 50).forEach(i -> saw(Ending.WHOLE, attempt(1, 0, 100, WELL, Rule.ANSWER)));
        assertThat(first().latency().orElseThrow()).isBetween(Duration.ofMillis(98), Duration.ofMillis(100));
    }

    @Test
    void whatIsNotServedAnyMoreIsForgotten() {
        saw(Ending.WHOLE, attempt(1, 0, 5, WELL, Rule.ANSWER));
        performances.follow(catalog);
        assertThat(first().lastServed()).isPresent();

        performances.follow(Catalog.of(List.of()));

        assertThat(first().lastServed()).isEmpty();
    }

    private Performance first() {
        return performances.of(group, group.endpoints().get(0));
    }

    private Performance second() {
        return performances.of(group, group.endpoints().get(1));
    }

    private void saw(Ending ending, AttemptRecord... attempts) {
        Match.Found found = (Match.Found) catalog.find("h", "GET", RequestPath.parse("/x/thing"));
        performances.saw(new RequestRecord(
                "id",
                NOON,
                Duration.ofSeconds(1),
                "GET",
                "/x/thing",
                "h",
                "127.0.0.1",
                Optional.of(found),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(attempts),
                200,
                Optional.empty(),
                Optional.empty(),
                ending,
                Optional.empty(),
                Optional.empty()));
    }

    private AttemptRecord attempt(int position, long began, long took, Attempt outcome, Rule next) {
        return new AttemptRecord(
                position,
                group.endpoints().get(position - 1).toString(),
                Rule.FIRST_IN_LINE,
                Duration.ofMillis(began),
                Duration.ofMillis(took),
                Phase.HEAD_RECEIVED,
                outcome,
                next);
    }

    private static Api api(EndpointGroup group) {
        Operation operation = GatewayProcess.operation("GET /thing", group);
        return new Api("x", "1", "/x", Set.of(), "Authorization", Optional.empty(), List.of(operation), false);
    }
}
