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
}
