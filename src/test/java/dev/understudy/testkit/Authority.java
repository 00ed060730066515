package dev.understudy.testkit;

import dev.understudy.endpoint.Trust;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Issues the certificates that endpoints show. */
public final class Authority {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private final X500Name name;
    private final KeyPair keys = keys();
    private final X509Certificate own;

    public Authority(String name) {
        this.name = new X500Name("CN=" + name);
        this.own = signed(
                this.name,
                keys.getPublic(),
                inAnHour(),
                new Entry(Extension.basicConstraints, new BasicConstraints(true)));
    }

    /** The keys of a server of this name. */
    public KeyManager[] issue(String server) {
        return issue(server, inAnHour());
    }

    /** A certificate and its key, as they stand in files. */
    public record Pem(String certificate, String key) {}

    /** What a server of this name is configured with. */
    public Pem issuePem(String server) {
        KeyPair serverKeys = keys();
        return new Pem(
                pem(certificate(server, serverKeys, inAnHour())),
                pem("PRIVATE KEY", serverKeys.getPrivate().getEncoded()));
    }

    /** The certificate of this authority. */
    public String pem() {
        return pem(own);
    }

    private X509Certificate certificate(String server, KeyPair serverKeys, Instant end) {
        return signed(
                new X500Name("CN=" + server),
                serverKeys.getPublic(),
                end,
                new Entry(
                        Extension.subjectAlternativeName,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, server))));
    }

    /** The same, good until then. */
    public KeyManager[] issue(String server, Instant end) {
        try {
            KeyPair serverKeys = keys();
            X509Certificate certificate = certificate(server, serverKeys, end);
            KeyStore store = emptyStore();
            store.setKeyEntry("key", serverKeys.getPrivate(), PASSWORD, new X509Certificate[] {certificate, own});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD);
            return managers.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a server shows keys with. */
    public static SSLContext context(KeyManager... keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What trusts those whom this authority issued certificates, and no others. */
    public Trust trust() {
        return new Trust(List.of(pem(own)));
    }

    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] content) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }

    /** Clients that are made meanwhile trust this authority, and no other. */
    public <T> T trusted(Path folder, Callable<T> making) throws Exception {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", own);
        Path file = folder.resolve("trusted.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        System.setProperty("javax.net.ssl.trustStore", file.toString());
        System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
        try {
            return making.call();
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    private record Entry(ASN1ObjectIdentifier id, ASN1Encodable value) {}

    private X509Certificate signed(X500Name subject, PublicKey key, Instant end, Entry extension) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(System.nanoTime()),
                    Date.from(end.minus(Duration.ofDays(1))),
                    Date.from(end),
                    subject,
                    key);
            builder.addExtension(extension.id(), true, extension.value());
            PrivateKey signer = keys.getPrivate();
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Instant inAnHour() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    private static KeyPair keys() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
