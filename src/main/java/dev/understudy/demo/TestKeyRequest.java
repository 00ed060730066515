package dev.understudy.demo;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a token is asked for.
 *
 * @param scope names with one space between two of them (RFC 6749 §3.3); may be empty
 */
record TestKeyRequest(String scope, KeyType keyType) {

    /** Which of an API's two groups of endpoints a token is for. */
    enum KeyType {
        PRODUCTION,
        SANDBOX
    }

    private static final int MOST_FIELDS = 16;
    private static final Pattern SCOPES = Pattern.compile("[ !#-\\[\\]-~]*");

    /** @throws IllegalArgumentException if it is no such request; the message is for the caller */
    static TestKeyRequest parse(String form) {
        Map<String, List<String>> fields = fields(form);
        return new TestKeyRequest(scope(field(fields, "scope", "")), keyType(field(fields, "keytype", "PRODUCTION")));
    }

    private static Map<String, List<String>> fields(String form) {
        try {
            return new QueryStringDecoder(form, StandardCharsets.UTF_8, false, MOST_FIELDS, true).parameters();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("form: an escape that is none (expected: % and two hex digits)", e);
        }
    }

    private static String field(Map<String, List<String>> fields, String name, String otherwise) {
        List<String> values = fields.getOrDefault(name, List.of(otherwise));
        if (values.size() > 1) {
            throw new IllegalArgumentException(name + ": there more than once (expected: once)");
        }
        return values.get(0);
    }

    private static String scope(String text) {
        if (!SCOPES.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "scope: not valid (expected: names with spaces between, as in RFC 6749)");
        }
        return Arrays.stream(text.split(" "))
                .filter(name -> !name.isEmpty())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    private static KeyType keyType(String text) {
        return Arrays.stream(KeyType.values())
                .filter(type -> type.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("keytype: unknown (expected: PRODUCTION or SANDBOX)"));
    }
}
