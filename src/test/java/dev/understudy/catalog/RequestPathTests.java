package dev.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPathTests {

    @Test
    void splitsBeforeItUnescapes() {
        assertThat(RequestPath.parse("/a%2Fb/c%20d").segments()).containsExactly("a/b", "c d");
    }

    @Test
    void unescapesOnce() {
        assertThat(RequestPath.parse("/%2561/%252e%252e").segments()).containsExactly("%61", "%2e%2e");
    }

    @Test
    void keepsEmptySegments() {
        assertThat(RequestPath.parse("/").segments()).isEmpty();
        assertThat(RequestPath.parse("/a/").segments()).containsExactly("a", "");
        assertThat(RequestPath.parse("//a").segments()).containsExactly("", "a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a+b,c",
                "/-._~!$&'()*+,;=:@",
                "/a;v=1/b",
                "/a%3Bv=1",
                "/a%2Fb",
                "/a%5Cb",
                "/%E4%B8%AD",
                "/caf%C3%A9",
                "/a%20b",
                "/%7Bid%7D",
                "/.well-known",
                "/...",
                "/a..b",
                "/a..",
                "/..a",
                "/x.;a",
                "/a;..",
                "/100%25",
            })
    void takesEverythingElseAsItCame(String raw) {
        assertThat(RequestPath.parse(raw).raw()).isEqualTo(raw);
    }

    @ParameterizedTest
    @CsvSource({
        "/pizzashack/1.0.0/menu,      2, /menu",
        "/pizzashack/1.0.0/menu/,     2, /menu/",
        "/pizzashack/1.0.0,           2, ''",
        "/pizzashack/1.0.0/,          2, /",
        "/%70izzashack/1.0.0/a%2Fb,   2, /a%2Fb",
        "/a;x/b//c,                   1, /b//c",
        "/menu,                       0, /menu",
        "/,                           0, /",
    })
    void givesWhatFollowsTheBasePathAsItCame(String raw, int depth, String rest) {
        assertThat(RequestPath.rest(raw, depth)).isEqualTo(rest);
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @ValueSource(strings = {"/%", "/a%2", "/%zz", "/%u002e", "/%-1", "/% 1", "/a%"})
        void anEscapeThatIsNone(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/a b", "/a\"b", "/<a>", "/{id}", "/a|b", "/a^b", "/a`b", "/[a]", "/a#b", "/a?b"})
        void aCharacterThatMustBeEscaped(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/é", "/a\u0080b", "/\u00ff", "/中", "/\u2028"})
        void rawBytesAbove7f(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(strings = {"/a\\b", "/\\evil", "/a/..\\b"})
        void aBackslash(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/a\u0000",
                    "/a\tb",
                    "/a\nb",
                    "/\u007f",
                    "/a%00",
                    "/%0d%0a",
                    "/%09",
                    "/%7f",
                    "/%1F",
                    "/%C2%85"
                })
        void controlCharactersRawOrEscaped(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"/%c0%ae%c0%ae", "/%c0%af", "/%e0%80%ae", "/%ff", "/%ed%a0%80", "/%c3", "/%f8%80%80%80%ae"})
        void bytesThatAreNoUtf8(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/.",
                    "/..",
                    "/a/./b",
                    "/a/../b",
                    "/a/..",
                    "/%2e",
                    "/%2E%2e/x",
                    "/.%2e/x",
                    "/..;a=b/x",
                    "/.;/x",
                    "/..%3Ba/x",
                    "/a%2F..%2Fb",
                    "/..%2fb",
                    "/a%2f..",
                    "/a%2F.%2Fb",
                    "/a%5C..%5Cb",
                    "/..%5c",
                    "/a%2F..;x%2Fb",
                    "/a;b%2F..%3Bc",
                })
        void aSegmentThatClimbsHoweverItIsWritten(String raw) {
            refused(raw);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "a/b", "*", "http://evil/x"})
        void whatDoesNotStartWithASlash(String raw) {
            refused(raw);
        }

        private static void refused(String raw) {
            assertThatExceptionOfType(InvalidPath.class)
                    .isThrownBy(() -> RequestPath.parse(raw))
                    .withMessageStartingWith("The path ");
        }
    }
}
