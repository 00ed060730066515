package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** By what the certificate of a gateway is judged. */
final class TrustOptions {

    /** Either of them. */
    static final class Choice {

        @Option(
                names = "--ca",
                paramLabel = "<file>",
                description = "Certificates in PEM that are trusted, in place of those of the Java platform.")
        private @Nullable Path ca;

        @Option(
                names = {"-k", "--insecure"},
                description = "Any certificate is trusted, for any host. For a gateway on this machine.")
        private boolean insecure;
    }

    /** Takes whatever certificate there is; being an extended one, it also does away with the check of the host. */
    private static final class Anything extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @ArgGroup
    private @Nullable Choice choice;

    /** @throws CommandFailed if the file has no certificates */
    SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private TrustManager @Nullable [] managers() throws GeneralSecurityException {
        if (choice == null || (choice.ca == null && !choice.insecure)) {
            return null;
        }
        return choice.ca == null ? new TrustManager[] {new Anything()} : trusting(choice.ca);
    }

    private static TrustManager[] trusting(Path file) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(certificates(file));
        return factory.getTrustManagers();
    }

    private static KeyStore certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw unfit(file, null);
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw unfit(file, e);
        }
    }

    private static CommandFailed unfit(Path file, @Nullable Exception cause) {
        String message = OneLine.of(file.toString()) + " cannot be read (expected: a file with certificates in PEM)";
        return cause == null ? new CommandFailed(message) : new CommandFailed(message, cause);
    }
}
