package dev.understudy.listener;

import dev.understudy.tls.OfServers;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * Takes a server for this very process and no other: it shows a certificate whose private key is here. Neither a name nor an
 * issuer nor a date would say more, and nobody else can finish the handshake.
 */
public final class OwnCertificates extends OfServers {

    private final List<X509Certificate> own;

    OwnCertificates(List<X509Certificate> own) {
        this.own = List.copyOf(own);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        if (chain.length == 0 || !own.contains(chain[0])) {
            throw new CertificateException("not the certificate of this gateway");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
