package dev.understudy.security;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;

/** Writes tokens, good ones and others: header and claims are whatever text a test likes. */
final class Tokens {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
    static final long NOW = CLOCK.instant().getEpochSecond();
    static final String ISSUER = "https://idp.example.com";

    static final RSAKey RSA_A = rsa("a");
    static final RSAKey RSA_B = rsa("b");
    static final ECKey EC = ec("ec");

    private Tokens() {}

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String jwkSet(JWK... keys) {
        return new JWKSet(List.of(keys)).toString(true);
    }

    /** @param issuers by name; may change */
    static TokenDecoder decoder(Map<String, Issuer> issuers, Clock clock, VerifiedTokens verified) {
        Claims claims = new Claims(clock, new CallerNames("sub", false));
        return new TokenDecoder(name -> Optional.ofNullable(issuers.get(name)), claims, verified);
    }

    /** A token that is good in every way. */
    static String good() {
        return signed(RSA_A, "{'alg':'RS256','kid':'a'}", claims(""));
    }

    /** The claims of a good token, and more; single quotes stand for double ones. */
    static String claims(String more) {
        return "{'iss':'" + ISSUER + "','sub':'anna','exp':" + (NOW + 60) + more + "}";
    }

    /** A token of the issuer that is configured, signed by the algorithm that its header names. */
    static String signed(JWK key, String header, String claims) {
        String algorithm = header.replaceAll(".*'alg':'(\\w+)'.*", "$1");
        return signed(key, JWSAlgorithm.parse(algorithm), json(header), json(claims));
    }

    static String signed(JWK key, JWSAlgorithm algorithm, byte[] header, byte[] claims) {
        String text = Base64URL.encode(header) + "." + Base64URL.encode(claims);
        try {
            return text + "." + signer(key).sign(new JWSHeader(algorithm), text.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** As requests have theirs decoded; null: it gave none. */
    static @Nullable Jwt decode(TokenDecoder decoder, String token) {
        VerifiedToken known = decoder.known(token);
        return known != null ? known.sent(token) : decoder.decode(token).block();
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return key instanceof ECKey ec
                ? new ECDSASigner(ec)
                : new RSASSASigner(key.toRSAKey().toPrivateKey(), true);
    }
}
