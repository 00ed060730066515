package dev.understudy.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTests {

    private static final Map<String, String> ENVIRONMENT =
            Map.of("SHOP_PASSWORD", "CANARY-env", "OTHER", "CANARY-other", "EMPTY", "", "BRACES", "${env:OTHER}");

    @TempDir
    private Path folder;

    private final Secrets any = any(ENVIRONMENT);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$",
                "${env:SHOP_PASSWORD",
                "$env{SHOP_PASSWORD}",
                "x${env:SHOP_PASSWORD}",
                "${env:SHOP_PASSWORD} ",
                "\\${env:SHOP_PASSWORD}",
                "#{env:SHOP_PASSWORD}",
                "{env:SHOP_PASSWORD}"
            })
    void aTextThatIsNotAsAWholeAReferenceIsItself(String text) {
        assertThat(any.resolve(text)).isEqualTo(text);
        assertThat(Secrets.none().resolve(text)).isEqualTo(text);
    }

    @Test
    void aVariableIsTakenAsItIs() {
        assertThat(any.resolve("${env:SHOP_PASSWORD}")).isEqualTo("CANARY-env");
        assertThat(any.resolve("${env:BRACES}")).as("not twice").isEqualTo("${env:OTHER}");
        assertThat(Secrets.any().resolve("${env:PATH}")).isEqualTo(System.getenv("PATH"));
    }

    @ParameterizedTest
    @CsvSource({"'secret', 'secret'", "'secret\n', 'secret'", "'secret\r\n', 'secret'", "'a\n\n', 'a\n'", "' a ', ' a '"
    })
    void aFileIsTakenWithoutTheEndOfItsLastLine(String content, String secret) throws IOException {
        assertThat(any.resolve("${file:" + written("s", content) + "}")).isEqualTo(secret);
    }

    @Test
    void aFileIsTextInUtf8OfALengthThatASecretCanHave() throws IOException {
        String longest = "\u00e4".repeat(Secrets.LARGEST_BYTES / 2);
        assertThat(any.resolve("${file:" + written("longest", longest) + "}")).isEqualTo(longest);

        assertFault(any, "${file:" + written("longer", longest + "C") + "}", "more than 65536 bytes");
        Path latin = Files.write(folder.resolve("latin"), "CANARY\u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertFault(any, "${file:" + latin + "}", "no UTF-8");
    }

    @Test
    void whatIsNotThereIsAFaultThatNamesIt() throws IOException {
        assertFault(any, "${env:NOBODY}", "the variable 'NOBODY' is not set");
        assertFault(any, "${env:}", "the variable '' is not set");
        assertFault(any, "${env:EMPTY}", "empty");
        assertFault(any, "${file:" + folder.resolve("nobody") + "}", "nobody' cannot be read");
        assertFault(any, "${file:" + folder + "}", "cannot be read");
        assertFault(any, "${file:/dev/zero}", "'/dev/zero' cannot be read");
        assertFault(any, "${file:" + written("empty", "\n") + "}", "empty");
        assertFault(any, "${file:relative}", "the file 'relative' (expected: an absolute path)");
        assertFault(any, "${file:/a\0b}", "expected: an absolute path");
    }

    @ParameterizedTest
    @CsvSource({
        "${vault:CANARY}, ''",
        "${CANARY}, ''",
        "${}, ''",
        "${:CANARY}, ''",
        "${ENV:CANARY}, ; did you mean 'env'?",
        "${enc:CANARY}, ; did you mean 'env'?",
        "${files:CANARY}, ; did you mean 'file'?",
        "'${x:CAN\nARY}', ''"
    })
    void anotherKindOfReferenceIsAFaultThatDoesNotShowIt(String text, String hint) {
        assertFault(any, text, "(expected: ${env:NAME} or ${file:/path}" + hint + ")");
    }

    @Test
    void onlyVariablesThatAreAllowedMayBeNamed() {
        Secrets some = Secrets.only(List.of(), List.of("SHOP_*", "EXACT"), ENVIRONMENT::get);

        assertThat(some.resolve("${env:SHOP_PASSWORD}")).isEqualTo("CANARY-env");
        for (String name : List.of("OTHER", "SHOP", "EXACTLY", "NOBODY", "xSHOP_PASSWORD", "shop_password", "")) {
            assertFault(some, "${env:" + name + "}", "understudy.secrets.variables");
        }
        assertFault(some, "${env:EXACT}", "is not set");
        assertFault(Secrets.none(), "${env:PATH}", "understudy.secrets.variables");
    }

    @Test
    void onlyFilesInFoldersThatAreAllowedMayBeNamedWhateverLinksThereAre() throws IOException {
        Path allowed = Files.createDirectories(folder.resolve("allowed"));
        Files.createDirectories(allowed.resolve("deeper"));
        Path inside = Files.writeString(allowed.resolve("deeper/s"), "CANARY-inside\n");
        Path outside = written("outside", "CANARY-outside");
        Path beside = Files.writeString(folder.resolve("allowed-not"), "CANARY-beside");
        Path link = Files.createSymbolicLink(allowed.resolve("link"), outside);
        Path linkWithin = Files.createSymbolicLink(allowed.resolve("within"), inside);
        Secrets some = Secrets.only(List.of(allowed), List.of());

        assertThat(some.resolve("${file:" + inside + "}")).isEqualTo("CANARY-inside");
        assertThat(some.resolve("${file:" + linkWithin + "}")).isEqualTo("CANARY-inside");
        assertThat(some.resolve("${file:" + allowed + "/x/../deeper/s}")).isEqualTo("CANARY-inside");
        for (Object other : List.of(
                outside, beside, link, allowed + "/../outside", folder.resolve("nobody"), "/proc/self/environ")) {
            assertFault(some, "${file:" + other + "}", "understudy.secrets.directories");
        }
        assertFault(some, "${file:" + allowed.resolve("nobody") + "}", "cannot be read");
        assertFault(Secrets.none(), "${file:" + inside + "}", "understudy.secrets.directories");
    }

    @Test
    void aFolderMayItselfBeALink() throws IOException {
        Path real = Files.createDirectories(folder.resolve("..2026"));
        Files.writeString(real.resolve("s"), "CANARY");
        Path link = Files.createSymbolicLink(folder.resolve("mounted"), real);

        assertThat(Secrets.only(List.of(link), List.of()).resolve("${file:" + link + "/s}"))
                .isEqualTo("CANARY");
    }

    @Test
    void whereTheyAreAssumedToBeThereNothingIsLookedUpAndTheRulesAreTheSame() throws IOException {
        Secrets assumed = any(Map.of("SHOP_USER", "CANARY")).assumed();
        Secrets some = Secrets.only(List.of(folder), List.of("SHOP_*"), ENVIRONMENT::get)
                .assumed();

        assertThat(assumed.resolve("secret")).isEqualTo("secret");
        for (String reference : List.of(
                "${env:NOBODY}",
                "${env:SHOP_USER}",
                "${file:" + folder.resolve("nobody") + "}",
                "${file:" + written("empty", "") + "}")) {
            assertThat(assumed.resolve(reference)).isNotEmpty().isNotEqualTo("CANARY");
        }
        assertThat(some.resolve("${env:SHOP_NOBODY}")).isNotEmpty();
        assertThat(some.resolve("${file:" + folder.resolve("nobody") + "}")).isNotEmpty();
        assertFault(some, "${env:NOBODY}", "understudy.secrets.variables");
        assertFault(some, "${file:/nowhere/x}", "understudy.secrets.directories");
        assertFault(assumed, "${file:relative}", "expected: an absolute path");
        assertFault(assumed, "${vault:CANARY}", "expected: ${env:NAME} or ${file:/path}");
    }

    @Test
    void aSecretThatIsAssumedMayBeAnyText() {
        Secrets assumed = any.assumed();
        String secret = assumed.resolve("${env:SHOP_USER}");

        assertThat(assumed.maybeSame(secret, "anna")).isTrue();
        assertThat(assumed.maybeSame("anna", secret)).isTrue();
        assertThat(assumed.maybeSame("anna", "berta")).isFalse();
        assertThat(any.maybeSame(secret, "anna")).isFalse();
    }

    private static void assertFault(Secrets secrets, String text, String told) {
        assertThatThrownBy(() -> secrets.resolve(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(told)
                .hasMessageContaining("(expected: ")
                .hasMessageNotContaining("CANARY");
    }

    private static Secrets any(Map<String, String> environment) {
        return new Secrets(name -> true, Optional::of, environment::get);
    }

    private Path written(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}
