package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;

/** The answer of an endpoint whose head has arrived. Either its body is read, or it is abandoned. */
record Answer(HttpClientResponse head, Connection connection) {

    int status() {
        return head.status().code();
    }

    HttpHeaders headers() {
        return head.responseHeaders();
    }

    /** The body, piece by piece; each is the subscriber's to release. To be read once. */
    Flux<ByteBuf> body() {
        return connection.inbound().receive().retain();
    }

    /** Closes the connection, so that nothing of this answer is ever taken for another's. */
    void abandon() {
        connection.dispose();
    }
}
