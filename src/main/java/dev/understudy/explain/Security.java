package dev.understudy.explain;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.TokenIssuers;
import dev.understudy.catalog.TokenIssuers.TokenIssuer;
import java.util.List;
import java.util.Set;

/**
 * Who may call an operation.
 *
 * @param open whether no token is asked for
 * @param header that carries the token
 * @param scopes alternatives, of which a token must meet one in full; empty: any valid token does
 * @param issuers whose tokens are taken
 */
public record Security(boolean open, String header, List<List<String>> scopes, List<TokenIssuer> issuers) {

    /** The same in words. */
    String sentence() {
        if (open) {
            return "No token is asked for.";
        }
        if (issuers.isEmpty()) {
            return "A token is asked for, and no issuer is configured: every request is refused with 401.";
        }
        return "A valid token is asked for in the header %s%s."
                .formatted(header, anyTokenDoes() ? "" : ", with the scopes of one of " + scopes);
    }

    private boolean anyTokenDoes() {
        return scopes.isEmpty() || scopes.contains(List.of());
    }

    static Security of(Match.Found found, TokenIssuers issuers) {
        Access access = found.operation().access();
        List<Set<String>> alternatives =
                access instanceof Access.Secured secured ? secured.alternatives() : List.<Set<String>>of();
        boolean open = access instanceof Access.Open;
        return new Security(
                open,
                found.api().tokenHeader(),
                alternatives.stream()
                        .map(each -> each.stream().sorted().toList())
                        .toList(),
                open ? List.of() : issuers.all());
    }
}
