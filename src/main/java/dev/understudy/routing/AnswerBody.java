package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The body of an endpoint's answer, piece by piece as its reader asks for them, with the news of how it goes for who hears
 * them. Where it breaks off it fails with {@link BrokenAnswer}. To be read once.
 *
 * @param <T> what the reader gets of each piece, which is its own to release
 */
final class AnswerBody<T> extends Flux<T> {

    private final Answer answer;
    private final Function<ByteBuf, T> form;

    AnswerBody(Answer answer, Function<ByteBuf, T> form) {
        this.answer = answer;
        this.form = form;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> reader) {
        answer.pieces().subscribe(new Reading<>(answer, form, reader));
    }

    private static final class Reading<T> implements CoreSubscriber<Object>, Subscription {

        private final Answer answer;
        private final Function<ByteBuf, T> form;
        private final CoreSubscriber<? super T> reader;
        private Subscription pieces = Operators.emptySubscription();
        private boolean over;

        private Reading(Answer answer, Function<ByteBuf, T> form, CoreSubscriber<? super T> reader) {
            this.answer = answer;
            this.form = form;
            this.reader = reader;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            pieces = subscription;
            reader.onSubscribe(this);
        }

        @Override
        public void onNext(Object piece) {
            if (over) {
                Operators.onDiscard(piece, currentContext());
                return;
            }
            reader.onNext(form.apply(answer.piece().apply(piece)));
        }

        @Override
        public void onComplete() {
            if (over) {
                return;
            }
            over = true;
            answer.hearing().whole().run();
            reader.onComplete();
            answer.hearing().end().run();
        }

        @Override
        public void onError(Throwable error) {
            if (over) {
                Operators.onErrorDropped(error, currentContext());
                return;
            }
            over = true;
            answer.hearing().brokenOff().run();
            reader.onError(new BrokenAnswer("The endpoint's answer broke off"));
            answer.hearing().end().run();
        }

        @Override
        public void request(long more) {
            pieces.request(more);
        }

        @Override
        public void cancel() {
            pieces.cancel();
            answer.hearing().end().run();
        }

        @Override
        public Context currentContext() {
            return reader.currentContext();
        }
    }
}
