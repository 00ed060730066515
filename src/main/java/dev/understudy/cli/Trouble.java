package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** What exceptions of files and connections mean, for people. */
final class Trouble {

    private Trouble() {}

    /** With a file. On one line. */
    static String of(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "it is not there";
        }
        if (failure instanceof AccessDeniedException) {
            return "it may not be read by who you are here";
        }
        String reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return OneLine.of(reason == null ? failure.getClass().getSimpleName() : reason);
    }

    /** With a connection to an admin listener. */
    static CommandFailed at(AdminUrl url, Throwable failure) {
        if (failure instanceof HttpConnectTimeoutException) {
            return new CommandFailed("Nobody answers at " + url + ": no connection in time. Is --url right?", failure);
        }
        if (has(failure, UnresolvedAddressException.class) || has(failure, UnknownHostException.class)) {
            return new CommandFailed(
                    "The host of " + url + " is not known (expected: a name that can be looked up). Is --url right?",
                    failure);
        }
        if (failure instanceof ConnectException) {
            return new CommandFailed(
                    "Nobody answers at " + url
                            + ": the connection was refused. Does the gateway run, and is --url right?",
                    failure);
        }
        Optional<CertificateException> certificate = find(failure, CertificateException.class);
        if (certificate.isPresent()) {
            return new CommandFailed(
                    "The certificate of " + url + " is not trusted: " + message(certificate.get())
                            + ". Give --ca with the file of a certificate that it is or was signed by; or, for the one"
                            + " that a gateway makes itself, --insecure.",
                    failure);
        }
        if (has(failure, SSLException.class)) {
            return new CommandFailed(
                    "No TLS with " + url + ": " + message(failure) + ". Is this an admin listener, and https right?",
                    failure);
        }
        return new CommandFailed(
                url + " gave no whole answer: " + message(failure) + ". Is this an admin listener, and "
                        + (url.plain() ? "http" : "https") + " right?",
                failure);
    }

    private static String message(Throwable failure) {
        String text = OneLine.of(String.valueOf(failure.getMessage())).strip();
        return text.replaceFirst("[.?]+$", "");
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return find(failure, type).isPresent();
    }

    // The innermost says most.
    private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        return Stream.<Throwable>iterate(failure, each -> each != null, Throwable::getCause)
                .limit(20)
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((before, last) -> last);
    }
}
