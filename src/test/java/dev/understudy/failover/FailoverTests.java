package dev.understudy.failover;

import static dev.understudy.failover.Attempt.NoAnswer.Reason.CLOSED;
import static dev.understudy.failover.Attempt.NoAnswer.Reason.STALE;
import static dev.understudy.failover.Attempt.NotSent.Reason.REFUSED;
import static dev.understudy.failover.Failover.Failure.NOT_REACHED;
import static dev.understudy.failover.Failover.Failure.NO_ANSWER;
import static dev.understudy.failover.Failover.Failure.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.failover.Failover.Ask;
import dev.understudy.failover.Failover.Deliver;
import dev.understudy.failover.Failover.GiveUp;
import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverTests {

    private static final Endpoint A = Endpoint.parse("http://a");
    private static final Endpoint B = Endpoint.parse("http://b");
    private static final Endpoint C = Endpoint.parse("http://c");

    private static final Attempt NOT_SENT = new Attempt.NotSent(REFUSED);
    private static final Attempt CLOSED_BEFORE_ANSWER = new Attempt.NoAnswer(CLOSED);
    private static final Attempt CLOSED_WHILE_IDLE = new Attempt.NoAnswer(STALE);
    private static final Attempt TOO_SLOW = new Attempt.NoAnswer(Attempt.NoAnswer.Reason.TIMEOUT);

    @Test
    void startsAtTheFirstEndpoint() {
        assertThat(repeatable(A, B).first()).isEqualTo(new Ask(A, false));
    }

    @Test
    void countsEveryEndpointThatWasAskedRepeatsIncluded() {
        Failover failover = repeatable(A, B);
        assertThat(failover.attempts()).isZero();

        failover.first();
        failover.after(NOT_SENT);
        failover.after(CLOSED_WHILE_IDLE);

        assertThat(failover.attempts()).isEqualTo(3);
    }

    @Nested
    class MovesOn {

        @ParameterizedTest
        @EnumSource(Attempt.NotSent.Reason.class)
        void whenNothingWasSentEvenIfTheRequestIsNotRepeatable(Attempt.NotSent.Reason reason) {
            Failover failover = unrepeatable(A, B);
            failover.first();

            assertThat(failover.after(new Attempt.NotSent(reason))).isEqualTo(new Ask(B, false));
        }

        @ParameterizedTest
        @EnumSource(Attempt.NoAnswer.Reason.class)
        void whenNoAnswerCameToARepeatableRequest(Attempt.NoAnswer.Reason reason) {
            Failover failover = repeatable(A, B);
            failover.first();

            assertThat(failover.after(new Attempt.NoAnswer(reason))).isEqualTo(new Ask(B, false));
        }

        @ParameterizedTest
        @ValueSource(ints = {502, 503, 504})
        void whenTheStatusCountsAsAFailure(int status) {
            Failover failover = repeatable(A, B);
            failover.first();

            assertThat(failover.after(answered(status))).isEqualTo(new Ask(B, false));
        }

        @Test
        void inTheOrderOfTheList() {
            Failover failover = repeatable(A, B, C);

            assertThat(failover.first()).isEqualTo(new Ask(A, false));
            assertThat(failover.after(NOT_SENT)).isEqualTo(new Ask(B, false));
            assertThat(failover.after(answered(503))).isEqualTo(new Ask(C, false));
        }

        @Test
        void toTheSameEndpointOnAFreshConnectionWhenItClosedAnIdleOneAndNoOtherIsLeft() {
            Failover failover = repeatable(A);
            failover.first();

            assertThat(failover.after(CLOSED_WHILE_IDLE)).isEqualTo(new Ask(A, true));
        }

        @Test
        void toTheLastEndpointOnAFreshConnectionAfterTheOthersFailed() {
            Failover failover = repeatable(A, B);
            failover.first();
            failover.after(CLOSED_WHILE_IDLE);

            assertThat(failover.after(CLOSED_WHILE_IDLE)).isEqualTo(new Ask(B, true));
        }
    }

    @Nested
    class Stops {

        @ParameterizedTest
        @ValueSource(ints = {200, 204, 301, 404, 429, 500, 501})
        void atTheFirstAnswerThatIsNoFailure(int status) {
            Failover failover = repeatable(A, B);
            failover.first();

            assertThat(failover.after(answered(status))).isEqualTo(new Deliver());
        }

        @ParameterizedTest
        @EnumSource(Attempt.NoAnswer.Reason.class)
        void whenAnUnrepeatableRequestMayHaveBeenActedOn(Attempt.NoAnswer.Reason reason) {
            Failover failover = unrepeatable(A, B);
            failover.first();

            assertThat(failover.after(new Attempt.NoAnswer(reason)))
                    .isEqualTo(new GiveUp(reason == Attempt.NoAnswer.Reason.TIMEOUT ? TIMEOUT : NO_ANSWER));
        }

        @Test
        void atAFailingAnswerToAnUnrepeatableRequestWhichIsPassedOn() {
            Failover failover = unrepeatable(A, B);
            failover.first();

            assertThat(failover.after(answered(503))).isEqualTo(new Deliver());
        }

        @Test
        void whenABodyCanNoLongerBeSentAgain() {
            AtomicBoolean repeatable = new AtomicBoolean(true);
            Failover failover = new Failover(group(A, B, C), repeatable::get);
            failover.first();

            assertThat(failover.after(CLOSED_BEFORE_ANSWER)).isEqualTo(new Ask(B, false));
            repeatable.set(false);
            assertThat(failover.after(CLOSED_BEFORE_ANSWER)).isEqualTo(new GiveUp(NO_ANSWER));
        }

        @Test
        void whenTheFreshConnectionClosedTooInsteadOfMakingAThird() {
            Failover failover = repeatable(A);
            failover.first();
            failover.after(CLOSED_WHILE_IDLE);

            assertThat(failover.after(CLOSED_WHILE_IDLE)).isEqualTo(new GiveUp(NO_ANSWER));
        }

        @Test
        void beforeItAsksTheSameEndpointAgainForAnotherReasonThanAnIdleConnection() {
            Failover failover = repeatable(A);
            failover.first();

            assertThat(failover.after(CLOSED_BEFORE_ANSWER)).isEqualTo(new GiveUp(NO_ANSWER));
        }
    }

    @Nested
    class AtTheEndOfTheLine {

        @ParameterizedTest
        @ValueSource(ints = {502, 503, 504})
        void theLastEndpointsOwnAnswerIsPassedOn(int status) {
            assertThat(endOf(NOT_SENT, answered(status))).isEqualTo(new Deliver());
            assertThat(endOf(TOO_SLOW, answered(status))).isEqualTo(new Deliver());
        }

        @Test
        void itIs503OnlyWhenNothingWasEverSent() {
            assertThat(endOf(NOT_SENT)).isEqualTo(new GiveUp(NOT_REACHED));
            assertThat(endOf(NOT_SENT, NOT_SENT, NOT_SENT)).isEqualTo(new GiveUp(NOT_REACHED));
        }

        @Test
        void theLastAttemptThatWasSentDecidesBetween502And504() {
            assertThat(endOf(TOO_SLOW, CLOSED_BEFORE_ANSWER)).isEqualTo(new GiveUp(NO_ANSWER));
            assertThat(endOf(CLOSED_BEFORE_ANSWER, TOO_SLOW)).isEqualTo(new GiveUp(TIMEOUT));
        }

        @Test
        void anAttemptThatWasNotSentDoesNotHideOneThatWas() {
            assertThat(endOf(TOO_SLOW, NOT_SENT)).isEqualTo(new GiveUp(TIMEOUT));
            assertThat(endOf(CLOSED_BEFORE_ANSWER, NOT_SENT)).isEqualTo(new GiveUp(NO_ANSWER));
        }

        @Test
        void anAnswerThatWasPassedOverCountsAsSent() {
            assertThat(endOf(answered(503), NOT_SENT)).isEqualTo(new GiveUp(NO_ANSWER));
            assertThat(endOf(answered(504), NOT_SENT)).isEqualTo(new GiveUp(TIMEOUT));
        }

        private static Failover.Decision endOf(Attempt... attempts) {
            Endpoint[] endpoints = Stream.of(A, B, C).limit(attempts.length).toArray(Endpoint[]::new);
            Failover failover = repeatable(endpoints);
            Failover.Decision decision = failover.first();
            for (Attempt attempt : attempts) {
                assertThat(decision).isInstanceOf(Ask.class);
                decision = failover.after(attempt);
            }
            return decision;
        }
    }

    private static Attempt answered(int status) {
        return new Attempt.Answered(status);
    }

    private static Failover repeatable(Endpoint... endpoints) {
        return new Failover(group(endpoints), () -> true);
    }

    private static Failover unrepeatable(Endpoint... endpoints) {
        return new Failover(group(endpoints), () -> false);
    }

    private static EndpointGroup group(Endpoint... endpoints) {
        Duration second = Duration.ofSeconds(1);
        return new EndpointGroup(
                "test",
                List.of(endpoints),
                EndpointGroup.Type.FAILOVER,
                Policies.policy()
                        .connect(second)
                        .response(second)
                        .idle(second)
                        .statuses(502, 503, 504)
                        .build(),
                Optional.empty());
    }
}
