package dev.understudy.routing;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Between one who waits for something and those that are asked for it, one after the other: knows whom to cancel, and that
 * there is one end. The operators that each request passes are made of these, where one can do what a row of Reactor's
 * would (docs/decisions/0023). Asks for all there is, at once.
 *
 * @param <T> what those give that are asked
 */
abstract class Relay<T> implements CoreSubscriber<T>, Subscription {

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Relay, @Nullable Subscription> ASKED =
            AtomicReferenceFieldUpdater.newUpdater(Relay.class, Subscription.class, "asked");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Relay> ENDED =
            AtomicIntegerFieldUpdater.newUpdater(Relay.class, "ended");

    private final Context context;
    private volatile @Nullable Subscription asked;
    private volatile int ended;

    /** @param context for those that are asked */
    Relay(Context context) {
        this.context = context;
    }

    /** Whoever waits has left. Called once at most, and not after {@link #end}. */
    abstract void left();

    /** Ends it. @return whether this is the end: there is one only */
    final boolean end() {
        return ENDED.compareAndSet(this, 0, 1);
    }

    /** Lets go of whoever is asked, who is not wanted any more. */
    final void letGo() {
        Operators.terminate(ASKED, this);
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        if (Operators.replace(ASKED, this, subscription)) {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public final Context currentContext() {
        return context;
    }

    @Override
    public void request(long more) {}

    @Override
    public final void cancel() {
        if (end()) {
            letGo();
            left();
        }
    }
}
