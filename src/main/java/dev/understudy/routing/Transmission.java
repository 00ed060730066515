package dev.understudy.routing;

import dev.understudy.endpoint.FailoverPolicy;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
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

    private final FailoverPolicy policy;
    private final Sinks.One<Answer> expiry = Sinks.one();
    private final Disposable connectLimit;
    private volatile @Nullable ScheduledFuture<?> responseLimit;
    private volatile Stage stage = Stage.CONNECTING;
    private volatile boolean usedBefore;

    Transmission(FailoverPolicy policy) {
        this.policy = policy;
        this.connectLimit = Schedulers.parallel()
                .schedule(this::expire, policy.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Fails when a limit has passed; never completes otherwise. */
    Mono<Answer> expiry() {
        return expiry.asMono();
    }

    Stage stage() {
        return stage;
    }

    /** Whether the connection had served another request before this one. */
    boolean usedBefore() {
        return usedBefore;
    }

    void connected(Channel channel) {
        connectLimit.dispose();
        usedBefore = TransmissionHandler.begin(channel, this);
        stage = Stage.CONNECTED;
    }

    void writing() {
        stage = Stage.WRITING;
    }

    void headWritten(boolean left) {
        stage = left ? Stage.SENT : Stage.CONNECTED;
    }

    /** The request left whole; from now on the endpoint has the response timeout. */
    void whole(Channel channel) {
        Duration limit = policy.responseTimeout();
        responseLimit = channel.eventLoop().schedule(this::expire, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The attempt is over, one way or the other. */
    void end() {
        connectLimit.dispose();
        ScheduledFuture<?> limit = responseLimit;
        if (limit != null) {
            limit.cancel(false);
        }
    }

    /** A limit has passed. */
    void expire() {
        expiry.tryEmitError(new TimeoutException());
    }
}
