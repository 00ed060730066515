package dev.understudy.routing;

import dev.understudy.failover.Deadline;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/**
 * The body of a request on its way to one endpoint after the other. It is read from the caller once, at the pace of the
 * endpoint that is asked, and what was read is kept as long as it may have to be sent again: up to a limit, and as far as
 * the memory for that goes. An endpoint gets the body from its first byte on or not at all.
 * <p>
 * What happens comes from the caller's event loop and from those of endpoints; one at a time works it off ({@link #drain}).
 */
final class RequestBody {

    private final Flux<ByteBuf> caller;
    private final long limit;
    private final ReplayMemory memory;
    private final Deadline deadline;
    private final AtomicInteger work = new AtomicInteger();
    private final Queue<ByteBuf> arrived = new ConcurrentLinkedQueue<>();
    private final Source source = new Source();

    private volatile @Nullable Feed feed;
    private volatile boolean complete;
    private volatile @Nullable Throwable failure;
    private volatile boolean keepsNoMore;
    private volatile boolean ended;

    /** Whether all that was ever read from the caller is kept. */
    private volatile boolean whole = true;

    // Whoever drains.
    private final List<ByteBuf> kept = new ArrayList<>();
    private final Deque<ByteBuf> passing = new ArrayDeque<>(1);
    private long keptBytes;
    private boolean keeping;
    private boolean asked;
    private boolean subscribed;
    private boolean cancelled;

    /**
     * @param caller the caller's body, to be subscribed to once; each piece is the subscriber's to release
     * @param limit most bytes that are kept; negative: the body will not be sent again, so that none is
     * @param deadline stands still while the caller is sending
     */
    RequestBody(Flux<ByteBuf> caller, long limit, ReplayMemory memory, Deadline deadline) {
        this.caller = caller;
        this.limit = limit;
        this.memory = memory;
        this.deadline = deadline;
        this.keeping = limit >= 0;
    }

    /** The body for one attempt, which ends that of the attempt before. To be subscribed to once. */
    Flux<ByteBuf> feed() {
        return Flux.from(subscriber -> {
            if (!whole) {
                Operators.error(subscriber, new IllegalStateException("Part of the body is gone"));
                return;
            }
            Feed next = new Feed(Operators.toCoreSubscriber(subscriber));
            feed = next;
            next.downstream.onSubscribe(next);
            drain();
        });
    }

    /**
     * Goes back to the first byte: the attempt that is over gets no more.
     *
     * @return whether it can be sent from there; if not, it cannot be sent again at all
     */
    synchronized boolean rewind() {
        Feed before = feed;
        if (before != null) {
            before.over = true;
        }
        return whole;
    }

    /** Why the caller's body broke off; null if it did not. That is no endpoint's fault. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** It will not be sent again, so that nothing more needs to be kept. */
    void keepNoMore() {
        keepsNoMore = true;
        drain();
    }

    /** Nobody wants any more of it. */
    void end() {
        ended = true;
        drain();
    }

    private void drain() {
        if (work.getAndIncrement() != 0) {
            return;
        }
        int done = 1;
        do {
            step();
            done = work.addAndGet(-done);
        } while (done != 0);
    }

    private void step() {
        Feed now = feed;
        // Before what has come in is taken: an end that is seen later may have a piece before it that is not here yet.
        boolean last = complete;
        Throwable broken = failure;
        takeIn(now);
        if (ended) {
            passing.forEach(ByteBuf::release);
            passing.clear();
            cancel();
            return;
        }
        if (now != null && !now.over) {
            pass(now, last, broken);
        }
    }

    // While nobody is being asked, nothing is decided: what has come in may be the one piece too many, or go to the
    // next.
    private synchronized void takeIn(@Nullable Feed now) {
        boolean last = keepsNoMore || ended;
        if (!last && (now == null || now.over || now.cancelled)) {
            return;
        }
        for (ByteBuf piece = arrived.poll(); piece != null; piece = arrived.poll()) {
            asked = false;
            if (keeping && !fits(piece)) {
                stopKeeping(now);
            }
            if (keeping) {
                keptBytes += piece.readableBytes();
                kept.add(piece);
            } else {
                whole = false;
                passing.add(piece);
            }
        }
        if (last) {
            stopKeeping(now);
        }
    }

    private boolean fits(ByteBuf piece) {
        long bytes = piece.readableBytes();
        return keptBytes + bytes <= limit && memory.take(bytes);
    }

    // What the endpoint that is being asked has not had yet still goes to it.
    private void stopKeeping(@Nullable Feed now) {
        if (!keeping) {
            return;
        }
        keeping = false;
        whole = whole && kept.isEmpty();
        int had = now == null ? kept.size() : now.position;
        for (int i = 0; i < kept.size(); i++) {
            if (i < had) {
                kept.get(i).release();
            } else {
                passing.add(kept.get(i));
            }
        }
        kept.clear();
        memory.giveBack(keptBytes);
        keptBytes = 0;
    }

    private void pass(Feed now, boolean last, @Nullable Throwable broken) {
        long passed = 0;
        while (passed < now.demand.get() && !now.cancelled) {
            ByteBuf piece = nextFor(now);
            if (piece == null) {
                break;
            }
            passed++;
            now.downstream.onNext(piece);
        }
        now.demand.addAndGet(-passed);
        if (now.cancelled) {
            now.over = true;
            return;
        }
        if (nothingFor(now)) {
            finishOrAsk(now, last, broken);
        }
    }

    private @Nullable ByteBuf nextFor(Feed now) {
        if (keeping) {
            return now.position < kept.size() ? kept.get(now.position++).retainedDuplicate() : null;
        }
        return passing.poll();
    }

    private boolean nothingFor(Feed now) {
        return keeping ? now.position == kept.size() : passing.isEmpty();
    }

    private void finishOrAsk(Feed now, boolean last, @Nullable Throwable broken) {
        if (broken != null) {
            now.over = true;
            now.downstream.onError(broken);
        } else if (last) {
            now.over = true;
            now.downstream.onComplete();
        } else if (now.demand.get() > 0 && !asked) {
            asked = true;
            ask();
        }
    }

    private void ask() {
        if (!subscribed) {
            subscribed = true;
            deadline.stand();
            caller.subscribe(source);
        } else {
            source.request(1);
        }
    }

    private void cancel() {
        if (subscribed && !cancelled) {
            cancelled = true;
            source.cancel();
        }
    }

    private final class Source extends BaseSubscriber<ByteBuf> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // One piece at a time, each when the endpoint has room for it. This may come later than subscribe()
            // returns.
            subscription.request(1);
        }

        @Override
        protected void hookOnNext(ByteBuf piece) {
            arrived.add(piece);
            drain();
        }

        @Override
        protected void hookOnComplete() {
            deadline.run();
            complete = true;
            drain();
        }

        @Override
        protected void hookOnError(Throwable error) {
            deadline.run();
            failure = error;
            drain();
        }

        @Override
        protected void hookOnCancel() {
            deadline.run();
        }
    }

    private final class Feed implements Subscription {

        private final CoreSubscriber<? super ByteBuf> downstream;
        private final AtomicLong demand = new AtomicLong();
        private volatile boolean cancelled;
        private volatile boolean over;
        private int position;

        private Feed(CoreSubscriber<? super ByteBuf> downstream) {
            this.downstream = downstream;
        }

        @Override
        public void request(long more) {
            demand.accumulateAndGet(more, Operators::addCap);
            drain();
        }

        @Override
        public void cancel() {
            cancelled = true;
            drain();
        }
    }
}
