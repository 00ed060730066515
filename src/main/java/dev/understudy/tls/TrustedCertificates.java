package dev.understudy.tls;

import dev.understudy.endpoint.Trust;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Judges servers by the certificates of a {@link Trust} and by no others. The name of the host is compared where the engine
 * asks for that.
 */
public final class TrustedCertificates extends OfServers {

    private final X509ExtendedTrustManager anchors;

    private TrustedCertificates(X509ExtendedTrustManager anchors) {
        this.anchors = anchors;
    }

    /** Takes a few milliseconds: it is not for event loops. */
    public static TrustedCertificates of(Trust trust) {
        return of(trust.x509());
    }

    /** The same, for certificates that are read already. */
    public static TrustedCertificates of(List<X509Certificate> certificates) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry("certificate-" + store.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .map(TrustedCertificates::new)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java can hold certificates", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        // One that is itself among those that are trusted would be taken whatever its dates.
        chain[0].checkValidity();
        anchors.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        chain[0].checkValidity();
        anchors.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw new CertificateException("no name to compare that of the certificate with");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return anchors.getAcceptedIssuers();
    }
}
