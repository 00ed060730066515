package dev.understudy.admin;

import dev.understudy.definitions.Condition;
import dev.understudy.definitions.DeployedApis;
import dev.understudy.definitions.Edit;
import dev.understudy.definitions.Outcome;
import dev.understudy.definitions.Outcome.Applied;
import dev.understudy.definitions.Put;
import dev.understudy.openapi.EndpointLists;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Changes of APIs, each with its line in the audit log, also when the caller has left by then. All methods may be called
 * from any thread; what they return completes on a thread that must not be held up.
 */
public final class ApiChanges {

    private final DeployedApis deployed;
    private final AuditLog audit;

    ApiChanges(DeployedApis deployed, AuditLog audit) {
        this.deployed = deployed;
        this.audit = audit;
    }

    /** A dry run changes nothing, and has no line. */
    public CompletableFuture<Outcome> put(ServerWebExchange exchange, Put what) {
        return what.dryRun() ? deployed.put(what) : told(exchange, "put", what.id(), deployed.put(what));
    }

    public CompletableFuture<Outcome> remove(ServerWebExchange exchange, String id, Condition condition) {
        return told(exchange, "delete", id, deployed.remove(id, condition));
    }

    public CompletableFuture<Outcome> restore(
            ServerWebExchange exchange, String id, int revision, Condition condition) {
        return told(
                exchange,
                "restore",
                id + " revision " + revision,
                deployed.restore(id, revision, condition, AuditLog.user(exchange)));
    }

    /** Asked for when somebody waits for it. Goes on off the thread that outcomes come from, which has the next one to make. */
    public static <T> Mono<T> waited(Supplier<CompletableFuture<T>> outcome) {
        return Mono.fromFuture(outcome, true).publishOn(Schedulers.parallel());
    }

    /** Keeps lists of endpoints that somebody wrote, without deploying them. */
    public CompletableFuture<Edit> keepDraft(
            ServerWebExchange exchange, String id, Edit.Seen seen, Edit.Wanted wanted, EndpointLists.Place written) {
        return toldEdit(exchange, "draft", id, deployed.keepDraft(id, seen, wanted, written, AuditLog.user(exchange)));
    }

    public CompletableFuture<Edit> discardDraft(ServerWebExchange exchange, String id, Edit.Seen seen) {
        return toldEdit(exchange, "discard draft", id, deployed.discardDraft(id, seen));
    }

    /** Deploys the draft that somebody saw. */
    public CompletableFuture<Edit> deployDraft(ServerWebExchange exchange, String id, Edit.Seen seen) {
        return toldEdit(
                exchange,
                "put endpoints",
                id,
                deployed.deployLists(id, seen, Edit.Lists::wanted, AuditLog.user(exchange)));
    }

    private CompletableFuture<Edit> toldEdit(
            ServerWebExchange exchange, String action, String subject, CompletableFuture<Edit> change) {
        return change.whenComplete((edit, error) -> audit.done(exchange, action, subject, result(subject, edit)));
    }

    private static String result(String subject, @Nullable Edit edit) {
        if (edit instanceof Edit.Other other) {
            return result(subject, other.outcome());
        }
        if (edit instanceof Edit.Overtaken) {
            return "overtaken: nothing was changed";
        }
        return edit == null ? "failed" : edit instanceof Edit.Kept ? "kept" : "discarded";
    }

    private CompletableFuture<Outcome> told(
            ServerWebExchange exchange, String action, String subject, CompletableFuture<Outcome> change) {
        return change.whenComplete((outcome, error) -> audit.done(exchange, action, subject, result(subject, outcome)));
    }

    private static String result(String subject, @Nullable Outcome outcome) {
        if (outcome == null) {
            return "failed";
        }
        if (outcome instanceof Applied applied) {
            return applied.result().name().toLowerCase(Locale.ROOT) + ": revision "
                    + applied.api().latest().number();
        }
        return outcome instanceof Outcome.Undeployed undeployed
                ? "taken from " + String.join(", ", undeployed.virtualHosts())
                : AuditLog.result(ApiRefusals.of(subject, outcome));
    }
}
