package dev.understudy.routing;

import dev.understudy.failover.Attempt;
import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Reads from an error, and from how far the request had come, what became of an attempt. */
final class Outcomes {

    private static final int CAUSES_READ = 10;

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
        if (error instanceof Transmission.DeadlinePassed) {
            return NotSent.Reason.DEADLINE;
        }
        if (error instanceof RejectedExecutionException) {
            return NotSent.Reason.FULL;
        }
        if (error instanceof TimeoutException || error instanceof io.netty.channel.ConnectTimeoutException) {
            return NotSent.Reason.CONNECT_TIMEOUT;
        }
        if (error instanceof UnknownHostException) {
            return NotSent.Reason.UNKNOWN_HOST;
        }
        if (isCausedBy(CertificateException.class, error)) {
            return NotSent.Reason.CERTIFICATE;
        }
        if (isCausedBy(SSLException.class, error)) {
            return NotSent.Reason.TLS;
        }
        if (isOurs(error)) {
            return NotSent.Reason.OVERLOADED;
        }
        return error instanceof ConnectException ? NotSent.Reason.REFUSED : NotSent.Reason.UNREACHABLE;
    }

    private static NoAnswer.Reason answering(Throwable error, Transmission transmission) {
        if (error instanceof Transmission.DeadlinePassed) {
            return NoAnswer.Reason.DEADLINE;
        }
        if (error instanceof TimeoutException) {
            return NoAnswer.Reason.TIMEOUT;
        }
        if (!(error instanceof IOException)) {
            return NoAnswer.Reason.GARBAGE;
        }
        return transmission.usedBefore() ? NoAnswer.Reason.STALE : NoAnswer.Reason.CLOSED;
    }

    // No port of our own left (EADDRNOTAVAIL), or no file descriptor (EMFILE, ENFILE): the system says it only in
    // words.
    private static boolean isOurs(Throwable error) {
        String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
        return error instanceof BindException
                || message.contains("cannot assign requested address")
                || message.contains("too many open files");
    }

    private static boolean isCausedBy(Class<? extends Throwable> kind, Throwable error) {
        @Nullable Throwable cause = error;
        for (int i = 0; i < CAUSES_READ && cause != null; i++, cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
