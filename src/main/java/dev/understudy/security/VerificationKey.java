package dev.understudy.security;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import java.util.Set;

/**
 * A public key of an issuer.
 *
 * @param id empty: the key is tried whatever key a token names
 * @param algorithm the only one it may be used with; empty: all of its kind
 */
record VerificationKey(Optional<String> id, Optional<Algorithm> algorithm, JWSVerifier verifier) {

    /** RFC 7518 §3.3. */
    private static final int LEAST_RSA_BITS = 2048;

    /** @throws IllegalArgumentException if it is not a key for one of the algorithms that are taken */
    static VerificationKey of(PublicKey key) {
        return new VerificationKey(Optional.empty(), Optional.empty(), verifier(key));
    }

    /** @throws IllegalArgumentException if it is not a key for signatures by one of the algorithms that are taken */
    static VerificationKey of(JWK jwk) {
        if (jwk.getKeyUse() != null && !jwk.getKeyUse().equals(KeyUse.SIGNATURE)) {
            throw new IllegalArgumentException("use (expected: none or sig)");
        }
        Set<KeyOperation> operations = jwk.getKeyOperations();
        if (operations != null && !operations.contains(KeyOperation.VERIFY)) {
            throw new IllegalArgumentException("key_ops (expected: none or with verify)");
        }
        return new VerificationKey(
                Optional.ofNullable(jwk.getKeyID()), Optional.ofNullable(jwk.getAlgorithm()), verifier(publicKey(jwk)));
    }

    boolean verifies(UnverifiedToken token) {
        try {
            return fits(token) && verifier.verify(token.headerForSignature(), token.signed(), token.signature());
        } catch (JOSEException e) {
            return false;
        }
    }

    private boolean fits(UnverifiedToken token) {
        return (id.isEmpty() || token.keyId().isEmpty() || id.equals(token.keyId()))
                && (algorithm.isEmpty() || algorithm.get().equals(token.algorithm()))
                && verifier.supportedJWSAlgorithms().contains(token.algorithm());
    }

    private static PublicKey publicKey(JWK jwk) {
        try {
            return switch (jwk.getKeyType().getValue()) {
                case "RSA" -> jwk.toRSAKey().toRSAPublicKey();
                case "EC" -> jwk.toECKey().toECPublicKey();
                default -> throw new IllegalArgumentException("kty (expected: RSA or EC)");
            };
        } catch (JOSEException e) {
            throw new IllegalArgumentException("key (expected: an RSA or EC public key)", e);
        }
    }

    private static JWSVerifier verifier(PublicKey key) {
        if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() >= LEAST_RSA_BITS) {
            return new RSASSAVerifier(rsa);
        }
        if (key instanceof ECPublicKey ec) {
            return verifier(ec);
        }
        throw new IllegalArgumentException("key (expected: RSA of at least " + LEAST_RSA_BITS + " bits, or EC)");
    }

    private static JWSVerifier verifier(ECPublicKey key) {
        try {
            return new ECDSAVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException("key (expected: a point of P-256, P-384 or P-521)", e);
        }
    }
}
