package dev.understudy.admin;

import dev.understudy.settings.UnderstudyProperties.Role;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;

/** Whether this process takes changes of what is deployed and held, and what those are told who want one where it does not. */
public final class Changes {

    private static final String WANTED = Changes.class.getName() + ".WANTED";

    private final boolean taken;
    private final String instead;

    /** @param controlPlanes where they are taken instead; may be empty */
    Changes(Role role, List<String> controlPlanes) {
        this.taken = role.takesChanges();
        this.instead = controlPlanes.isEmpty()
                ? "a control plane, or a gateway with the role all, that has the same store"
                : "a control plane: " + String.join(" or ", controlPlanes);
    }

    /** Whether there are any at all. */
    public boolean areTaken() {
        return taken;
    }

    /**
     * Requests for changes that are not taken: whatever is not known to change nothing.
     *
     * @param harmless requests that change nothing
     */
    public ServerWebExchangeMatcher refused(ServerWebExchangeMatcher harmless) {
        return exchange -> taken
                ? MatchResult.notMatch()
                : harmless.matches(exchange).flatMap(found -> {
                    if (found.isMatch()) {
                        return MatchResult.notMatch();
                    }
                    exchange.getAttributes().put(WANTED, true);
                    return MatchResult.match();
                });
    }

    /** Whether this was found to be one of those. */
    public static boolean isWanted(ServerWebExchange exchange) {
        return exchange.getAttributes().containsKey(WANTED);
    }

    /** What whoever asked for one is told. */
    public ErrorResponseException refusal(ServerWebExchange exchange, AuditLog audit) {
        audit.refused(exchange, AuditLog.user(exchange), "no changes are taken here");
        return AdminProblems.problem(HttpStatus.FORBIDDEN, why());
    }

    /** In sentences. */
    public String why() {
        return "This gateway takes no changes (understudy.role: gateway). Make them at " + instead + ".";
    }
}
