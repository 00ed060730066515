package dev.understudy.admin;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Hands out what was deployed. Few at a time, each for a limited time: whatever is handed out is in memory until then. */
final class Downloads {

    static final int MOST_AT_ONCE = 3;

    private static final int PIECE = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    /**
     * Answers with something that is long.
     *
     * @param answer is given what writes the body
     */
    <T> Mono<ServerResponse> answer(Supplier<Mono<T>> content, Function<T, byte[]> bytes, Answer<T> answer) {
        return Mono.defer(() -> {
            if (!places.tryAcquire()) {
                return Mono.error(AdminProblems.later(MOST_AT_ONCE + " of these are being read already."));
            }
            Turn turn = new Turn();
            return content.get()
                    .flatMap(found -> answer.with(found, turn.body(bytes.apply(found))))
                    .doOnError(error -> turn.leave())
                    .doOnCancel(turn::leave);
        });
    }

    /** Makes the answer. */
    interface Answer<T> {
        Mono<ServerResponse> with(T content, BodyInserter<Void, ReactiveHttpOutputMessage> body);
    }

    /** One of those that there are. */
    private final class Turn {

        private final AtomicBoolean left = new AtomicBoolean();

        // Whatever becomes of the request, nobody keeps it.
        Turn() {
            Schedulers.parallel().schedule(this::leave, 2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }

        BodyInserter<Void, ReactiveHttpOutputMessage> body(byte[] bytes) {
            return (message, context) -> {
                Flux<DataBuffer> pieces = pieces(bytes, message.bufferFactory());
                message.getHeaders().setContentLength(bytes.length);
                return message.writeWith(pieces).timeout(PATIENCE).doFinally(end -> leave());
            };
        }

        // As one piece it would all be handed over to the connection at once, however slow that is.
        private static Flux<DataBuffer> pieces(byte[] bytes, DataBufferFactory buffers) {
            return Flux.range(0, (bytes.length + PIECE - 1) / PIECE)
                    .map(i -> ByteBuffer.wrap(bytes, i * PIECE, Math.min(PIECE, bytes.length - i * PIECE)))
                    .map(buffers::wrap);
        }

        void leave() {
            if (left.compareAndSet(false, true)) {
                places.release();
            }
        }
    }
}
