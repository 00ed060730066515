package dev.understudy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTests {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._~-]+(?::(\\d{1,5}))?");
    private static final String ALPHABET = "aZ9.-_~:::0123 /@[]é";

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a.example", "a:1", "a:9999", "a:10000", "a:65535", "127.0.0.1:80", "[::1]", "[::1]:443"})
    void aHostIsANameOrAnAddressAndPerhapsAPort(String host) {
        assertThat(RequestTarget.isAuthority(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "a:",
                "a:65536",
                "a:99999",
                "a:123456",
                "a:8o",
                "a b",
                "a/b",
                "u@a",
                "::1",
                "[::1",
                "[g]"
            })
    void nothingElseIs(String host) {
        assertThat(RequestTarget.isAuthority(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNameIsTakenAsTheRuleHasIt(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            StringBuilder host = new StringBuilder();
            for (int left = random.nextInt(8); left >= 0; left--) {
                host.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
            }
            var name = NAME.matcher(host);
            boolean is = name.matches() && (name.group(1) == null || Integer.parseInt(name.group(1)) <= 65_535);
            if (host.indexOf("[") < 0) {
                assertThat(RequestTarget.isAuthority(host.toString()))
                        .as("seed " + seed + ": " + host)
                        .isEqualTo(is);
            }
        }
    }
}
