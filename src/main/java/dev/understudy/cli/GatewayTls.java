package dev.understudy.cli;

import dev.understudy.tls.TrustedCertificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What the certificate of a gateway is judged by. */
final class GatewayTls {

    private static final int LARGEST_FILE = 1 << 20;

    private GatewayTls() {}

    /** Only those in a file, and those that they signed. */
    static SSLContext trusting(Path pem) {
        return context(TrustedCertificates.of(certificates(pem)));
    }

    /** Any: what is sent is encrypted, but nobody knows for whom. */
    static SSLContext trustingAnybody() {
        return context(new Anybody());
    }

    /** Those that the Java platform trusts. */
    static SSLContext trustingThoseOfJava() {
        return context(null);
    }

    private static SSLContext context(@Nullable TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust == null ? null : new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private static List<X509Certificate> certificates(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            byte[] content = in.readNBytes(LARGEST_FILE);
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(content));
            List<X509Certificate> certificates = read.stream()
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (CertificateException e) {
            // As if there were none: its message tells of bytes.
        } catch (IOException e) {
            throw new CommandFailed("--ca " + pem + " cannot be read: " + Trouble.of(e), e);
        }
        throw new CommandFailed(
                "--ca " + pem + ": no certificate in it (expected: one or more X.509 certificates in PEM)");
    }

    /** The extended kind, since of the other kind the names of hosts would be compared all the same. */
    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw noServer();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw noServer();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }

        private static CertificateException noServer() {
            return new CertificateException("a client, and this is one, too");
        }
    }
}
