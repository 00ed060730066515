package dev.understudy.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;

/** Issues tokens, whose key a gateway has in a file. */
public final class TestIssuer {

    private static final String NAME = "https://idp.example.com";

    private final KeyPair keys;
    private final Path file;

    /** @param folder in which the public key is written */
    public TestIssuer(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPublic().getEncoded());
        file = Files.writeString(
                folder.resolve("issuer.pem"), "-----BEGIN PUBLIC KEY-----\n" + lines + "\n-----END PUBLIC KEY-----\n");
    }

    /** Has a gateway take its tokens. */
    public String[] settings() {
        return new String[] {
            "understudy.security.issuers[0].issuer=" + NAME,
            "understudy.security.issuers[0].public-key-location=file:" + file
        };
    }

    /** A good one. */
    public String token() {
        return token(Duration.ofMinutes(10));
    }

    /** @param left until it expires; may be negative */
    public String token(Duration left) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader(JWSAlgorithm.RS256),
                    new JWTClaimsSet.Builder()
                            .issuer(NAME)
                            .subject("caller")
                            .expirationTime(Date.from(Instant.now().plus(left)))
                            .build());
            token.sign(new RSASSASigner(keys.getPrivate()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
