package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.failover.Deadline;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class RequestBodyTests {

    private final List<ByteBuf> made = new ArrayList<>();
    private final ReplayMemory memory = new ReplayMemory(1_000);
    private final Deadline deadline = new Deadline(Duration.ofMinutes(1), System::nanoTime);

    @Test
    void isSentAgainFromItsFirstByte() {
        RequestBody body = body(100, "one ", "two ", "three");

        assertThat(some(body, 2)).isEqualTo("one two ");
        assertThat(body.rewind()).isTrue();
        assertThat(all(body)).isEqualTo("one two three");
        assertThat(all(body)).isEqualTo("one two three");
        body.end();
        nothingIsHeld();
    }

    @Test
    void isNotReadBeforeAnEndpointHasRoomForIt() {
        int[] read = new int[1];
        RequestBody body =
                new RequestBody(Flux.just(buffer("one")).doOnNext(piece -> read[0]++), 100, memory, deadline);

        assertThat(some(body, 0)).isEmpty();
        assertThat(read[0]).isZero();
        assertThat(some(body, 1)).isEqualTo("one");
        assertThat(read[0]).isEqualTo(1);
        body.end();
        nothingIsHeld();
    }

    @Test
    void goesOnPastTheLimitButIsNotSentAgain() {
        RequestBody body = body(7, "one ", "two ", "three");

        assertThat(all(body)).isEqualTo("one two three");
        assertThat(body.rewind()).isFalse();
        assertThat(memory.left()).isEqualTo(1_000);
        nothingIsHeld();
        assertThatIllegalStateException().isThrownBy(() -> body.feed().then().block());
    }

    @Test
    void isNotKeptWhereItWillNotBeSentAgain() {
        RequestBody body = body(-1, "one");
        assertThat(body.rewind()).isTrue();

        assertThat(some(body, 1)).isEqualTo("one");
        assertThat(body.rewind()).isFalse();
        body.end();
        nothingIsHeld();
    }

    @Test
    void isNotKeptWhenAllRequestsTogetherKeepTooMuch() {
        RequestBody other = body(1_000, "x".repeat(998));
        all(other);
        RequestBody body = body(100, "one");

        assertThat(all(body)).isEqualTo("one");
        assertThat(body.rewind()).isFalse();
        other.end();
        assertThat(memory.left()).isEqualTo(1_000);
        assertThat(all(body(100, "two"))).isEqualTo("two");
    }

    @Test
    void whatWasKeptIsLetGoAsSoonAsItIsNotNeeded() {
        RequestBody body = body(100, "one ", "two ");
        assertThat(some(body, 2)).isEqualTo("one two ");

        body.keepNoMore();

        assertThat(memory.left()).isEqualTo(1_000);
        assertThat(made.subList(0, 2)).allMatch(piece -> piece.refCnt() == 0);
        body.end();
        nothingIsHeld();
    }

    @Test
    void saysWhyTheCallersSideBrokeOff() {
        IllegalStateException left = new IllegalStateException("left");
        RequestBody body =
                new RequestBody(Flux.just(buffer("one")).concatWith(Flux.error(left)), 100, memory, deadline);

        assertThatThrownBy(() -> body.feed().doOnNext(ByteBuf::release).then().block())
                .isSameAs(left);
        assertThat(body.failure()).isSameAs(left);
        body.end();
        nothingIsHeld();
    }

    @Test
    void whatComesTogetherWithTheEndWhileAPieceIsPassedOnIsNotLost() {
        Sinks.Many<ByteBuf> caller = Sinks.unsafe().many().multicast().directBestEffort();
        List<String> got = new ArrayList<>();
        RequestBody body = new RequestBody(withoutDemand(caller), 100, memory, deadline);
        body.feed().subscribe(piece -> {
            got.add(read(piece));
            if (got.size() == 1) {
                caller.tryEmitNext(buffer("two")).orThrow();
                caller.tryEmitComplete().orThrow();
            }
        });

        caller.tryEmitNext(buffer("one")).orThrow();

        assertThat(got).containsExactly("one", "two");
        body.end();
        nothingIsHeld();
    }

    /** As if all had been asked for before: what counts is when it comes. */
    private static Flux<ByteBuf> withoutDemand(Sinks.Many<ByteBuf> source) {
        return Flux.from(subscriber -> source.asFlux().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
                subscriber.onSubscribe(this);
            }

            @Override
            protected void hookOnNext(ByteBuf piece) {
                subscriber.onNext(piece);
            }

            @Override
            protected void hookOnComplete() {
                subscriber.onComplete();
            }
        }));
    }

    @Test
    void theDeadlineStandsStillFromTheFirstByteAskedForToTheLast() {
        Sinks.Many<ByteBuf> caller = Sinks.many().unicast().onBackpressureBuffer();
        RequestBody body = new RequestBody(caller.asFlux(), 100, memory, deadline);
        assertThat(deadline.stands()).isFalse();

        Disposable attempt = body.feed().subscribe(ByteBuf::release);
        assertThat(deadline.stands()).isTrue();
        caller.tryEmitNext(buffer("one"));
        assertThat(deadline.stands()).isTrue();
        caller.tryEmitComplete();
        assertThat(deadline.stands()).isFalse();
        attempt.dispose();
        body.end();
        nothingIsHeld();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource
    void everyAttemptGetsItFromTheFirstByteOnWhateverTheOtherThreadsDo(long seed) {
        Random random = new Random(seed);
        StringBuilder sent = new StringBuilder();
        List<ByteBuf> pieces = new ArrayList<>();
        for (int i = random.nextInt(40); i >= 0; i--) {
            String piece = String.valueOf((char) ('a' + random.nextInt(26))).repeat(1 + random.nextInt(20));
            sent.append(piece);
            pieces.add(buffer(piece));
        }
        long limit = random.nextInt(4) == 0 ? -1 : random.nextInt(1_000);
        RequestBody body =
                new RequestBody(Flux.fromIterable(pieces).publishOn(Schedulers.parallel(), 1), limit, memory, deadline);

        while (body.rewind()) {
            String got = random.nextInt(4) == 0 ? all(body) : some(body, random.nextInt(pieces.size() + 1));
            assertThat(sent.toString()).as("seed " + seed).startsWith(got);
            if (got.length() == sent.length() && random.nextBoolean()) {
                break;
            }
        }
        body.end();
        await().untilAsserted(() -> assertThat(memory.left()).as("seed " + seed).isEqualTo(1_000));
        await().untilAsserted(this::nothingThatWasTakenIsHeld);
    }

    // Mostly there is nothing to wait for.
    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static LongStream everyAttemptGetsItFromTheFirstByteOnWhateverTheOtherThreadsDo() {
        return LongStream.range(0, 200);
    }

    private RequestBody body(long limit, String... pieces) {
        List<ByteBuf> buffers = new ArrayList<>();
        for (String piece : pieces) {
            buffers.add(buffer(piece));
        }
        return new RequestBody(Flux.fromIterable(buffers), limit, memory, deadline);
    }

    private ByteBuf buffer(String text) {
        ByteBuf buffer = Unpooled.copiedBuffer(text.getBytes());
        made.add(buffer);
        return buffer;
    }

    private static String all(RequestBody body) {
        StringBuilder text = new StringBuilder();
        body.feed()
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(piece -> text.append(read(piece)))
                .blockLast(Duration.ofSeconds(10));
        return text.toString();
    }

    /** An attempt that takes so many pieces, and then fails. */
    private static String some(RequestBody body, int pieces) {
        StringBuffer text = new StringBuffer();
        BaseSubscriber<ByteBuf> attempt = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                if (pieces > 0) {
                    subscription.request(pieces);
                }
            }

            @Override
            protected void hookOnNext(ByteBuf piece) {
                text.append(read(piece));
            }
        };
        body.feed().subscribe(attempt);
        // As an endpoint that dies: at whatever moment that is.
        attempt.cancel();
        return text.toString();
    }

    private static String read(ByteBuf piece) {
        String text = new String(ByteBufUtil.getBytes(piece));
        piece.release();
        return text;
    }

    private void nothingIsHeld() {
        assertThat(made).allMatch(piece -> piece.refCnt() == 0);
    }

    // What nobody ever asked the caller for stays the caller's.
    private void nothingThatWasTakenIsHeld() {
        assertThat(made).allMatch(piece -> piece.refCnt() <= 1);
    }
}
