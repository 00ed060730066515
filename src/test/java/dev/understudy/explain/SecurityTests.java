package dev.understudy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.TokenIssuers.TokenIssuer;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecurityTests {

    private static final TokenIssuer ISSUER = new TokenIssuer("https://idp.example.com", List.of(), true);
    private static final String ANY = "A valid token is asked for in the header X-Token.";

    @Test
    void anAlternativeWithoutScopesIsMetByAnyToken() {
        assertThat(asking().sentence()).isEqualTo(ANY);
        assertThat(asking(List.of()).sentence()).isEqualTo(ANY);
        assertThat(asking(List.of("menu"), List.of()).sentence()).isEqualTo(ANY);
    }

    @Test
    void alternativesThatAllHaveScopesAreNamed() {
        assertThat(asking(List.of("menu", "read"), List.of("all")).sentence())
                .isEqualTo(
                        "A valid token is asked for in the header X-Token, with the scopes of one of [[menu, read], [all]].");
    }

    @Test
    void whereNoTokenIsAskedForOrNoneCanBeValidItIsSaid() {
        assertThat(new Security(true, "X-Token", List.of(), List.of()).sentence())
                .isEqualTo("No token is asked for.");
        assertThat(new Security(false, "X-Token", List.of(), List.of()).sentence())
                .contains("every request is refused with 401");
    }

    @SafeVarargs
    private static Security asking(List<String>... alternatives) {
        return new Security(false, "X-Token", List.of(alternatives), List.of(ISSUER));
    }
}
