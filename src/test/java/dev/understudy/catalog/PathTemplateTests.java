package dev.understudy.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.understudy.catalog.PathTemplate.Below;
import dev.understudy.catalog.PathTemplate.Concrete;
import dev.understudy.catalog.PathTemplate.Named;
import dev.understudy.catalog.PathTemplate.Partial;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTemplateTests {

    @Test
    void readsConcreteNamedPartialAndOpenEndedSegments() {
        assertThat(PathTemplate.parse("/pets/{id}/photo.{format}/*").segments())
                .containsExactly(new Concrete("pets"), new Named(), new Partial(List.of("photo.", "")), new Below());
    }

    @Test
    void comparesConcreteTextUnescaped() {
        assertThat(PathTemplate.parse("/%6denu/caf%C3%A9").segments())
                .containsExactly(new Concrete("menu"), new Concrete("café"));
        assertThat(PathTemplate.parse("/café").segments()).containsExactly(new Concrete("café"));
    }

    @Test
    void anEscapedAsteriskIsJustText() {
        assertThat(PathTemplate.parse("/%2A").segments()).containsExactly(new Concrete("*"));
    }

    @Test
    void aSlashAtTheEndDoesNotCount() {
        assertThat(PathTemplate.parse("/pets/").segments()).containsExactly(new Concrete("pets"));
        assertThat(PathTemplate.parse("/").segments()).isEmpty();
    }

    @Test
    void isWrittenAsTheDocumentHasIt() {
        assertThat(PathTemplate.parse("/pets/{petId}/")).hasToString("/pets/{petId}/");
    }

    @ParameterizedTest
    @CsvSource({
        "/{id}.json,     1.json,    true",
        "/{id}.json,     .json,     false",
        "/{id}.json,     1.jsonx,   false",
        "/{id}.json,     a.json.json, true",
        "/v{n},          v1,        true",
        "/v{n},          v,         false",
        "/{a}-{b},       x-y,       true",
        "/{a}-{b},       x--,       true",
        "/{a}-{b},       -y,        false",
        "/{a}-{b},       x-,        false",
        "/{a}-{b}-{c},   x-y-z,     true",
        "/{a}-{b}-{c},   x--z,      false",
        "/{a}-{b}-{c},   -----,     true",
        "/ab{x}ba,       abba,      false",
        "/ab{x}ba,       ab_ba,     true",
        "/aba{x}aba,     ababa,     false",
    })
    void eachNameOfAPartialSegmentStandsForAtLeastOneCharacter(String template, String segment, boolean matches) {
        Partial partial = (Partial) PathTemplate.parse(template).segments().get(0);

        assertThat(partial.matches(segment)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "pets,      a path that starts with '/'",
        "/a?b,      a path without query",
        "/a#b,      a path without query",
        "/a//b,     no empty segment",
        "//,        no empty segment",
        "/*/a,      only as the last segment",
        "/**,       only as the last segment",
        "/{a}{b},   some text between two names",
        "/{a,       names in pairs of braces",
        "/a},       names in pairs of braces",
        "/{},       names in pairs of braces",
        "/{{a}},    names in pairs of braces",
        "/{a/b},    names in pairs of braces",
        "/%zz,      valid escapes",
        "/%ff,      valid escapes",
    })
    void refusesWhatIsNoTemplateAndSaysWhatWasExpected(String text, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathTemplate.parse(text))
                .withMessageStartingWith("expected: ")
                .withMessageContaining(expected);
    }
}
