package dev.understudy.admin.console;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/** Somebody who signed in with the form. Safe for use by many threads. */
final class Session {

    private static final String ATTRIBUTE = Session.class.getName();

    private final String user;
    private final String formToken;
    private final long since;
    private volatile long used;
    private final AtomicReference<@Nullable String> notice = new AtomicReference<>();

    /**
     * @param formToken what its forms have in them
     * @param now nanoseconds of a clock that nobody sets
     */
    Session(String user, String formToken, long now) {
        this.user = user;
        this.formToken = formToken;
        this.since = now;
        this.used = now;
    }

    String user() {
        return user;
    }

    /** What every form of this session has in it, so that a form that somebody else made is none. */
    String formToken() {
        return formToken;
    }

    long since() {
        return since;
    }

    long used() {
        return used;
    }

    void use(long now) {
        used = now;
    }

    /** To be said on the next page. */
    void say(String text) {
        notice.set(text);
    }

    /** What was to be said; once. */
    Optional<String> said() {
        return Optional.ofNullable(notice.getAndSet(null));
    }

    /** Whose the request is; empty before the sign-in. */
    static Optional<Session> of(ServerWebExchange exchange) {
        return Optional.ofNullable(exchange.getAttribute(ATTRIBUTE));
    }

    void isOf(ServerWebExchange exchange) {
        exchange.getAttributes().put(ATTRIBUTE, this);
    }
}
