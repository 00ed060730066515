package dev.understudy.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.understudy.testkit.SelfSigned;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTests {

    @ParameterizedTest
    @CsvSource({
        "http://localhost:2380/v2,  http,  localhost,    2380, /v2",
        "HTTP://LocalHost/V2,       http,  localhost,      80, /V2",
        "https://a.example,         https, a.example,     443, ''",
        "https://a.example:8443/,   https, a.example,    8443, ''",
        "ws://a_b:1/x/,             ws,    a_b,             1, /x",
        "wss://a.example/%2F,       wss,   a.example,     443, /%2F",
        "'  http://a.example ',     http,  a.example,      80, ''",
        "http://[::1]:81/v1,        http,  [::1],          81, /v1",
        "http://127.0.0.1:65535,    http,  127.0.0.1,   65535, ''",
    })
    void readsSchemeHostPortAndBasePath(String url, String scheme, String host, int port, String basePath) {
        assertThat(Endpoint.parse(url)).isEqualTo(new Endpoint(scheme, host, port, basePath));
    }

    @ParameterizedTest
    @CsvSource({"localhost:2380/v2, http://localhost:2380/v2", "a.example, http://a.example"})
    void takesAUrlWithoutSchemeAsPlainHttp(String url, String expected) {
        assertThat(Endpoint.parse(url)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://",
                "ftp://a.example",
                "http:/a.example",
                "//a.example/x",
                "/v2",
                "http://a.example:0",
                "http://a.example:65536",
                "http://a.example:port",
                "http://user:secret@a.example",
                "http://a.example/x?y=z",
                "http://a.example/x#y",
                "http://a.example/a b",
                "http://a.example/%zz",
                "http://a.example/%2",
                "http://a.example/v2//",
            })
    void refusesWhatIsNoBaseUrlAndSaysWhatWasExpected(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(url))
                .withMessageContaining("expected: ");
    }

    @Test
    void writesThePortOnlyWhereItIsNotTheSchemesOwn() {
        assertThat(Endpoint.parse("http://a.example:80").authority()).isEqualTo("a.example");
        assertThat(Endpoint.parse("https://a.example:80").authority()).isEqualTo("a.example:80");
        assertThat(Endpoint.parse("https://a.example:443/v1")).hasToString("https://a.example/v1");
    }

    @Test
    void tellsWhetherItIsEncryptedAndWhetherItSpeaksWebSocket() {
        assertThat(Endpoint.parse("https://a").secure()).isTrue();
        assertThat(Endpoint.parse("wss://a").secure()).isTrue();
        assertThat(Endpoint.parse("ws://a").secure()).isFalse();
        assertThat(Endpoint.parse("ws://a").webSocket()).isTrue();
        assertThat(Endpoint.parse("https://a").webSocket()).isFalse();
    }

    @Test
    void refusesBadPartsWhoeverMakesIt() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("ftp", "a", 80, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("http", "a", 0, ""));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("http", "a", 80, "v2"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Endpoint("http", "a", 80, "/v2/"));
    }

    @Test
    void keepsItsCredentialsOutOfLogs() {
        assertThat(new Credentials("cook", "secret")).hasToString("Credentials[…]");
        assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("a:b", "secret"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Credentials("", "secret"));
    }

    @Test
    void isAnotherOneWhereItsCertificateIsJudgedByOthers() {
        Endpoint url = Endpoint.parse("https://a");
        Trust one = SelfSigned.of("a").trust();

        assertThat(url.trusting(one))
                .isEqualTo(url.trusting(new Trust(List.copyOf(one.certificates()))))
                .isNotEqualTo(url)
                .isNotEqualTo(url.trusting(SelfSigned.of("a").trust()))
                .hasToString("https://a");
    }

    @Test
    void trustsCertificatesOnly() {
        String good = SelfSigned.of("a").trust().certificates().get(0);

        assertThat(new Trust(List.of(good, good)).x509()).hasSize(2);
        assertThat(new Trust(List.of(good))).hasToString("Trust[1]");
        for (List<String> bad : List.of(
                List.<String>of(),
                List.of(""),
                List.of("x"),
                List.of(good + good),
                List.of(good, good.substring(0, 100)),
                List.of(good.replace("M", "A")))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Trust(bad))
                    .withMessageStartingWith("certificates: ")
                    .withMessageContaining("(expected: ");
        }
    }
}
