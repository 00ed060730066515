package dev.understudy.connection;

import dev.understudy.failover.Attempt.NoAnswer;
import dev.understudy.failover.Attempt.NotSent;
import io.netty.channel.ConnectTimeoutException;
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

/** Reads from an error what was wrong with an endpoint, in the words of attempts. */
public final class Failures {

    private static final int CAUSES_READ = 10;

    private Failures() {}

    /** Of an error before there was a connection. A {@link TimeoutException} is one of the time for connecting. */
    public static NotSent.Reason connecting(Throwable error) {
        if (error instanceof RejectedExecutionException) {
            return NotSent.Reason.FULL;
        }
        if (error instanceof TimeoutException || error instanceof ConnectTimeoutException) {
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

    /** Of an error after that, on a connection that nobody had used before. */
    public static NoAnswer.Reason answering(Throwable error) {
        if (error instanceof TimeoutException) {
            return NoAnswer.Reason.TIMEOUT;
        }
        return error instanceof IOException ? NoAnswer.Reason.CLOSED : NoAnswer.Reason.GARBAGE;
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
