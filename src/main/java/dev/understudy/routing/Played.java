package dev.understudy.routing;

import dev.understudy.catalog.Match;
import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.failover.Failover;
import dev.understudy.problem.Refused;
import io.netty.channel.Channel;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A request's walk, and what comes of it: the answer is the writer's from its head on, and where there is none the gateway
 * answers itself.
 */
final class Played extends Mono<Void> {

    /** What plays. @param caller the connection to it */
    record Play(
            ServerWebExchange exchange,
            Match.Found found,
            FailoverPolicy policy,
            Channel caller,
            Failover failover,
            RequestBody body) {}

    private final Walk walk;
    private final AnswerWriter writer;
    private final ProblemHandler problems;
    private final Play play;

    Played(Walk walk, AnswerWriter writer, ProblemHandler problems, Play play) {
        this.walk = walk;
        this.writer = writer;
        this.problems = problems;
        this.play = play;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> waiting) {
        Walking walking = new Walking(waiting);
        waiting.onSubscribe(walking);
        walk.answer().subscribe(walking);
    }

    /** Tells whoever may know which endpoint answered, and after how many were asked. @param position 0: nobody was asked */
    static void expose(ServerWebExchange exchange, FailoverPolicy policy, int position, int attempts) {
        if (policy.exposeHeaders() && !exchange.getResponse().isCommitted()) {
            HttpHeaders headers = exchange.getResponse().getHeaders();
            headers.set("X-Request-Id", Course.of(exchange).id());
            if (position > 0) {
                headers.set("X-Gateway-Endpoint", String.valueOf(position));
            }
            headers.set("X-Gateway-Attempts", String.valueOf(attempts));
        }
    }

    private final class Walking extends Relay<Answer> {

        private final CoreSubscriber<? super Void> waiting;
        private boolean answering;

        private Walking(CoreSubscriber<? super Void> waiting) {
            super(waiting.currentContext());
            this.waiting = waiting;
        }

        @Override
        public void onNext(Answer answer) {
            try {
                writer.take(play.exchange, answer, play.found.api(), play.caller, play.policy.idleTimeout());
            } catch (RuntimeException e) {
                answer.abandon();
                letGo();
                fail(e);
            }
        }

        @Override
        public void onComplete() {
            if (!end()) {
                return;
            }
            if (!answering) {
                expose();
                play.failover.end();
            }
            waiting.onComplete();
        }

        // A refusal is answered here and not as an error of the whole chain, whose every filter would be told of it.
        @Override
        public void onError(Throwable error) {
            if (!answering && error instanceof Refused refused) {
                answering = true;
                expose();
                over();
                Mono.defer(() -> problems.write(play.exchange, refused))
                        .cast(Answer.class)
                        .subscribe(this);
            } else {
                fail(error);
            }
        }

        private void fail(Throwable error) {
            if (end()) {
                expose();
                over();
                waiting.onError(error);
            }
        }

        @Override
        void left() {
            over();
        }

        // After what the answer brought: an endpoint that sends the id back, or is a gateway itself, has headers of
        // these names.
        private void expose() {
            Played.expose(play.exchange, play.policy, walk.position(), play.failover.attempts());
        }

        // Not when there is an answer: the rest of the body may still be on its way to the endpoint whose answer it is.
        private void over() {
            play.failover.end();
            play.body.end();
        }
    }
}
