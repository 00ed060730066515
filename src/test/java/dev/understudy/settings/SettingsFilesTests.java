package dev.understudy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;

class SettingsFilesTests {

    @TempDir
    private Path directory;

    @Test
    void withoutAFileTheDefaultsHold() throws Exception {
        UnderstudyProperties defaults =
                Binder.get(new StandardEnvironment()).bindOrCreate("understudy", UnderstudyProperties.class);

        assertThat(SettingsFiles.read(Optional.empty())).isEqualTo(defaults);
        assertThat(read("server.port: 1\n")).isEqualTo(defaults);
    }

    @Test
    void whatAFileSaysHoldsWhereverItIs() throws Exception {
        Path file = Files.createDirectories(directory.resolve("a folder/ü")).resolve("production.yml");
        Files.writeString(file, "understudy: {failover: {deadline: 7s}, apis: {directory: definitions}}\n");

        UnderstudyProperties settings = SettingsFiles.read(Optional.of(file));
        assertThat(settings.failover().deadline()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.failover().responseTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.apis().directory()).isEqualTo("definitions");
    }

    @Test
    void aFileMayReferToVariablesAndImportOthers() throws Exception {
        Files.writeString(directory.resolve("more.yml"), "understudy.failover.replay-limit: 1KB\n");

        UnderstudyProperties settings = read("""
                spring.config.import: more.yml
                understudy.apis.directory: ${PATH}
                understudy.caller.claim: ${NOBODY_SETS_THIS:name}
                """);
        assertThat(settings.apis().directory()).isEqualTo(System.getenv("PATH"));
        assertThat(settings.caller().claim()).isEqualTo("name");
        assertThat(settings.failover().replayLimit().toBytes()).isEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "understudy.failover.dedline: 1s | 'understudy.failover.dedline' is not a key | application.yml",
                "understudy.failover.dedline: 1s | Write 'understudy.failover.deadline' | 1:30",
                "understudy.failover.deadline: soon | understudy.failover.deadline | soon",
                "understudy.failover.deadline: -1s | understudy.failover.deadline | 1ms to 24d",
                "understudy.http.port: 70000 | http.port | 65535",
                "understudy.apis.directory: '' | apis.directory | must not be empty",
                "understudy.access-log: xml | understudy.access-log | xml",
                "understudy: [ | expected | line 1"
            })
    void whatWouldStopTheStartIsExplainedInItsWords(String text, String told, String more) {
        assertThatExceptionOfType(SettingsFiles.Unusable.class)
                .isThrownBy(() -> read(text))
                .satisfies(e -> assertThat(e.getMessage()).contains(told).containsIgnoringCase(more));
    }

    private UnderstudyProperties read(String text) throws IOException, SettingsFiles.Unusable {
        return SettingsFiles.read(Optional.of(Files.writeString(directory.resolve("application.yml"), text)));
    }
}
