package dev.understudy.routing;

import dev.understudy.failover.Attempt;
import dev.understudy.failover.Failover;
import dev.understudy.failover.Rule;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
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
        if (!(decision instanceof Failover.Ask first)) {
            listener.asksNobody(failover.rule());
            return Mono.error(new Refused(((Failover.GiveUp) decision).failure().problem()));
        }
        return new Mono<>() {

            @Override
            public void subscribe(CoreSubscriber<? super Answer> waiting) {
                Asked asked = new Asked(waiting);
                waiting.onSubscribe(asked.turn);
                asked.ask(first);
            }
        };
    }

    private static Mono<Answer> after(Duration pause, Mono<Answer> answer) {
        return pause.isZero() ? answer : Mono.delay(pause).then(answer);
    }

    // There is nothing to be passed on, and nothing more to be decided: the session is carried where it was accepted.
    private void upgraded(Failover.Ask asked) {
        Attempt accepted = new Attempt.Answered(SWITCHING_PROTOCOLS, Optional.empty());
        Failover.Decision decision = failover.after(accepted);
        listener.came(asked, accepted, decision, failover.rule());
        failover.delivered();
    }

    /** The endpoints that are asked, one after the other, for one who waits. */
    private final class Asked {

        private final CoreSubscriber<? super Answer> waiting;
        private final InTurn turn = new InTurn();

        private Asked(CoreSubscriber<? super Answer> waiting) {
            this.waiting = waiting;
        }

        private void ask(Failover.Ask ask) {
            position = ask.member().position();
            One next = new One(ask);
            if (turn.of(next)) {
                after(ask.pause(), Mono.defer(() -> send(ask))).subscribe(next);
            }
        }

        private Mono<Answer> send(Failover.Ask ask) {
            return sending.send(ask, listener.asks(ask, failover.rule()), () -> upgraded(ask));
        }

        private final class One extends Relay<Answer> {

            private final Failover.Ask ask;

            private One(Failover.Ask ask) {
                super(waiting.currentContext());
                this.ask = ask;
            }

            @Override
            public void onNext(Answer answer) {
                if (end()) {
                    follow(answer, () -> new Attempt.Answered(answer.status(), RetryAfter.of(answer.headers())));
                } else {
                    answer.abandon();
                }
            }

            @Override
            public void onError(Throwable error) {
                if (!end()) {
                    return;
                }
                if (error instanceof AttemptFailed failed) {
                    unanswered(failed);
                } else {
                    waiting.onError(error);
                }
            }

            @Override
            public void onComplete() {
                if (end()) {
                    waiting.onComplete();
                }
            }

            @Override
            void left() {}

            // A body that breaks off at the caller's side takes the endpoint's request with it: that is no fault of the
            // endpoint.
            private void unanswered(AttemptFailed failed) {
                Throwable callers = body.failure();
                if (callers != null) {
                    waiting.onError(callers instanceof Refused ? callers : BROKEN_REQUEST);
                    return;
                }
                follow(null, () -> {
                    listener.unanswered(ask, failed);
                    return failed.attempt();
                });
            }

            private void follow(@Nullable Answer answer, Supplier<Attempt> came) {
                Failover.Decision decision;
                try {
                    Attempt attempt = came.get();
                    decision = failover.after(attempt);
                    listener.came(ask, attempt, decision, failover.rule());
                } catch (RuntimeException e) {
                    // Thrown on, it would end up where nobody knows who waits.
                    if (answer != null) {
                        answer.abandon();
                    }
                    waiting.onError(e);
                    return;
                }
                if (decision instanceof Failover.Ask next) {
                    if (answer != null) {
                        answer.abandon();
                    }
                    ask(next);
                } else if (decision instanceof Failover.GiveUp giveUp) {
                    waiting.onError(new Refused(giveUp.failure().problem()));
                } else {
                    deliver(Objects.requireNonNull(answer));
                }
            }

            private void deliver(Answer answer) {
                body.keepNoMore();
                waiting.onNext(answer.reporting(failover::delivered, failover::brokeOff)
                        // The rest of the body may still be on its way to the endpoint whose answer is passed on.
                        .ending(body::end));
                waiting.onComplete();
            }
        }
    }
}
