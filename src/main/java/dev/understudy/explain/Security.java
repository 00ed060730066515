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
