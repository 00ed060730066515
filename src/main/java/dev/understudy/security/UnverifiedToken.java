package dev.understudy.security;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JWT as it was sent, in the compact form of a JWS (RFC 7515 §7.1). Its form has been checked, nothing else: whoever
 * likes can have written it.
 *
 * @param algorithm one of those that are taken
 * @param keyId which key is said to have signed it; empty: none is named
 * @param header the members that are not null
 * @param claims those that are not null
 * @param signed what the signature is over
 */
record UnverifiedToken(
        String text,
        JWSAlgorithm algorithm,
        Optional<String> keyId,
        Map<String, Object> header,
        Map<String, Object> claims,
        byte[] signed,
        Base64URL signature) {

    /** Asymmetric ones only: with an HMAC the public key of the issuer would sign tokens. */
    private static final Map<String, JWSAlgorithm> ALGORITHMS = Stream.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512)
            .collect(Collectors.toUnmodifiableMap(JWSAlgorithm::getName, algorithm -> algorithm));

    /** {@code JWT} of RFC 7519 §5.1 and {@code at+jwt} of RFC 9068 §2.1; others are tokens for another purpose. */
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/jwt", "application/at+jwt");

    private static final Pattern COMPACT =
            Pattern.compile("(([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]++))\\.([A-Za-z0-9_-]++)");

    /** @throws BadToken if it is no JWS of claims that could be taken whoever had signed it */
    static UnverifiedToken parse(String text) {
        Matcher parts = COMPACT.matcher(text);
        if (!parts.matches()) {
            throw new BadToken("not three parts of base64url (expected: a signed JWT)");
        }
        Map<String, Object> header = json(parts.group(2));
        refuseWhatIsNotUnderstood(header);
        return new UnverifiedToken(
                text,
                algorithm(header),
                text(header, "kid"),
                withoutNulls(header),
                withoutNulls(json(parts.group(3))),
                parts.group(1).getBytes(StandardCharsets.US_ASCII),
                signature(parts.group(4)));
    }

    /** What it says who has issued it. */
    String issuer() {
        return claims.get("iss") instanceof String issuer ? issuer : "";
    }

    /** Of the header only what the check of a signature needs, so that a key which came with the token is not there. */
    JWSHeader headerForSignature() {
        return new JWSHeader(algorithm);
    }

    // Not even an empty crit is valid (RFC 7515 §4.1.11).
    private static void refuseWhatIsNotUnderstood(Map<String, Object> header) {
        if (header.containsKey("crit")) {
            throw new BadToken("crit (expected: none)");
        }
        if (header.containsKey("typ") && !TYPES.contains(lowerCase(header, "typ"))) {
            throw new BadToken("typ (expected: none, JWT or at+jwt)");
        }
        if (lowerCase(header, "cty").endsWith("jwt")) {
            throw new BadToken("cty (expected: no token within the token)");
        }
    }

    private static JWSAlgorithm algorithm(Map<String, Object> header) {
        JWSAlgorithm algorithm = ALGORITHMS.get(text(header, "alg").orElse("none"));
        if (algorithm == null) {
            throw new BadToken("alg (expected: RS, PS or ES with 256, 384 or 512)");
        }
        return algorithm;
    }

    private static String lowerCase(Map<String, Object> header, String name) {
        return text(header, name).orElse("").toLowerCase(Locale.ROOT);
    }

    private static Optional<String> text(Map<String, Object> header, String name) {
        Object value = header.get(name);
        if (value != null && !(value instanceof String)) {
            throw new BadToken(name + " (expected: text)");
        }
        return Optional.ofNullable((String) value);
    }

    // The unused bits of the last character could be anything; one token is to have one text only.
    private static Base64URL signature(String part) {
        if (!Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(decode(part))
                .equals(part)) {
            throw new BadToken("signature (expected: unused bits of base64url that are zero)");
        }
        return new Base64URL(part);
    }

    private static Map<String, Object> json(String part) {
        try {
            // Strict in UTF-8, as RFC 7519 §7.2 asks; Nimbus would put replacement characters.
            CharSequence json = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(decode(part)));
            Map<String, Object> members = JSONObjectUtils.parse(json.toString());
            return members == null ? new HashMap<>() : members;
        } catch (CharacterCodingException | ParseException e) {
            throw new BadToken("header or claims (expected: a JSON object in UTF-8 without a member twice)");
        }
    }

    private static byte[] decode(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new BadToken("a part that ends within a byte (expected: base64url)");
        }
    }

    private static Map<String, Object> withoutNulls(Map<String, Object> members) {
        Map<String, Object> copy = new HashMap<>(members);
        copy.values().removeIf(Objects::isNull);
        return Map.copyOf(copy);
    }
}
