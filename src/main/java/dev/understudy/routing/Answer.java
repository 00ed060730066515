package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * The answer of an endpoint whose head has arrived. Either its body is read, or it is abandoned.
 *
 * @param body piece by piece, each the subscriber's to release; to be read once
 * @param connection closing it makes sure that nothing of this answer is ever taken for another's
 */
record Answer(int status, HttpHeaders headers, Flux<ByteBuf> body, Disposable connection) {

    void abandon() {
        connection.dispose();
    }

    /** The same, with something to be done when it is at its end: read, broken off, or abandoned. It may be done twice. */
    Answer ending(Runnable atEnd) {
        return new Answer(status, headers, body.doFinally(signal -> atEnd.run()), () -> {
            connection.dispose();
            atEnd.run();
        });
    }

    /** The same, with the news of how its body went. A caller who leaves is no news. */
    Answer reporting(Runnable whole, Runnable brokenOff) {
        return new Answer(status, headers, body.doOnComplete(whole).doOnError(error -> brokenOff.run()), connection);
    }
}
