package dev.understudy.endpoint;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * The certificates that an endpoint's own must chain up to, in place of those that the Java platform trusts.
 *
 * @param certificates each in PEM (RFC 7468), without explanatory text; at least one
 */
public record Trust(List<String> certificates) {

    /** @throws IllegalArgumentException if there is none, or one that is no certificate */
    public Trust {
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("certificates: none (expected: at least one)");
        }
        certificates = List.copyOf(certificates);
        certificates.forEach(Trust::x509);
    }

    /** The same, read. */
    public List<X509Certificate> x509() {
        return certificates.stream().map(Trust::x509).toList();
    }

    private static X509Certificate x509(String pem) {
        try {
            Collection<? extends Certificate> read = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
            if (read.size() == 1 && read.iterator().next() instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (CertificateException e) {
            // Its message tells of bytes.
        }
        throw new IllegalArgumentException("certificates: one that is none (expected: one X.509 certificate in PEM)");
    }

    /** Without the certificates: this ends in logs. */
    @Override
    public String toString() {
        return "Trust[" + certificates.size() + "]";
    }
}
