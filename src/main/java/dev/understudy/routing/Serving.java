package dev.understudy.routing;

import dev.understudy.journal.Ending;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import org.springframework.web.server.WebHandler;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * A request on a traffic listener, from its head to the end of its answer: counted, handled, answered where handling it
 * failed, told. What balancers ask the gateway itself is neither counted nor told.
 */
final class Serving extends Mono<Void> {

    private static final Logger log = LoggerFactory.getLogger(Serving.class);

    /** @param answering those that make an answer of an error, the first one first; not empty */
    record Stages(WebHandler handling, List<WebExceptionHandler> answering, Recorder recorder, InFlight inFlight) {

        Stages {
            answering = List.copyOf(answering);
        }
    }

    private final ServerWebExchange exchange;
    private final Stages stages;

    Serving(ServerWebExchange exchange, Stages stages) {
        this.exchange = exchange;
        this.stages = stages;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> caller) {
        Request request = new Request(caller);
        caller.onSubscribe(request);
        request.begin();
    }

    private enum Stage {
        HANDLING,
        ANSWERING,
        CLOSING
    }

    private final class Request extends Relay<Void> {

        private final CoreSubscriber<? super Void> caller;
        private Stage stage = Stage.HANDLING;
        private @Nullable Course course;
        private boolean counted;

        private Request(CoreSubscriber<? super Void> caller) {
            super(caller.currentContext());
            this.caller = caller;
        }

        private void begin() {
            if (OperationWebFilter.isOwn(exchange.getRequest())) {
                handle();
                return;
            }
            counted = stages.inFlight.enter();
            try {
                course = stages.recorder.begin(exchange);
            } catch (RuntimeException e) {
                onError(e);
                return;
            }
            if (counted) {
                handle();
            } else {
                onError(new Refused(Problem.OVERLOADED, Problem.OVERLOADED.description(), Map.of("Retry-After", "1")));
            }
        }

        private void handle() {
            Mono<Void> handling;
            try {
                handling = stages.handling.handle(exchange);
            } catch (RuntimeException e) {
                handling = Mono.error(e);
            }
            handling.subscribe(this);
        }

        @Override
        public void onNext(Void nothing) {}

        @Override
        public void onComplete() {
            if (stage == Stage.CLOSING) {
                if (end()) {
                    leave();
                    caller.onComplete();
                }
                return;
            }
            tell(Ending.WHOLE);
            close();
        }

        @Override
        public void onError(Throwable error) {
            ServerHttpResponse response = exchange.getResponse();
            if (stage == Stage.HANDLING && !response.isCommitted()) {
                stage = Stage.ANSWERING;
                answer(error).subscribe(this);
            } else if (stage == Stage.ANSWERING && response.setStatusCode(HttpStatus.INTERNAL_SERVER_ERROR)) {
                log.error("{}No answer to a failed request could be made", exchange.getLogPrefix(), error);
                close();
            } else if (end()) {
                tell(Ending.BROKEN_OFF);
                leave();
                caller.onError(error);
            }
        }

        @Override
        void left() {
            tell(Ending.CALLER_LEFT);
            leave();
        }

        // Told before the caller can have it.
        private Mono<Void> answer(Throwable error) {
            Mono<Void> answer;
            try {
                answer = stages.answering.get(0).handle(exchange, error);
            } catch (RuntimeException e) {
                answer = Mono.error(e);
            }
            for (WebExceptionHandler next : stages.answering.subList(1, stages.answering.size())) {
                answer = answer.onErrorResume(unanswered -> next.handle(exchange, unanswered));
            }
            tell(Ending.WHOLE);
            return answer;
        }

        private void close() {
            stage = Stage.CLOSING;
            Mono<Void> closing = exchange.cleanupMultipart();
            ServerHttpResponse response = exchange.getResponse();
            (response.isCommitted() ? closing : closing.then(Mono.defer(response::setComplete))).subscribe(this);
        }

        private void tell(Ending ending) {
            if (course != null) {
                stages.recorder.tell(course, exchange, ending);
            }
        }

        private void leave() {
            if (counted) {
                stages.inFlight.leave();
            }
        }
    }
}
