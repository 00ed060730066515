package dev.understudy.admin;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.scheduler.Scheduler;

/**
 * Who did what on the admin listener, from where, and what came of it: one line each, of the logger {@code
 * dev.understudy.audit}. Values stand in quotes; what could break or disguise a line is escaped, and what is too long is
 * cut. Never hand over a secret. Safe for use by many threads; nothing here waits.
 */
public final class AuditLog {

    /** For somebody who has not signed in. */
    public static final String NOBODY = "-";

    /** Characters of each value. */
    static final int LONGEST = 200;

    static final Duration WINDOW = Duration.ofSeconds(10);

    /** Lines about refusals in a window, one for each network at most. */
    static final int LINES_IN_WINDOW = 20;

    private static final Logger log = LoggerFactory.getLogger("dev.understudy.audit");
    private static final String USER = AuditLog.class.getName() + ".user";
    private static final String WAY = AuditLog.class.getName() + ".way";
    private static final String LINE = "user=\"{}\" from=\"{}\" action=\"{}\" subject=\"{}\" result=\"{}\"";

    private final Scheduler timer;
    private final Set<String> written = new HashSet<>();
    private long unwritten;

    AuditLog(Scheduler timer) {
        this.timer = timer;
    }

    /** Says whose the request is. The sign-in has said so before a handler is called. */
    public static void signedIn(ServerWebExchange exchange, String user) {
        exchange.getAttributes().put(USER, user);
    }

    /** Whose the request is; {@link #NOBODY} before the sign-in. */
    public static String user(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(USER, NOBODY);
    }

    /** Says by which way it came, such as {@code console}: that stands in front of what was done. */
    public static void cameBy(ServerWebExchange exchange, String way) {
        exchange.getAttributes().put(WAY, way + " ");
    }

    /**
     * Something was done, or was tried by somebody who may.
     *
     * @param action such as {@code deploy}
     * @param subject what it was done to, such as the name and version of an API
     * @param result such as {@code served}, or why nothing came of it
     */
    public void done(ServerWebExchange exchange, String action, String subject, String result) {
        log.info(
                LINE,
                printable(user(exchange)),
                Source.of(exchange).address(),
                printable(exchange.getAttributeOrDefault(WAY, "") + action),
                printable(subject),
                printable(result));
    }

    /**
     * A request was refused. Many refusals have few lines: one for each network in {@link #WINDOW}, {@link
     * #LINES_IN_WINDOW} of all together, and one that tells how many had none.
     *
     * @param user of somebody who exists, else {@link #NOBODY}: in the place of names people type passwords, too
     * @param why without anything that the caller sent
     */
    public void refused(ServerWebExchange exchange, String user, String why) {
        Source source = Source.of(exchange);
        if (!takeLine(source.network())) {
            return;
        }
        String path = exchange.getRequest().getURI().getRawPath();
        log.warn(
                LINE,
                printable(user),
                source.address(),
                exchange.getRequest().getMethod(),
                printable(path),
                "refused: " + why);
    }

    /** What came of something, where it was refused. */
    static String result(ErrorResponseException refusal) {
        return "refused with " + refusal.getStatusCode().value() + ": "
                + refusal.getBody().getDetail();
    }

    private synchronized boolean takeLine(String network) {
        if (written.isEmpty()) {
            timer.schedule(this::endWindow, WINDOW.toMillis(), TimeUnit.MILLISECONDS);
        }
        if (written.size() < LINES_IN_WINDOW && written.add(network)) {
            return true;
        }
        unwritten++;
        return false;
    }

    private synchronized void endWindow() {
        if (unwritten > 0) {
            log.warn("{} more requests were refused within {} s", unwritten, WINDOW.toSeconds());
        }
        written.clear();
        unwritten = 0;
    }

    /** On one line, without a quote, and as it looks. */
    static String printable(String text) {
        StringBuilder line = new StringBuilder();
        text.codePoints().limit(LONGEST).forEach(character -> append(line, character));
        return text.codePointCount(0, text.length()) > LONGEST
                ? line.append('…').toString()
                : line.toString();
    }

    private static void append(StringBuilder line, int character) {
        if (character == '"' || character == '\\' || !isVisible(character)) {
            line.append(String.format("\\u{%x}", character));
        } else {
            line.appendCodePoint(character);
        }
    }

    private static boolean isVisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
