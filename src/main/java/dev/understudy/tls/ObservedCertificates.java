package dev.understudy.tls;

import dev.understudy.endpoint.Trust;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Judges servers as another one does, and keeps what it saw. For one handshake. The engine must ask for the name of the host
 * to be compared.
 */
public final class ObservedCertificates extends X509ExtendedTrustManager {

    /**
     * What a server showed.
     *
     * @param certificate the server's own
     * @param issued whether others came with it, such as that of who issued it
     * @param trusted whether it is accepted, but for its name
     * @param refusal why it is not accepted; empty: it is
     */
    public record Seen(
            X509Certificate certificate, boolean issued, boolean trusted, Optional<CertificateException> refusal) {

        /** Whether its name is that of the host; empty: that is not looked at, as it is not trusted. */
        public Optional<Boolean> forName() {
            return trusted ? Optional.of(refusal.isEmpty()) : Optional.empty();
        }
    }

    private final X509ExtendedTrustManager judge;
    private volatile @Nullable Seen seen;

    /** @param judge whose judgement it is */
    public ObservedCertificates(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /** As the certificates of endpoints are judged: by these, or by what the Java platform trusts. Not for event loops. */
    public static X509ExtendedTrustManager judge(Optional<Trust> trust) {
        return trust.<X509ExtendedTrustManager>map(TrustedCertificates::of).orElseGet(ObservedCertificates::ofPlatform);
    }

    /** Empty as long as the server has shown none. */
    public Optional<Seen> seen() {
        return Optional.ofNullable(seen);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        try {
            judge.checkServerTrusted(chain, type, engine);
            seen = new Seen(chain[0], chain.length > 1, true, Optional.empty());
        } catch (CertificateException refusal) {
            boolean trusted = isTrustedButForItsName(chain, type, engine);
            seen = new Seen(chain[0], chain.length > 1, trusted, Optional.of(refusal));
            throw refusal;
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge.checkServerTrusted(chain, type);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        judge.checkClientTrusted(chain, type, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        judge.checkClientTrusted(chain, type, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        judge.checkClientTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }

    // Nothing follows from it: the handshake has failed by then.
    private boolean isTrustedButForItsName(X509Certificate[] chain, String type, SSLEngine engine) {
        String algorithm = engine.getSSLParameters().getEndpointIdentificationAlgorithm();
        identify(engine, "");
        try {
            judge.checkServerTrusted(chain, type, engine);
            return true;
        } catch (CertificateException e) {
            return false;
        } finally {
            identify(engine, algorithm);
        }
    }

    private static void identify(SSLEngine engine, @Nullable String algorithm) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        engine.setSSLParameters(parameters);
    }

    private static X509ExtendedTrustManager ofPlatform() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java trusts some", e);
        }
    }
}
