package dev.understudy.routing;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * The answer of an endpoint whose head has arrived. Either its body is read, or it is abandoned.
 *
 * @param pieces of the body, to be read once
 * @param piece makes of one of the pieces what is the reader's to release
 * @param connection closing it makes sure that nothing of this answer is ever taken for another's
 * @param hearing who hears how it goes
 */
record Answer(
        int status,
        HttpHeaders headers,
        Flux<?> pieces,
        Function<Object, ByteBuf> piece,
        Disposable connection,
        Hearing hearing) {

    /**
     * Hears how an answer goes.
     *
     * @param whole its body was read to its end
     * @param brokenOff its body broke off. A caller who leaves is no news
     * @param end it was read, broken off, or abandoned. May be told twice
     */
    record Hearing(Runnable whole, Runnable brokenOff, Runnable end) {

        static final Hearing NOBODY = new Hearing(() -> {}, () -> {}, () -> {});
    }

    void abandon() {
        connection.dispose();
        hearing.end.run();
    }

    /** The same, with something more to be done when it is at its end: read, broken off, or abandoned. It may be done twice. */
    Answer ending(Runnable atEnd) {
        Runnable before = hearing.end;
        return heardBy(new Hearing(hearing.whole, hearing.brokenOff, () -> {
            before.run();
            atEnd.run();
        }));
    }

    /** The same, with the news of how its body went. */
    Answer reporting(Runnable whole, Runnable brokenOff) {
        return heardBy(new Hearing(whole, brokenOff, hearing.end));
    }

    private Answer heardBy(Hearing by) {
        return new Answer(status, headers, pieces, piece, connection, by);
    }
}
