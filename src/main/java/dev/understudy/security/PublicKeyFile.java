package dev.understudy.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.core.io.Resource;

/** Reads the public key of an issuer from a text in PEM (RFC 7468 §5 and §13). */
final class PublicKeyFile {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN (PUBLIC KEY|CERTIFICATE)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private PublicKeyFile() {}

    /** @throws IllegalArgumentException if there is no such key; the message says why, and has nothing of the file in it */
    static PublicKey read(Resource file) {
        try {
            Matcher pem = PEM.matcher(file.getContentAsString(StandardCharsets.UTF_8));
            if (!pem.find()) {
                throw new IllegalArgumentException("no public key and no certificate in it (expected: one, as PEM)");
            }
            byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
            return pem.group(1).equals("CERTIFICATE") ? fromCertificate(der) : fromKey(der);
        } catch (IOException e) {
            throw new IllegalArgumentException("it cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "broken (expected: an RSA or EC public key, or an X.509 certificate)", e);
        }
    }

    private static PublicKey fromCertificate(byte[] der) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der))
                .getPublicKey();
    }

    private static PublicKey fromKey(byte[] der) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
        try {
            return KeyFactory.getInstance("RSA").generatePublic(spec);
        } catch (InvalidKeySpecException e) {
            return KeyFactory.getInstance("EC").generatePublic(spec);
        }
    }
}
