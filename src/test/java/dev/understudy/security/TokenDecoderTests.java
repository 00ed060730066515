package dev.understudy.security;

import static dev.understudy.problem.Problem.EXPIRED_TOKEN;
import static dev.understudy.problem.Problem.INVALID_TOKEN;
import static dev.understudy.problem.Problem.KEYS_UNKNOWN;
import static dev.understudy.security.Tokens.ISSUER;
import static dev.understudy.security.Tokens.NOW;
import static dev.understudy.security.Tokens.RSA_A;
import static dev.understudy.security.Tokens.RSA_B;
import static dev.understudy.security.Tokens.claims;
import static dev.understudy.security.Tokens.json;
import static dev.understudy.security.Tokens.jwkSet;
import static dev.understudy.security.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

class TokenDecoderTests {

    private static final String HEADER = "{'alg':'RS256','kid':'a'}";
    private static final String OTHER_ISSUER = "https://other.example.com";

    private static final ECKey P256 = ec("p256", Curve.P_256);
    private static final ECKey P384 = ec("p384", Curve.P_384);
    private static final ECKey P521 = ec("p521", Curve.P_521);
    private static final RSAKey FOR_ENCRYPTION =
            new RSAKey.Builder(Tokens.rsa("enc")).keyUse(KeyUse.ENCRYPTION).build();
    private static final RSAKey ONLY_RS512 = new RSAKey.Builder(Tokens.rsa("only512"))
            .algorithm(JWSAlgorithm.RS512)
            .build();
    private static final RSAKey SMALL = small();

