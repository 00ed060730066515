package dev.understudy.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/** Issues tokens to try the gateway with, in the form that Choreo Connect's test keys have. */
final class TestTokens {

    static final String ISSUER = "https://localhost:9095/testkey";
    static final String AUDIENCE = "http://org.wso2.apimgt/gateway";

    private static final Duration LIFETIME = Duration.ofHours(1);

    private final JWSHeader header;
    private final JWSSigner signer;
    private final Clock clock;

    TestTokens(SigningKey key, Clock clock) {
        this.header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(JOSEObjectType.JWT)
                .keyID(key.pair().getKeyID())
                .build();
        this.signer = signer(key);
        this.clock = clock;
    }

    /** A JWT in its compact form, good for an hour. */
    String issue(String subject, TestKeyRequest request) {
        Instant now = clock.instant();
        SignedJWT token = new SignedJWT(
                header,
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(subject)
                        .claim("scope", request.scope())
                        .claim("keytype", request.keyType().name())
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .notBeforeTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LIFETIME)))
                        .build());
        try {
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("RS256 is signed by every RSA key", e);
        }
    }

    private static JWSSigner signer(SigningKey key) {
        try {
            return new RSASSASigner(key.pair());
        } catch (JOSEException e) {
            throw new IllegalStateException("a key that was made here is whole", e);
        }
    }
}
