package dev.understudy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminUrlTests {

    @ParameterizedTest
    @CsvSource({
        "https://gateway.example.com:9843, https://gateway.example.com:9843/api",
        "https://gateway.example.com/admin/, https://gateway.example.com/admin/api",
        "' HTTPS://localhost ', HTTPS://localhost/api",
        "http://localhost:9843, http://localhost:9843/api",
        "http://127.1.2.3, http://127.1.2.3/api",
        "http://[::1]:80//, http://[::1]:80/api"
    })
    void pathsAreBelowIt(String text, String api) {
        assertThat(AdminUrl.parse(text).at("/api")).hasToString(api);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://gateway.example.com",
                "http://10.0.0.1",
                "http://localhost.example.com",
                "http://127.0.0.1.example.com",
                "http://[::2]",
                "HTTP://0.0.0.0"
            })
    void thePasswordIsNotSentInPlainTextToOtherMachines(String text) {
        assertThatThrownBy(() -> AdminUrl.parse(text))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("anybody on the way could read the password (expected: ")
                .extracting("exitCode")
                .isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "localhost:9843",
                "ftp://localhost",
                "https://",
                "https:///x",
                "https://a b",
                "https://a?b",
                "https://a#b",
                "file:/x",
                "https://a_b%",
                "https://a:99999"
            })
    void whatIsNoUrlIsRefused(String text) {
        assertThatThrownBy(() -> AdminUrl.parse(text))
                .isInstanceOf(CommandFailed.class)
                .hasMessageContaining("expected: that of an admin listener, such as https://localhost:9843");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://anna:CANARY@localhost", "http://CANARY@localhost", "https://anna:CANARY@local host"})
    void aPasswordInItIsRefusedAndNotShown(String text) {
        assertThatThrownBy(() -> AdminUrl.parse(text))
                .isInstanceOf(CommandFailed.class)
                .hasMessageNotContaining("CANARY");
    }
}