    private final TokenDecoder decoder = decoder(
            List.of(), fixed(RSA_A, P256, P384, P521, FOR_ENCRYPTION, ONLY_RS512, SMALL), fixed(withId(RSA_B, "a")));

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String what, Problem problem, String token) {
        assertThat(refusalOf(decoder, token)).isEqualTo(problem);
    }

    static Stream<Arguments> refuses() {
        List<Arguments> bad = new ArrayList<>();
        for (String none : List.of("none", "None", "NONE", "nOnE", "NoNe")) {
            bad.add(bad("alg " + none + " with a signature", unsigned("{'alg':'" + none + "'}", "c2ln")));
            bad.add(bad("alg " + none + " without a signature", unsigned("{'alg':'" + none + "'}", "")));
        }
        bad.add(bad("no alg", unsigned("{'kid':'a'}", "c2ln")));
        bad.add(bad("alg null", unsigned("{'alg':null}", "c2ln")));
        bad.add(bad("alg that is a list", unsigned("{'alg':['RS256']}", "c2ln")));
        publicKeyAsSecret()
                .forEach((form, secret) -> bad.add(bad("HS256 with the public key as " + form, mac(secret))));
        bad.add(bad("RS512 by a key for RS256 header", swapped("{'alg':'RS512','kid':'a'}", JWSAlgorithm.RS256)));
        bad.add(bad("PS256 in the header of RS256", swapped("{'alg':'PS256','kid':'a'}", JWSAlgorithm.RS256)));
        bad.add(bad("ES256 with the kid of an RSA key", signed(P256, "{'alg':'ES256','kid':'a'}", claims(""))));
        bad.add(bad("ES256 in the header of RS256", swapped("{'alg':'ES256','kid':'a'}", JWSAlgorithm.RS256)));
        bad.add(bad("another algorithm than its key is for", signed(ONLY_RS512, header("only512"), claims(""))));
        bad.add(bad("alg in lower case", swapped("{'alg':'rs256','kid':'a'}", JWSAlgorithm.RS256)));
        bad.add(bad("a key that is for encryption", signed(FOR_ENCRYPTION, header("enc"), claims(""))));
        bad.add(bad("a key of 1024 bits", signed(SMALL, header("small"), claims(""))));
        bad.add(bad("an unknown kid", signed(RSA_A, header("zzz"), claims(""))));
        bad.add(bad("a kid that is a path", signed(RSA_A, header("../../etc/passwd"), claims(""))));
        bad.add(bad("a kid that is a number", signed(RSA_A, "{'alg':'RS256','kid':1}", claims(""))));
        bad.add(bad("another key", signed(RSA_B, HEADER, claims(""))));
        bad.add(bad("no kid and another key", signed(RSA_B, "{'alg':'RS256'}", claims(""))));
        bad.add(bad("the key of another issuer with the same kid", issuedBy(OTHER_ISSUER, RSA_A)));
        bad.add(bad("an issuer whose key of the same kid is another's", issuedBy(ISSUER, RSA_B)));
        for (String header : List.of(
                "'crit':[]",
                "'crit':null",
                "'crit':['exp']",
                "'crit':['b64'],'b64':false",
                "'typ':''",
                "'typ':null",
                "'typ':7",
                "'typ':'dpop+jwt'",
                "'typ':'logout+jwt'",
                "'typ':'JWE'",
                "'typ':'text/at+jwt'",
                "'cty':'JWT'",
                "'cty':'application/jwt'",
                "'alg':'RS256'",
                "'kid':'b','jwk':" + RSA_B.toPublicJWK().toJSONString().replace('"', '\''),
                "'kid':'b','jku':'http://localhost:1/jwks'",
                "'kid':'b','x5u':'http://localhost:1/cert'")) {
            JWK key = header.startsWith("'kid'") ? RSA_B : RSA_A;
            String start = header.startsWith("'kid'") ? "{'alg':'RS256'," : "{'alg':'RS256','kid':'a',";
            bad.add(bad(
                    "a header with " + header,
                    signed(key, JWSAlgorithm.RS256, json(start + header + "}"), json(claims("")))));
        }
        bad.add(bad(
                "a jwk of its own and no kid",
                signed(
                        RSA_B,
                        "{'jwk':" + RSA_B.toPublicJWK().toJSONString().replace('"', '\'') + ",'alg':'RS256'}",
                        claims(""))));
        for (String exp : List.of(
                "null",
                "'" + (NOW + 60) + "'",
                "true",
                "[" + (NOW + 60) + "]",
                "{}",
                "1e20",
                "1e400",
                "NaN",
                "-1e300",
                "99999999999999999999")) {
            bad.add(bad("exp " + exp, signed(RSA_A, HEADER, "{'iss':'" + ISSUER + "','exp':" + exp + "}")));
        }
        bad.add(bad("no exp", signed(RSA_A, HEADER, "{'iss':'" + ISSUER + "'}")));
        bad.add(expired("just outside of the skew", NOW - 31));
        bad.add(expired("long ago", -1));
        bad.add(bad("nbf outside of the skew", signed(RSA_A, HEADER, claims(",'nbf':" + (NOW + 31)))));
        bad.add(bad("nbf that is text", signed(RSA_A, HEADER, claims(",'nbf':'now'"))));
        bad.add(bad("iat after exp", signed(RSA_A, HEADER, claims(",'iat':" + (NOW + 61)))));
        bad.add(bad("iat that is no number", signed(RSA_A, HEADER, claims(",'iat':'x'"))));
        bad.add(bad("expired, but with a bad signature", signed(RSA_B, HEADER, expiring(NOW - 999))));
        for (String issuer : List.of(
                "'https://idp.example.com/'", "'HTTPS://idp.example.com'", "''", "null", "['" + ISSUER + "']", "7")) {
            bad.add(bad("iss " + issuer, signed(RSA_A, HEADER, "{'iss':" + issuer + ",'exp':" + (NOW + 60) + "}")));
        }
        bad.add(bad("no iss", signed(RSA_A, HEADER, "{'exp':" + (NOW + 60) + "}")));
        bad.add(bad("a claim twice", signed(RSA_A, HEADER, claims(",'sub':'berta'"))));
        for (String payload : List.of(
                "[]",
                "7",
                "''",
                "null",
                "",
                "{",
                claims("") + "x",
                claims("") + "{}",
                "//x\n" + claims(""),
                "{'iss':'" + ISSUER + "',exp:" + (NOW + 60) + "}",
                "{'iss':'" + ISSUER + "';'exp'=" + (NOW + 60) + "}")) {
            bad.add(bad("claims " + payload, signed(RSA_A, HEADER, payload)));
        }
        bad.add(bad(
                "claims in single quotes",
                signed(RSA_A, JWSAlgorithm.RS256, json(HEADER), claims("").getBytes(StandardCharsets.UTF_8))));
        bad.add(bad("deep claims", signed(RSA_A, HEADER, claims(",'x':" + "[".repeat(20_000) + "]".repeat(20_000)))));
        bad.add(bad(
                "a deep header",
                signed(
                        RSA_A,
                        "{'alg':'RS256','kid':'a','x':" + "{'a':".repeat(20_000) + "1" + "}".repeat(20_001),
                        claims(""))));
        bad.add(bad(
                "claims that are not UTF-8",
                signed(
                        RSA_A,
                        JWSAlgorithm.RS256,
                        json(HEADER),
                        claims(",'n':'\u00e9'").replace('\'', '"').getBytes(StandardCharsets.ISO_8859_1))));
        bad.add(bad(
                "claims in UTF-16",
                signed(
                        RSA_A,
                        JWSAlgorithm.RS256,
                        json(HEADER),
                        claims("").replace('\'', '"').getBytes(StandardCharsets.UTF_16))));
        bad.add(bad("five parts", "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a2V5.aXY.Y2lwaGVy.dGFn"));
        bad.add(bad(
                "PBES2 of many rounds",
                Base64URL.encode(json(
                                "{'alg':'PBES2-HS256+A128KW','enc':'A128CBC-HS256','p2s':'c2FsdA','p2c':2147483647}"))
                        + ".a2V5.aXY.Y2lwaGVy.dGFn"));
        String good = Tokens.good();
        bad.add(bad("nothing", ""));
        bad.add(bad("dots only", ".."));
        bad.add(bad("one part", good.substring(0, good.indexOf('.'))));
        bad.add(bad("two parts", good.substring(0, good.lastIndexOf('.'))));
        bad.add(bad("no signature", good.substring(0, good.lastIndexOf('.') + 1)));
        bad.add(bad("four parts", good + ".c2ln"));
        bad.add(bad("six parts", good + ".a.b.c"));
        bad.add(bad("padding", good + "="));
        bad.add(bad("two of padding", good + "=="));
        bad.add(bad("a space at the end", good + " "));
        bad.add(bad("a line end at the end", good + "\n"));
        bad.add(bad("other unused bits", withOtherUnusedBits(good)));
        bad.add(bad("a signature cut within a byte", good.substring(0, good.length() - 1)));
        bad.add(bad("a changed claim", withOtherClaims(good)));
        return bad.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void takes(String what, String token) {
        assertThat(decode(decoder, token)).isNotNull();
    }

    static Stream<Arguments> takes() {
        List<Arguments> good = new ArrayList<>();
        for (String algorithm : List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")) {
            good.add(good(algorithm, signed(RSA_A, "{'alg':'" + algorithm + "','kid':'a'}", claims(""))));
        }
        good.add(good("ES256", signed(P256, "{'alg':'ES256','kid':'p256'}", claims(""))));
        good.add(good("ES384", signed(P384, "{'alg':'ES384','kid':'p384'}", claims(""))));
        good.add(good("ES512", signed(P521, "{'alg':'ES512','kid':'p521'}", claims(""))));
        good.add(good(
                "the algorithm its key is for", signed(ONLY_RS512, "{'alg':'RS512','kid':'only512'}", claims(""))));
        for (String type : List.of("JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "application/JWT")) {
            good.add(good("typ " + type, signed(RSA_A, "{'alg':'RS256','kid':'a','typ':'" + type + "'}", claims(""))));
        }
        good.add(good("no kid", signed(RSA_A, "{'alg':'RS256'}", claims(""))));
        good.add(good(
                "members nobody knows",
                signed(RSA_A, "{'alg':'RS256','kid':'a','x':{'y':[1]},'n':null}", claims(",'z':null"))));
        good.add(good(
                "a jku that nobody asks",
                signed(RSA_A, "{'alg':'RS256','kid':'a','jku':'http://localhost:1/'}", claims(""))));
        good.add(good("exp with parts of a second", signed(RSA_A, HEADER, expiring(NOW + ".75"))));
        good.add(good("exp in the form 1e9", signed(RSA_A, HEADER, expiring("9.9e9"))));
        good.add(good("exp just inside of the skew", signed(RSA_A, HEADER, expiring(NOW - 30))));
        good.add(good("nbf just inside of the skew", signed(RSA_A, HEADER, claims(",'nbf':" + (NOW + 30)))));
        good.add(good("the other issuer", issuedBy(OTHER_ISSUER, RSA_B)));
        for (String subject : List.of("null", "7", "['anna']", "{'name':'anna'}")) {
            good.add(good(
                    "sub " + subject,
                    signed(RSA_A, HEADER, "{'iss':'" + ISSUER + "','exp':" + (NOW + 60) + ",'sub':" + subject + "}")));
        }
        return good.stream();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'mine'                | true",
                "['other','mine']      | true",
                "['other','second']    | true",
                "'other'               | false",
                "'MINE'                | false",
                "'mine2'               | false",
                "['other']             | false",
                "[]                    | false",
                "null                  | false",
                "{'mine':'mine'}       | false",
                "[['mine']]            | false"
            },
            quoteCharacter = '"')
    void oneOfTheAudiencesMustBeInTheToken(String audience, boolean taken) {
        TokenDecoder strict = decoder(List.of("mine", "second"), fixed(RSA_A), fixed(RSA_B));
        String token = signed(RSA_A, HEADER, claims(",'aud':" + audience));
        assertThat(taken ? decode(strict, token) != null : refusalOf(strict, token) != INVALID_TOKEN)
                .isEqualTo(taken);
    }

    @Test
    void aTokenWithoutAudienceIsNotTakenWhereOneIsAsked() {
        TokenDecoder strict = decoder(List.of("mine"), fixed(RSA_A), fixed(RSA_B));
        assertThat(refusalOf(strict, Tokens.good())).isEqualTo(INVALID_TOKEN);
    }

    @Test
    void keysThatWereNeverFetchedAreTold() {
        TokenDecoder without = decoder(List.of(), new KeySource.Fixed(KeySet.UNKNOWN), fixed(RSA_B));
        assertThat(refusalOf(without, Tokens.good())).isEqualTo(KEYS_UNKNOWN);
    }

    @Test
    void aKeyFromAFileServesWhateverKidATokenNames() throws Exception {
        PublicKey key = RSA_A.toPublicKey();
        TokenDecoder fromFile =
                decoder(List.of(), new KeySource.Fixed(new KeySet(List.of(VerificationKey.of(key)))), fixed(RSA_B));
        assertThat(decode(fromFile, Tokens.good())).isNotNull();
        assertThat(decode(fromFile, signed(RSA_A, header("other"), claims("")))).isNotNull();
        assertThat(refusalOf(fromFile, signed(RSA_B, HEADER, claims("")))).isEqualTo(INVALID_TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'scope':'a b'}",
                "{'scope':['a','b']}",
                "{'scp':['b','a']}",
                "{'scp':' a  b '}",
                "{'scope':'a','scp':['b']}"
            })
    void scopesAreTextOrListUnderEitherName(String claims) {
        String all = claims(", " + claims.substring(1, claims.length() - 1));
        Jwt token = decode(decoder, signed(RSA_A, HEADER, all));
        assertThat(VerifiedToken.of(new JwtAuthenticationToken(token, List.of())))
                .extracting(VerifiedToken::scopes)
                .isEqualTo(Set.of("a", "b"));
    }

    @Test
    void aSignatureIsCheckedOnce() throws JOSEException {
        AtomicInteger checks = new AtomicInteger();
        JWSVerifier counting = new RSASSAVerifier(RSA_A.toRSAPublicKey()) {
            @Override
            public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) throws JOSEException {
                checks.incrementAndGet();
                return super.verify(header, signed, signature);
            }
        };
        KeySet keys = new KeySet(List.of(new VerificationKey(Optional.of("a"), Optional.empty(), counting)));
        TokenDecoder counted = decoder(List.of(), new KeySource.Fixed(keys), fixed(RSA_B));
        decode(counted, Tokens.good());
        assertThat(checks).hasValue(1);
        refusalOf(counted, signed(RSA_B, HEADER, claims("")));
        assertThat(checks).hasValue(2);
        refusalOf(counted, signed(RSA_B, "{'alg':'RS256'}", claims("")));
        assertThat(checks).hasValue(3);
    }

    @Test
    void theRefusalIsTheSameWhateverIsWrongAndHasNothingOfTheTokenInIt() {
        assertThat(refuses()
                        .filter(bad -> bad.get()[1] == INVALID_TOKEN)
                        .map(bad -> refused(decoder, String.valueOf(bad.get()[2])))
                        .map(refused -> refused.getMessage() + refused.headers())
                        .distinct())
                .singleElement()
                .asString()
                .contains("Bearer error=\"invalid_token\"")
                .doesNotContain("kid", "exp", "anna");
    }

    private static Jwt decode(TokenDecoder decoder, String token) {
        Jwt jwt = Tokens.decode(decoder, token);
        if (jwt == null) {
            throw new AssertionError("nothing decoded");
        }
        return jwt;
    }

    private static Problem refusalOf(TokenDecoder decoder, String token) {
        return refused(decoder, token).problem();
    }

    private static Refused refused(TokenDecoder decoder, String token) {
        Refused[] refused = new Refused[1];
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Tokens.decode(decoder, token))
                .satisfies(thrown -> refused[0] = thrown);
        return refused[0];
    }

    private static TokenDecoder decoder(List<String> audiences, KeySource keys, KeySource othersKeys) {
        Map<String, Issuer> issuers = Map.of(
                ISSUER, new Issuer(ISSUER, audiences, keys),
                OTHER_ISSUER, new Issuer(OTHER_ISSUER, List.of(), othersKeys));
        return Tokens.decoder(issuers, Tokens.CLOCK, new VerifiedTokens(100, () -> 0));
    }

    private static KeySource fixed(JWK... keys) {
        return new KeySource.Fixed(
                KeySet.parse(jwkSet(Stream.of(keys).map(JWK::toPublicJWK).toArray(JWK[]::new))));
    }

    private static Arguments bad(String what, String token) {
        return arguments(what.length() > 80 ? what.substring(0, 80) : what, INVALID_TOKEN, token);
    }

    private static Arguments expired(String what, long exp) {
        return arguments("expired " + what, EXPIRED_TOKEN, signed(RSA_A, HEADER, expiring(exp)));
    }

    private static Arguments good(String what, String token) {
        return arguments(what, token);
    }

    private static String header(String keyId) {
        return "{'alg':'RS256','kid':'" + keyId + "'}";
    }

    private static String expiring(Object exp) {
        return "{'iss':'" + ISSUER + "','exp':" + exp + "}";
    }

    private static String issuedBy(String issuer, RSAKey key) {
        return signed(key, HEADER, claims("").replace(ISSUER, issuer));
    }

    private static String unsigned(String header, String signature) {
        return Base64URL.encode(json(header)) + "." + Base64URL.encode(json(claims(""))) + "." + signature;
    }

    /** Signed by another algorithm than the header says. */
    private static String swapped(String header, JWSAlgorithm algorithm) {
        return signed(RSA_A, algorithm, json(header), json(claims("")));
    }

    private static Map<String, byte[]> publicKeyAsSecret() {
        try {
            byte[] der = RSA_A.toPublicKey().getEncoded();
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----";
            return Map.of(
                    "DER", der,
                    "PEM", pem.getBytes(StandardCharsets.US_ASCII),
                    "PEM with a line end", (pem + "\n").getBytes(StandardCharsets.US_ASCII),
                    "JWK", RSA_A.toPublicJWK().toJSONString().getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String mac(byte[] secret) {
        String text = Base64URL.encode(json("{'alg':'HS256','kid':'a'}")) + "." + Base64URL.encode(json(claims("")));
        try {
            return text + "."
                    + new MACSigner(secret)
                            .sign(new JWSHeader(JWSAlgorithm.HS256), text.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    // 256 bytes end with a character that has 4 unused bits.
    private static String withOtherUnusedBits(String token) {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        char last = token.charAt(token.length() - 1);
        return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
    }

    private static String withOtherClaims(String token) {
        String[] parts = token.split("\\.");
        return parts[0] + "." + Base64URL.encode(json(claims(",'scope':'admin'"))) + "." + parts[2];
    }

    private static RSAKey withId(RSAKey key, String id) {
        return new RSAKey.Builder(key).keyID(id).build();
    }

    private static ECKey ec(String id, Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    // The generator of Nimbus makes none so small.
    private static RSAKey small() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            var pair = generator.generateKeyPair();
            return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey(pair.getPrivate())
                    .keyID("small")
                    .build();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
