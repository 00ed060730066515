package dev.understudy.routing;

import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Reads from an error, and from how far the request had come, what became of an attempt. */
final class Outcomes {

    private Outcomes() {}

    static AttemptFailed failure(Throwable error, Transmission transmission) {
        Transmission.Stage stage = transmission.stage();
        if (stage == Transmission.Stage.CONNECTING) {
            return new AttemptFailed(new NotSent(connecting(error)), error);
        }
        if (stage == Transmission.Stage.CONNECTED) {
            Attempt attempt = new NotSent(NotSent.Reason.UNREACHABLE);
            return new AttemptFailed(attempt, transmission.usedBefore() ? new ClosedBeforeUse(error) : error);
        }
        return new AttemptFailed(new NoAnswer(answering(error, transmission)), error);
    }

    private static NotSent.Reason connecting(Throwable error) {
        if (error instanceof TimeoutException || error instanceof io.netty.channel.ConnectTimeoutException) {
            return NotSent.Reason.CONNECT_TIMEOUT;
        }
        if (error instanceof UnknownHostException) {
            return NotSent.Reason.UNKNOWN_HOST;
        }
        if (error instanceof SSLException || error.getCause() instanceof SSLException) {
            return NotSent.Reason.TLS;
        }
        return error instanceof ConnectException ? NotSent.Reason.REFUSED : NotSent.Reason.UNREACHABLE;
    }

    private static NoAnswer.Reason answering(Throwable error, Transmission transmission) {
        if (error instanceof TimeoutException) {
            return NoAnswer.Reason.TIMEOUT;
        }
        if (!(error instanceof IOException)) {
            return NoAnswer.Reason.GARBAGE;
        }
        return transmission.usedBefore() ? NoAnswer.Reason.STALE : NoAnswer.Reason.CLOSED;
    }
}
