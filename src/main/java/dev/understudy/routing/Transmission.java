package dev.understudy.routing;

import dev.understudy.endpoint.FailoverPolicy;
import dev.understudy.failover.Deadline;
import dev.understudy.journal.Phase;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * How far one request to one endpoint has come, and how long it may stay there. What left the gateway decides whether the
 * request may be sent again.
 */
final class Transmission {

    /** Where it stands. */
    enum Stage {
        CONNECTING,
        /** A connection stands; nothing was written, or what was written did not leave. */
        CONNECTED,
        /** The head was handed to the connection, and may have left. */
        WRITING,
        /** Some of it left, for certain. */
        SENT
    }

    /** The deadline of all attempts passed before the limit that this attempt has for itself. */
    static final class DeadlinePassed extends TimeoutException {}

    // While the deadline stands still, there is no telling when to look again.
    private static final long LEAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final FailoverPolicy policy;
    private final Deadline deadline;
    private final Progress progress;
    private final Consumer<Throwable> failing;
    private volatile @Nullable HandshakeAnswer handshakeAnswer;
    private volatile @Nullable Disposable connectLimit;
    private volatile @Nullable ScheduledFuture<?> deadlineLook;
    private volatile Stage stage = Stage.CONNECTING;
    private volatile boolean usedBefore;
    private volatile @Nullable SocketAddress address;
    private volatile boolean over;

    /**
     * @param progress is told how far the attempt comes
     * @param failing hears when a limit has passed, or the request could not be sent to its end. From any thread, and
     *     possibly when an answer has begun
     */
    Transmission(FailoverPolicy policy, Deadline deadline, Progress progress, Consumer<Throwable> failing) {
        this.failing = failing;
        this.progress = progress;
        this.policy = policy;
        this.deadline = deadline;
    }

    /** A connection was asked for. One that was in the pool is there already, and needs no limit. */
    void awaitsConnection() {
        if (isConnecting()) {
            long left = deadline.left().toNanos();
            long own = policy.connectTimeout().toNanos();
            connectLimit =
                    Schedulers.parallel().schedule(() -> expire(left < own), Math.min(left, own), TimeUnit.NANOSECONDS);
            if (!isConnecting()) {
                endConnectLimit();
            }
        }
    }

    private boolean isConnecting() {
        return stage == Stage.CONNECTING && !over;
    }

    private void endConnectLimit() {
        Disposable limit = connectLimit;
        if (limit != null) {
            limit.dispose();
        }
    }

    Stage stage() {
        return stage;
    }

    /** Whether the connection had served another request before this one. */
    boolean usedBefore() {
        return usedBefore;
    }

    /** Where it went; null as long as there is no connection. */
    @Nullable
    SocketAddress address() {
        return address;
    }

    /** What keeps the answer to a handshake; null: there was none. */
    @Nullable
    HandshakeAnswer handshakeAnswer() {
        return handshakeAnswer;
    }

    /** A handshake goes out. */
    void shakesHands(HandshakeAnswer answer) {
        handshakeAnswer = answer;
    }

    void connected(Channel channel) {
        usedBefore = TransmissionHandler.begin(channel, this);
        address = channel.remoteAddress();
        stage = Stage.CONNECTED;
        endConnectLimit();
        progress.reached(Phase.CONNECTED);
    }

    void writing() {
        stage = Stage.WRITING;
        progress.reached(Phase.HEAD_SENT);
    }

    void headWritten(boolean left) {
        stage = left ? Stage.SENT : Stage.CONNECTED;
        if (!left) {
            progress.reached(Phase.CONNECTED);
        }
    }

    /** From now on until the request is whole, only the deadline limits it. */
    void sendingBody(Channel channel) {
        lookAtDeadline(channel);
    }

    /** The request left whole; from now on the endpoint has the response timeout. @param alarm of the connection */
    void whole(Alarm alarm) {
        cancel(deadlineLook);
        progress.reachedAtLeast(Phase.BODY_SENT);
        long left = deadline.left().toNanos();
        long own = policy.responseTimeout().toNanos();
        alarm.set(Math.min(left, own), () -> {
            if (!over) {
                expire(left < own);
            }
        });
    }

    /** The attempt is over, one way or the other. */
    void end() {
        over = true;
        endConnectLimit();
        cancel(deadlineLook);
    }

    /** The endpoint takes no more of the request. */
    void stalled() {
        expire(false);
    }

    private void lookAtDeadline(Channel channel) {
        Duration left = deadline.left();
        if (left.isZero()) {
            expire(true);
        } else if (!over) {
            long next = deadline.stands() ? Math.max(left.toNanos(), LEAST_LOOK_NANOS) : left.toNanos();
            deadlineLook = channel.eventLoop().schedule(() -> lookAtDeadline(channel), next, TimeUnit.NANOSECONDS);
        }
    }

    private void expire(boolean byDeadline) {
        fail(byDeadline ? new DeadlinePassed() : new TimeoutException());
    }

    /** No answer is waited for any more. Without effect on one that has begun. */
    void fail(Throwable error) {
        failing.accept(error);
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}
