package dev.understudy.explain;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.ApiCatalog;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Reception;
import dev.understudy.catalog.TokenIssuers;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.endpoint.HealthRegistry;
import dev.understudy.endpoint.Member;
import dev.understudy.failover.Forecast;
import dev.understudy.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says what would become of a request now, without sending anything. It asks those who decide: what they say here is what
 * they would do. Safe for use by many threads; never blocks.
 */
public final class Explainer {

    private final ApiCatalog catalog;
    private final HealthRegistry health;
    private final TokenIssuers issuers;

    public Explainer(ApiCatalog catalog, HealthRegistry health, TokenIssuers issuers) {
        this.catalog = catalog;
        this.health = health;
        this.issuers = issuers;
    }

    public Explanation explain(Question question) {
        Catalog now = catalog.current();
        Reception reception =
                Reception.of(now, question.host(), question.method(), question.path(), question.preflight());
        Draft draft = new Draft(now.virtualHost(question.host()));
        if (reception instanceof Reception.Accepted accepted) {
            return accepted(question, accepted.found(), draft);
        }
        if (reception instanceof Reception.OfGateway) {
            return draft.answered(
                    200, List.of(), "The gateway tells of its own state. (/ready is 503 while it is not ready.)");
        }
        if (reception instanceof Reception.Unfit unfit) {
            return draft.refused(Problem.BAD_REQUEST, List.of(), unfit.why());
        }
        if (reception instanceof Reception.Blocked blocked) {
            return draft.refused(
                    Problem.API_BLOCKED, List.of(), "The API " + blocked.api().name() + " is blocked.");
        }
        if (reception instanceof Reception.Preflight preflight) {
            return draft.answered(
                    204,
                    List.of(),
                    "The gateway answers preflights of the API "
                            + preflight.api().name() + " itself.");
        }
        if (reception instanceof Reception.Options options) {
            return draft.answered(
                    204,
                    options.declared(),
                    "The document does not declare OPTIONS here, so that the gateway answers it.");
        }
        return reception instanceof Reception.OtherMethod other
                ? draft.refused(Problem.NO_METHOD, other.declared(), "The path is there, but not with this method.")
                : draft.refused(Problem.NO_PATH, List.of(), "No API of this host has this path.");
    }

    private Explanation accepted(Question question, Match.Found found, Draft draft) {
        OperationFound operation = OperationFound.of(found, question.path());
        Security security = Security.of(found, issuers);
        return found.operation()
                .group(keyType(question, found))
                .map(group -> forwarded(question, found, group, draft, operation, security))
                .orElseGet(() -> draft.refused(operation, security));
    }

    // As CallerFilter leaves it: of whoever needs no token, nothing is known.
    private static Optional<KeyType> keyType(Question question, Match.Found found) {
        return found.operation().access() instanceof Access.Open
                ? Optional.empty()
                : question.keyType().or(() -> Optional.of(KeyType.PRODUCTION));
    }

    private Explanation forwarded(
            Question question,
            Match.Found found,
            EndpointGroup group,
            Draft draft,
            OperationFound operation,
            Security security) {
        boolean allowed = found.operation().repeatable(group.policy(), question.idempotencyKey());
        boolean repeatable = allowed && question.bodyBytes() <= group.policy().replayLimitBytes();
        List<Member> members = health.members(group);
        List<Member> order = Forecast.order(group, members, repeatable);
        List<Place> line = new ArrayList<>();
        order.forEach(member -> line.add(Place.of(member, group, line.isEmpty(), repeatable)));
        // Behind those that are asked, those that are not.
        members.stream()
                .filter(member -> member.health().held())
                .forEach(member -> line.add(Place.of(member, group, false, repeatable)));
        Optional<Problem> nobody = order.isEmpty() ? Optional.of(Problem.HELD_DOWN) : Optional.empty();
        return new Explanation(
                nobody.isPresent() ? "refused" : "forwarded",
                List.of(
                        "It is for %s %s of %s %s."
                                .formatted(
                                        operation.method(), operation.template(), operation.api(), operation.version()),
                        security.sentence(),
                        first(nobody, line.get(0)),
                        repeats(allowed, repeatable)),
                nobody.map(Problem::status).orElse(null),
                nobody.map(Problem::code).orElse(null),
                List.of(),
                draft.virtualHost().orElse(null),
                operation,
                security,
                repeatable,
                Explanation.Targets.of(group),
                List.copyOf(line),
                Forecast.all(group, members, repeatable).stream()
                        .map(Explanation.Branch::of)
                        .toList());
    }

    private static String first(Optional<Problem> nobody, Place first) {
        return nobody.isPresent()
                ? "Nobody is asked: operators hold every endpoint."
                : "Endpoint %d is asked first: %s".formatted(first.position(), first.why());
    }

    private static String repeats(boolean allowed, boolean repeatable) {
        if (repeatable) {
            return "If an endpoint gives no answer, or one that moves the request on, it may be sent again to the next.";
        }
        return allowed
                ? "Its body is longer than what is kept, so that it is not sent again once it was sent to an endpoint."
                : "Neither its method nor its document allows it to be sent again once it was sent to an endpoint.";
    }

    /** What is known before anything is found. */
    private record Draft(Optional<String> virtualHost) {

        Explanation answered(int status, Collection<String> allowed, String text) {
            return own("answered", status, null, allowed, text, null, null);
        }

        Explanation refused(Problem problem, Collection<String> allowed, String text) {
            return own("refused", problem.status(), problem.code(), allowed, text, null, null);
        }

        Explanation refused(OperationFound operation, Security security) {
            Problem problem = Problem.NO_ENDPOINT_FOR_KEY_TYPE;
            return own(
                    "refused",
                    problem.status(),
                    problem.code(),
                    List.of(),
                    "The operation has no endpoint for tokens of this key type.",
                    operation,
                    security);
        }

        private Explanation own(
                String outcome,
                int status,
                @Nullable String code,
                Collection<String> allowed,
                String text,
                @Nullable OperationFound operation,
                @Nullable Security security) {
            return new Explanation(
                    outcome,
                    List.of(text),
                    status,
                    code,
                    List.copyOf(allowed),
                    virtualHost.orElse(null),
                    operation,
                    security,
                    null,
                    null,
                    List.of(),
                    List.of());
        }
    }
}
