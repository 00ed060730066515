package dev.understudy.testkit;

import dev.understudy.endpoint.Trust;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A server's certificate that nobody else signed.
 *
 * @param keys of the server
 * @param trust in this certificate alone
 */
public record SelfSigned(KeyManager[] keys, Trust trust) {

    public static final String PASSWORD = "changeit";

    private static final String ALIAS = "it";

    public static SelfSigned of(String server) {
        return of(server, Instant.now().plus(Duration.ofHours(1)));
    }

    /** The same, good until then. */
    public static SelfSigned of(String server, Instant end) {
        try {
            KeyStore store = store(server, end);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
            return new SelfSigned(managers.getKeyManagers(), new Trust(List.of(Authority.pem(certificate))));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes one to a file in PKCS12, with {@link #PASSWORD}. */
    public static void write(String server, Path file) throws Exception {
        try (OutputStream out = Files.newOutputStream(file)) {
            store(server, Instant.now().plus(Duration.ofHours(1))).store(out, PASSWORD.toCharArray());
        }
    }

    private static KeyStore store(String server, Instant end) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        X500Name name = new X500Name("CN=" + server);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(System.nanoTime()),
                Date.from(end.minus(Duration.ofDays(1))),
                Date.from(end),
                name,
                keys.getPublic());
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, server)));
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(ALIAS, keys.getPrivate(), PASSWORD.toCharArray(), new X509Certificate[] {certificate});
        return store;
    }
}
