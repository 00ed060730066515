package dev.understudy.security;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Match;
import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds the token of a request (RFC 6750 §2.1) where the operation asks for one. The query and the body are never looked
 * at: tokens there end in logs.
 */
final class BearerTokenReader implements ServerAuthenticationConverter {

    private static final Pattern BEARER_SCHEME = Pattern.compile("(?i)Bearer(?![^ \\t]).*");
    private static final Pattern BEARER_TOKEN = Pattern.compile("(?i)Bearer [A-Za-z0-9._~+/-]++=*+");
    private static final int TOKEN_START = "Bearer ".length();

    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        return Mono.defer(() -> read(exchange));
    }

    private static Mono<Authentication> read(ServerWebExchange exchange) {
        Match.Found found = exchange.getAttribute(Match.Found.ATTRIBUTE);
        if (found == null) {
            throw new Refused(Problem.NO_PATH);
        }
        HttpHeaders headers = exchange.getRequest().getHeaders();
        String tokenHeader = found.api().tokenHeader();
        refuseTwo(headers, HttpHeaders.AUTHORIZATION);
        if (found.operation().access() instanceof Access.Open) {
            return Mono.empty();
        }
        refuseTwo(headers, tokenHeader);
        return Mono.just(new BearerTokenAuthenticationToken(token(headers.getFirst(tokenHeader), tokenHeader)));
    }

    // Two readers would each pick their own.
    private static void refuseTwo(HttpHeaders headers, String name) {
        List<String> values = headers.getOrEmpty(name);
        if (values.size() > 1) {
            throw new Refused(Problem.BAD_REQUEST, "The request has more than one header " + name + ".");
        }
    }

    private static String token(@Nullable String value, String name) {
        if (value == null || value.isEmpty()) {
            throw Challenge.noToken();
        }
        // Two header lines that somebody on the way has made one of (RFC 9110 §5.3).
        if (value.indexOf(',') >= 0) {
            throw new Refused(Problem.BAD_REQUEST, "The header " + name + " has more than one value.");
        }
        if (!BEARER_SCHEME.matcher(value).matches()) {
            throw Challenge.noToken();
        }
        if (!BEARER_TOKEN.matcher(value).matches()) {
            throw Challenge.badToken(Problem.INVALID_TOKEN);
        }
        return value.substring(TOKEN_START);
    }
}
