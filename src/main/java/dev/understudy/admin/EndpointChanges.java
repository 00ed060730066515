package dev.understudy.admin;

import dev.understudy.endpoint.Hold;
import dev.understudy.overrides.Outcome;
import dev.understudy.overrides.Overrides;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Endpoints are held and let go, each time with a line in the audit log, also when the caller has left by then. All methods
 * may be called from any thread; what they return completes on a thread that must not be held up.
 */
public final class EndpointChanges {

    private static final String ACTION = "override";

    private final Overrides overrides;
    private final AuditLog audit;

    EndpointChanges(Overrides overrides, AuditLog audit) {
        this.overrides = overrides;
        this.audit = audit;
    }

    /** @param url of an endpoint, as {@link dev.understudy.endpoint.Endpoint#toString} has it */
    public CompletableFuture<Outcome> change(ServerWebExchange exchange, String url, WantedOverride wanted) {
        return change(wanted, url, AuditLog.user(exchange))
                .whenComplete((outcome, error) -> audit.done(exchange, ACTION, url, result(outcome, wanted)));
    }

    /** Nothing came of it. @param subject what the caller named, as it did */
    public void refused(ServerWebExchange exchange, String subject, ErrorResponseException refusal) {
        audit.done(exchange, ACTION, subject, AuditLog.result(refusal));
    }

    /** @throws ErrorResponseException that says why, where nothing was changed */
    public static void refuseUnlessDone(Outcome outcome) {
        if (outcome instanceof Outcome.NotKept) {
            throw AdminProblems.notKept("the log of the gateway says why");
        }
        if (outcome instanceof Outcome.Away) {
            throw AdminProblems.away("what it is kept in cannot be reached");
        }
        if (outcome instanceof Outcome.TooMany) {
            throw AdminProblems.problem(
                    HttpStatus.CONFLICT,
                    Overrides.MOST_HELD + " endpoints are held already (expected: fewer). Let others go first.");
        }
        if (outcome instanceof Outcome.Busy) {
            throw AdminProblems.later("Other changes are under way.");
        }
    }

    private CompletableFuture<Outcome> change(WantedOverride wanted, String url, String by) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return wanted.kind()
                .map(kind ->
                        overrides.hold(new Hold(url, kind, now, wanted.time().map(now::plus), wanted.reason(), by)))
                .orElseGet(() -> overrides.letGo(url, by));
    }

    private static String result(@Nullable Outcome outcome, WantedOverride wanted) {
        if (outcome == null) {
            return "failed";
        }
        try {
            refuseUnlessDone(outcome);
        } catch (ErrorResponseException refusal) {
            return AuditLog.result(refusal);
        }
        return wanted.kind().map(Hold.Kind::word).orElse("auto")
                + wanted.time().map(time -> " for " + time.toSeconds() + " s").orElse("")
                + (wanted.reason().isEmpty() ? "" : ": " + wanted.reason());
    }
}
