package dev.understudy.admin.console;

import dev.understudy.admin.AdminUsers;
import dev.understudy.admin.AuditLog;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpCookie;
import org.springframework.http.ResponseCookie;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Takes the cookie of a session, and nothing else that a request could sign in with. */
final class SessionFilter implements WebFilter {

    // Browsers take a cookie of such a name only over TLS, for this host alone and for all its paths.
    static final String COOKIE = "__Host-understudy";

    private final Sessions sessions;
    private final AdminUsers users;

    SessionFilter(Sessions sessions, AdminUsers users) {
        this.sessions = sessions;
        this.users = users;
    }

    /** Roles are those that the user has now, not those of the sign-in. */
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        AuditLog.cameBy(exchange, "console");
        return id(exchange)
                .flatMap(sessions::use)
                .flatMap(session -> users.signedIn(session.user()).map(user -> {
                    session.isOf(exchange);
                    AuditLog.signedIn(exchange, session.user());
                    return chain.filter(exchange).contextWrite(ReactiveSecurityContextHolder.withAuthentication(user));
                }))
                .orElseGet(() -> chain.filter(exchange));
    }

    /** The id of the session that a request says it is of. */
    static Optional<String> id(ServerWebExchange exchange) {
        return Optional.ofNullable(exchange.getRequest().getCookies().getFirst(COOKIE))
                .map(HttpCookie::getValue);
    }

    /** Without an age: it goes when the browser does. */
    static ResponseCookie cookie(String id) {
        return cookieOf(id).build();
    }

    static ResponseCookie noCookie() {
        return cookieOf("").maxAge(Duration.ZERO).build();
    }

    private static ResponseCookie.ResponseCookieBuilder cookieOf(String value) {
        return ResponseCookie.from(COOKIE, value)
                .path("/")
                .httpOnly(true)
                .secure(true)
                .sameSite("Strict");
    }
}
