package dev.understudy.failover;

import static dev.understudy.failover.Attempt.NoAnswer.Reason.CLOSED;
import static dev.understudy.failover.Attempt.NoAnswer.Reason.STALE;
import static dev.understudy.failover.Attempt.NotSent.Reason.REFUSED;
import static dev.understudy.failover.Failover.Failure.NOT_REACHED;
import static dev.understudy.failover.Failover.Failure.NO_ANSWER;
import static dev.understudy.failover.Failover.Failure.TIMEOUT;
import static dev.understudy.testkit.Policies.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Failover.Ask;
import dev.understudy.failover.Failover.Deliver;
import dev.understudy.failover.Failover.GiveUp;
import dev.understudy.testkit.KnownHealth;
import dev.understudy.testkit.Policies;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverTests {

    private static final Endpoint A = Endpoint.parse("http://a");
    private static final Endpoint B = Endpoint.parse("http://b");
    private static final Endpoint C = Endpoint.parse("http://c");

    private static final Set<Attempt.NoAnswer.Reason> LATE =
            Set.of(Attempt.NoAnswer.Reason.TIMEOUT, Attempt.NoAnswer.Reason.DEADLINE);
    private static final Attempt NOT_SENT = new Attempt.NotSent(REFUSED);
    private static final Attempt CLOSED_BEFORE_ANSWER = new Attempt.NoAnswer(CLOSED);
    private static final Attempt CLOSED_WHILE_IDLE = new Attempt.NoAnswer(STALE);
    private static final Attempt TOO_SLOW = new Attempt.NoAnswer(Attempt.NoAnswer.Reason.TIMEOUT);

    @Test
    void startsAtTheFirstEndpoint() {
        assertThat(asked(repeatable(A, B).first())).isEqualTo(ask(A, false));
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

            assertThat(asked(failover.after(new Attempt.NotSent(reason)))).isEqualTo(ask(B, false));
        }

        @ParameterizedTest
        @EnumSource(Attempt.NoAnswer.Reason.class)
        void whenNoAnswerCameToARepeatableRequest(Attempt.NoAnswer.Reason reason) {
            Failover failover = repeatable(A, B);
            failover.first();

            assertThat(asked(failover.after(new Attempt.NoAnswer(reason)))).isEqualTo(ask(B, false));
        }

        @ParameterizedTest
        @ValueSource(ints = {502, 503, 504})
        void whenTheStatusCountsAsAFailure(int status) {
            Failover failover = repeatable(A, B);
            failover.first();

            assertThat(asked(failover.after(answered(status)))).isEqualTo(ask(B, false));
        }

        @Test
        void inTheOrderOfTheList() {
            Failover failover = repeatable(A, B, C);

            assertThat(asked(failover.first())).isEqualTo(ask(A, false));
            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(B, false));
            assertThat(asked(failover.after(answered(503)))).isEqualTo(ask(C, false));
        }

        @Test
        void toTheSameEndpointOnAFreshConnectionWhenItClosedAnIdleOneAndNoOtherIsLeft() {
            Failover failover = repeatable(A);
            failover.first();

            assertThat(asked(failover.after(CLOSED_WHILE_IDLE))).isEqualTo(ask(A, true));
        }

        @Test
        void toTheLastEndpointOnAFreshConnectionAfterTheOthersFailed() {
            Failover failover = repeatable(A, B);
            failover.first();
            failover.after(CLOSED_WHILE_IDLE);

            assertThat(asked(failover.after(CLOSED_WHILE_IDLE))).isEqualTo(ask(B, true));
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
                    .isEqualTo(new GiveUp(LATE.contains(reason) ? TIMEOUT : NO_ANSWER));
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
            Failover failover = walk(policy(), repeatable::get, A, B, C);
            failover.first();

            assertThat(asked(failover.after(CLOSED_BEFORE_ANSWER))).isEqualTo(ask(B, false));
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

    @Nested
    class GoesByHealth {

        @Test
        void whoIsSuspendedIsAskedLast() {
            Failover failover = repeatable(A, B, C);
            health(0).suspended = true;

            assertThat(asked(failover.first())).isEqualTo(ask(B, false));
            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(C, false));
            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(A, false));
            assertThat(failover.after(NOT_SENT)).isEqualTo(new GiveUp(NOT_REACHED));
        }

        @Test
        void allAreAskedInOrderWhenAllAreSuspended() {
            Failover failover = repeatable(A, B);
            health(0).suspended = true;
            health(1).suspended = true;

            assertThat(asked(failover.first())).isEqualTo(ask(A, false));
            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(B, false));
        }

        @Test
        void whoIsSuspendedMeanwhileIsPassedOver() {
            Failover failover = repeatable(A, B, C);
            failover.first();
            health(1).suspended = true;

            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(C, false));
        }

        @Test
        void whoIsOnTrialGetsOnlyWhatCanBeSentAgain() {
            Failover repeatable = repeatable(A, B);
            health(0).onTrial = true;
            assertThat(asked(repeatable.first())).isEqualTo(ask(A, false));

            Failover unrepeatable = unrepeatable(A, B);
            health(0).onTrial = true;
            assertThat(asked(unrepeatable.first())).isEqualTo(ask(B, false));
            assertThat(asked(unrepeatable.after(NOT_SENT))).isEqualTo(ask(A, false));
        }
    }

    @Nested
    class LeavesOutWhoIsHeld {

        @Test
        void fromTheBeginning() {
            Failover failover = repeatable(A, B, C);
            health(0).held = true;

            assertThat(asked(failover.first())).isEqualTo(ask(B, false));
            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(C, false));
            assertThat(failover.after(NOT_SENT)).isEqualTo(new GiveUp(NOT_REACHED));
            assertThat(failover.rule()).isEqualTo(Rule.HELD);
        }

        @Test
        void evenIfAllOthersAreSuspended() {
            Failover failover = repeatable(A, B);
            health(0).held = true;
            health(1).suspended = true;

            assertThat(asked(failover.first())).isEqualTo(ask(B, false));
        }

        @Test
        void fromTheMomentOn() {
            Failover failover = repeatable(A, B, C);
            failover.first();
            health(1).held = true;

            assertThat(asked(failover.after(NOT_SENT))).isEqualTo(ask(C, false));
        }

        @Test
        void andAsksNobodyWhenAllAre() {
            Failover failover = repeatable(A, B);
            health(0).held = true;
            health(1).held = true;

            assertThat(failover.first()).isEqualTo(new GiveUp(Failover.Failure.HELD));
            assertThat(failover.rule()).isEqualTo(Rule.HELD);
            assertThat(failover.attempts()).isZero();
        }

        @Test
        void andIsAskedNobodysWhereItWasHeldBeforeItWasSentAnything() {
            Failover failover = repeatable(A, B);
            failover.first();
            health(0).held = true;
            health(1).held = true;

            Attempt heldMeanwhile = new Attempt.NotSent(Attempt.NotSent.Reason.HELD);
            assertThat(failover.after(heldMeanwhile)).isEqualTo(new GiveUp(Failover.Failure.HELD));
            assertThat(health(0).told).isEmpty();
        }

        @Test
        void alsoFromRepeats() {
            Failover again = walk(policy().repeats(2, 503), () -> true, A, B);
            again.first();
            health(0).held = true;
            assertThat(asked(again.after(answered(503)))).isEqualTo(ask(B, false));

            Failover fresh = repeatable(A);
            fresh.first();
            health(0).held = true;
            assertThat(fresh.after(CLOSED_WHILE_IDLE)).isEqualTo(new GiveUp(NO_ANSWER));
        }

        /** Whatever endpoints do, and whenever they are held, suspended and let go. */
        @RepeatedTest(200)
        void inEveryWalk(RepetitionInfo turn) {
            Random random = new Random(turn.getCurrentRepetition());
            Endpoint[] endpoints = Stream.iterate(1, i -> i + 1)
                    .limit(1 + random.nextInt(5))
                    .map(i -> Endpoint.parse("http://e" + i))
                    .toArray(Endpoint[]::new);
            boolean repeatable = random.nextInt(4) > 0;
            Failover failover = walk(policy().repeats(random.nextInt(3), 503), () -> repeatable, endpoints);
            shuffle(random);
            Failover.Decision decision = failover.first();
            for (int i = 0; decision instanceof Ask ask; i++) {
                assertThat(ask.member().health().held()).as(turn.toString()).isFalse();
                assertThat(i).as(turn.toString()).isLessThan(3 * endpoints.length + 1);
                shuffle(random);
                decision = failover.after(any(random));
            }
            if (failover.rule() == Rule.HELD || failover.rule() == Rule.NOBODY_LEFT) {
                assertThat(members)
                        .as(turn.toString())
                        .filteredOn(member -> !member.health().held())
                        .hasSizeLessThanOrEqualTo(failover.attempts());
            }
            if (decision.equals(new GiveUp(Failover.Failure.HELD))) {
                assertThat(members).allMatch(member -> member.health().held());
            }
        }

        private void shuffle(Random random) {
            members.forEach(member -> {
                KnownHealth.of(member).held = random.nextInt(3) == 0;
                KnownHealth.of(member).suspended = random.nextInt(3) == 0;
            });
        }

        private Attempt any(Random random) {
            List<Attempt> attempts =
                    List.of(NOT_SENT, CLOSED_BEFORE_ANSWER, CLOSED_WHILE_IDLE, TOO_SLOW, answered(503), answered(200));
            return attempts.get(random.nextInt(attempts.size()));
        }
    }

    @Nested
    class Tells {

        @ParameterizedTest
        @EnumSource(
                value = Attempt.NotSent.Reason.class,
                names = {"REFUSED", "UNREACHABLE", "UNKNOWN_HOST", "TLS", "CERTIFICATE"})
        void thatAnEndpointIsUnreachable(Attempt.NotSent.Reason reason) {
            assertThat(toldOf(new Attempt.NotSent(reason))).containsExactly("unreachable");
        }

        @Test
        void thatAConnectionTookTooLong() {
            assertThat(toldOf(new Attempt.NotSent(Attempt.NotSent.Reason.CONNECT_TIMEOUT)))
                    .containsExactly("connect timed out");
        }

        @ParameterizedTest
        @EnumSource(
                value = Attempt.NoAnswer.Reason.class,
                names = {"CLOSED", "GARBAGE", "TIMEOUT"})
        void thatNoAnswerCame(Attempt.NoAnswer.Reason reason) {
            assertThat(toldOf(new Attempt.NoAnswer(reason))).containsExactly("failed");
        }

        @Test
        void thatTheStatusWasAFailureAlsoWhereItIsPassedOn() {
            Failover failover = unrepeatable(A, B);
            failover.first();
            assertThat(failover.after(answered(503))).isEqualTo(new Deliver());
            failover.delivered();

            assertThat(health(0).told).containsExactly("failed");
        }

        @Test
        void thatAnAnswerWentOutWholeOrBrokeOff() {
            Failover whole = repeatable(A);
            whole.first();
            whole.after(answered(404));
            assertThat(health(0).told).isEmpty();
            whole.delivered();
            assertThat(health(0).told).containsExactly("succeeded");

            Failover broken = repeatable(A);
            broken.first();
            broken.after(answered(200));
            broken.brokeOff();
            assertThat(health(0).told).containsExactly("failed");
        }

        @Test
        void forHowLongA503AskedToBeLeftAlone() {
            assertThat(toldOf(new Attempt.Answered(503, Optional.of(Duration.ofSeconds(7)))))
                    .containsExactly("failed and rests for 7 s");
            assertThat(toldOf(new Attempt.Answered(502, Optional.of(Duration.ofSeconds(7)))))
                    .containsExactly("failed");
        }

        @Test
        void nothingOfWhatIsNotTheEndpointsFault() {
            assertThat(toldOf(new Attempt.NotSent(Attempt.NotSent.Reason.FULL))).isEmpty();
            assertThat(toldOf(new Attempt.NotSent(Attempt.NotSent.Reason.OVERLOADED)))
                    .isEmpty();
            assertThat(toldOf(CLOSED_WHILE_IDLE)).isEmpty();
        }

        @Test
        void nothingOfAStatusThatIsTheCallersFaultEvenIfItMovesTheRequestOn() {
            Failover failover = walk(policy().statuses(429, 503), () -> true, A, B);
            failover.first();

            assertThat(asked(failover.after(answered(429)))).isEqualTo(ask(B, false));
            assertThat(health(0).told).isEmpty();
        }

        @Test
        void ofTheDeadlineOnlyToWhoHadAllOfIt() {
            Attempt cut = new Attempt.NoAnswer(Attempt.NoAnswer.Reason.DEADLINE);
            Failover failover = repeatable(A, B);
            failover.first();
            failover.after(CLOSED_BEFORE_ANSWER);
            failover.after(cut);

            assertThat(health(1).told).isEmpty();
            assertThat(toldOf(cut)).containsExactly("failed");
        }

        private List<String> toldOf(Attempt attempt) {
            Failover failover = repeatable(A);
            failover.first();
            failover.after(attempt);
            return health(0).told;
        }
    }

    @Nested
    class Repeats {

        @Test
        void theSameEndpointAfterTheStatusesThatTheListNamesAndThenMovesOn() {
            Failover failover = walk(policy().repeats(2, 503), () -> true, A, B);

            failover.first();
            assertThat(asked(failover.after(answered(503)))).isEqualTo(ask(A, false));
            assertThat(asked(failover.after(answered(503)))).isEqualTo(ask(A, false));
            assertThat(asked(failover.after(answered(503)))).isEqualTo(ask(B, false));
            assertThat(asked(failover.after(answered(503)))).isEqualTo(ask(B, false));
        }

        @Test
        void afterAPauseThatGrows() {
            Failover failover = walk(policy().repeats(3, 503), () -> true, A);
            failover.first();
            for (long most : new long[] {50, 100, 200}) {
                Ask again = (Ask) failover.after(answered(503));
                assertThat(again.pause()).isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
            }
        }

        @Test
        void nothingThatIsNotRepeatableNorWhoSaysWhenToComeBack() {
            Failover unrepeatable = walk(policy().repeats(2, 503), () -> false, A, B);
            unrepeatable.first();
            assertThat(unrepeatable.after(answered(503))).isEqualTo(new Deliver());

            Failover later = walk(policy().repeats(2, 503), () -> true, A, B);
            later.first();
            assertThat(asked(later.after(new Attempt.Answered(503, Optional.of(Duration.ofSeconds(1))))))
                    .isEqualTo(ask(B, false));
        }

        @Test
        void onlyWithinTheBudget() {
            EndpointGroup group = group(policy().repeats(5, 500), A);
            List<Failover> walks =
                    Stream.generate(() -> walk(group, () -> true)).limit(5).toList();
            walks.forEach(Failover::first);

            assertThat(walks.stream().map(walk -> walk.after(answered(500))).filter(Ask.class::isInstance))
                    .hasSize(3);
            walks.forEach(Failover::end);
            Failover next = walk(group, () -> true);
            next.first();
            assertThat(next.after(answered(500))).isInstanceOf(Ask.class);
        }
    }

    @Nested
    class WithinTheBudget {

        @Test
        void aMoveToWhoFailedJustNowIsLimited() {
            EndpointGroup group = group(policy(), A, B);
            for (int i = 0; i < 3; i++) {
                Failover walk = walk(group, () -> true);
                health(1).failedRecently = true;
                walk.first();
                assertThat(asked(walk.after(answered(503)))).isEqualTo(ask(B, false));
            }
            Failover denied = walk(group, () -> true);
            health(1).failedRecently = true;
            denied.first();
            assertThat(denied.after(answered(503))).isEqualTo(new Deliver());

            Failover cut = walk(group, () -> true);
            health(1).failedRecently = true;
            cut.first();
            assertThat(cut.after(TOO_SLOW)).isEqualTo(new GiveUp(TIMEOUT));
        }

        @Test
        void aMoveToAHealthyEndpointAndOneOfWhatWasNotSentAreNeverLimited() {
            EndpointGroup group = group(policy(), A, B);
            for (int i = 0; i < 50; i++) {
                Failover healthy = walk(group, () -> true);
                healthy.first();
                assertThat(asked(healthy.after(answered(503)))).isEqualTo(ask(B, false));

                Failover notSent = walk(group, () -> true);
                health(1).failedRecently = true;
                notSent.first();
                assertThat(asked(notSent.after(NOT_SENT))).isEqualTo(ask(B, false));
            }
        }
    }

    @Nested
    class AfterTheDeadline {

        private final AtomicLong now = new AtomicLong();

        @Test
        void nobodyIsAsked() {
            assertThat(lateAfter(NOT_SENT)).isEqualTo(new GiveUp(NOT_REACHED));
            assertThat(lateAfter(TOO_SLOW)).isEqualTo(new GiveUp(TIMEOUT));
            assertThat(lateAfter(CLOSED_BEFORE_ANSWER)).isEqualTo(new GiveUp(NO_ANSWER));
            assertThat(lateAfter(CLOSED_WHILE_IDLE)).isEqualTo(new GiveUp(NO_ANSWER));
        }

        @Test
        void theAnswerInHandGoesOut() {
            assertThat(lateAfter(answered(503))).isEqualTo(new Deliver());
        }

        private Failover.Decision lateAfter(Attempt attempt) {
            EndpointGroup group = group(policy().deadline(Duration.ofSeconds(2)), A, B);
            members = KnownHealth.members(group.endpoints());
            Failover failover = new Failover(
                    group, members, () -> true, new Deadline(group.policy().deadline(), now::get));
            failover.first();
            now.addAndGet(TimeUnit.SECONDS.toNanos(2));
            return failover.after(attempt);
        }
    }

    private static List<Member> members = List.of();

    private static KnownHealth health(int index) {
        return KnownHealth.of(members.get(index));
    }

    /** Whom to ask, and how. */
    private record Asked(Endpoint endpoint, boolean fresh) {}

    private static Asked ask(Endpoint endpoint, boolean fresh) {
        return new Asked(endpoint, fresh);
    }

    private static Object asked(Failover.Decision decision) {
        return decision instanceof Ask ask ? new Asked(ask.member().endpoint(), ask.fresh()) : decision;
    }

    private static Attempt answered(int status) {
        return new Attempt.Answered(status, Optional.empty());
    }

    private static Failover repeatable(Endpoint... endpoints) {
        return walk(policy(), () -> true, endpoints);
    }

    private static Failover unrepeatable(Endpoint... endpoints) {
        return walk(policy(), () -> false, endpoints);
    }

    private static Failover walk(Policies policy, BooleanSupplier repeatable, Endpoint... endpoints) {
        return walk(group(policy, endpoints), repeatable);
    }

    private static Failover walk(EndpointGroup group, BooleanSupplier repeatable) {
        members = KnownHealth.members(group.endpoints());
        return new Failover(
                group, members, repeatable, new Deadline(group.policy().deadline(), System::nanoTime));
    }

    private static EndpointGroup group(Policies policy, Endpoint... endpoints) {
        return new EndpointGroup(
                "test", List.of(endpoints), EndpointGroup.Type.FAILOVER, policy.build(), Optional.empty());
    }
}
