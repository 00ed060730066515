package dev.understudy.routing;

import dev.understudy.failover.Attempt;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * One request on its way along its group: sends it as {@link Failover} decides, until an answer can be passed on. One for
 * each request.
 */
final class Walk {

    /** Hears what happens on the way. */
    interface Listener {

        /** Nobody is asked at all, by this rule. */
        void asksNobody(Rule why);

        /** An endpoint is asked, by this rule. @return what is to be told how far that comes */
        Progress asks(Failover.Ask ask, Rule why);

        /** No answer came from there. */
        void unanswered(Failover.Ask ask, AttemptFailed failed);

        /** What came from there, what is to be done now, and by which rule. */
        void came(Failover.Ask ask, Attempt attempt, Failover.Decision next, Rule why);
    }

    /** Asks one endpoint. */
    interface Sending {

        /**
         * @param progress is told how far it comes
         * @param upgraded to be called where the endpoint accepts a WebSocket, which is its answer
         * @return fails with {@link AttemptFailed} where no answer came; empty when a WebSocket has ended
         */
        Mono<Answer> send(Failover.Ask ask, Progress progress, Runnable upgraded);
    }

    /** Mostly nobody is left to read it. */
    private static final Refused BROKEN_REQUEST =
            new Refused(Problem.BAD_REQUEST, "The request's body broke off.", Map.of("Connection", "close"));

    private static final int SWITCHING_PROTOCOLS = 101;

    /** What came of asking, with the answer where there is one. */
    private record Step(Attempt attempt, Optional<Answer> answer) {

        static Step answered(Answer answer) {
            Attempt attempt = new Attempt.Answered(answer.status(), RetryAfter.of(answer.headers()));
            return new Step(attempt, Optional.of(answer));
        }

        static Step failed(AttemptFailed failed) {
            return new Step(failed.attempt(), Optional.empty());
        }
    }

    private final Failover failover;
    private final RequestBody body;
    private final Sending sending;
    private final Listener listener;
    private volatile int position;

    Walk(Failover failover, RequestBody body, Sending sending, Listener listener) {
        this.failover = failover;
        this.body = body;
        this.sending = sending;
        this.listener = listener;
    }

    /** The answer to be passed on. Fails with {@link Refused} when there is none. To be subscribed to once. */
    Mono<Answer> answer() {
        return Mono.defer(() -> begin(failover.first()));
    }

    /** The 1-based place in the list of the endpoint asked last; 0: nobody was. */
    int position() {
        return position;
    }

    private Mono<Answer> begin(Failover.Decision decision) {
        if (decision instanceof Failover.Ask first) {
            return ask(first);
        }
        listener.asksNobody(failover.rule());
        return Mono.error(new Refused(((Failover.GiveUp) decision).failure().problem()));
    }

    private Mono<Answer> ask(Failover.Ask ask) {
        position = ask.member().position();
        return after(
                        ask.pause(),
                        Mono.defer(() -> sending.send(ask, listener.asks(ask, failover.rule()), () -> upgraded(ask))))
                .map(Step::answered)
                .onErrorResume(AttemptFailed.class, failed -> unanswered(ask, failed))
                .flatMap(step -> follow(ask, step));
    }

    private static Mono<Answer> after(Duration pause, Mono<Answer> answer) {
        return pause.isZero() ? answer : Mono.delay(pause).then(answer);
    }

    // A body that breaks off at the caller's side takes the endpoint's request with it: that is no fault of the
    // endpoint.
    private Mono<Step> unanswered(Failover.Ask ask, AttemptFailed failed) {
        Throwable callers = body.failure();
        if (callers != null) {
            return Mono.error(callers instanceof Refused ? callers : BROKEN_REQUEST);
        }
        listener.unanswered(ask, failed);
        return Mono.just(Step.failed(failed));
    }

    // There is nothing to be passed on, and nothing more to be decided: the session is carried where it was accepted.
    private void upgraded(Failover.Ask asked) {
        Attempt accepted = new Attempt.Answered(SWITCHING_PROTOCOLS, Optional.empty());
        Failover.Decision decision = failover.after(accepted);
        listener.came(asked, accepted, decision, failover.rule());
        failover.delivered();
    }

    private Mono<Answer> follow(Failover.Ask asked, Step step) {
        Failover.Decision decision = failover.after(step.attempt());
        listener.came(asked, step.attempt(), decision, failover.rule());
        if (decision instanceof Failover.Ask next) {
            step.answer().ifPresent(Answer::abandon);
            return ask(next);
        }
        if (decision instanceof Failover.GiveUp giveUp) {
            return Mono.error(new Refused(giveUp.failure().problem()));
        }
        body.keepNoMore();
        // The rest of the body may still be on its way to the endpoint whose answer is passed on.
        return Mono.just(step.answer()
                .orElseThrow()
                .reporting(failover::delivered, failover::brokeOff)
                .ending(body::end));
    }
}
