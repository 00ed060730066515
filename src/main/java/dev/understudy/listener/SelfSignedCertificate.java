package dev.understudy.listener;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.wildfly.security.x500.GeneralName;
import org.wildfly.security.x500.cert.SubjectAlternativeNamesExtension;
import org.wildfly.security.x500.cert.X509CertificateBuilder;

/** A certificate for {@code localhost}, made anew at each start: encrypts, proves nothing. */
final class SelfSignedCertificate {

    static final String ALIAS = "understudy";

    private static final Duration VALIDITY = Duration.ofDays(365);

    private SelfSignedCertificate() {}

    /** A key store in memory, without password, that holds the certificate and its key. */
    static KeyStore keyStore() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair keys = generator.generateKeyPair();
            KeyStore store = empty();
            store.setKeyEntry(ALIAS, keys.getPrivate(), new char[0], new X509Certificate[] {certificate(keys)});
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("No certificate could be made; set server.ssl", e);
        }
    }

    /** Trusts nobody: without one, the JDK would read all the authorities that it knows. */
    static KeyStore trustStore() {
        try {
            return empty();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("No trust store could be made; set server.ssl", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static X509Certificate certificate(KeyPair keys) throws CertificateException {
        ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
        X500Principal name = new X500Principal("CN=localhost");
        return new X509CertificateBuilder()
                .setSerialNumber(new BigInteger(120, new SecureRandom()).setBit(0))
                .setIssuerDn(name)
                .setSubjectDn(name)
                .setNotValidBefore(now.minusHours(1))
                .setNotValidAfter(now.plus(VALIDITY))
                .addExtension(new SubjectAlternativeNamesExtension(
                        false,
                        List.of(
                                new GeneralName.DNSName("localhost"),
                                new GeneralName.IPAddress("127.0.0.1"),
                                new GeneralName.IPAddress("::1"))))
                .setPublicKey(keys.getPublic())
                .setSigningKey(keys.getPrivate())
                .setSignatureAlgorithmName("SHA256withECDSA")
                .build();
    }
}
