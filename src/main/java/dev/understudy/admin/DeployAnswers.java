package dev.understudy.admin;

import dev.understudy.definitions.Outcome;
import dev.understudy.openapi.Finding;
import dev.understudy.store.Placement;
import dev.understudy.store.Revision;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/** What the deploy API says of a change, in the forms that callers of Choreo Connect's adapter know. */
final class DeployAnswers {

    private DeployAnswers() {}

    /**
     * Choreo Connect's {@code DeployResponse}.
     *
     * @param action {@code deployed} or {@code undeployed}
     * @param info what was done, then a line for each warning
     */
    record Done(String action, String info) {

        String firstLine() {
            return info.lines().findFirst().orElse("");
        }
    }

    /** @throws ErrorResponseException if nothing was done */
    static Done done(Outcome outcome) {
        if (outcome instanceof Outcome.Deployed deployed) {
            return new Done("deployed", info(deployed));
        }
        if (outcome instanceof Outcome.Undeployed undeployed) {
            return new Done(
                    "undeployed",
                    Finding.onOneLine(undeployed.name() + " " + undeployed.version()) + " is taken from "
                            + String.join(", ", undeployed.virtualHosts()));
        }
        throw refusal(outcome);
    }

    /** @param detail for the caller: what was found, what was expected, what to do; on one line */
    static ErrorResponseException problem(HttpStatus status, String detail) {
        return known(AdminProblems.problem(status, detail));
    }

    /** A problem that also has the members of Choreo Connect's {@code Error}: there the code is a number. */
    static ErrorResponseException known(ErrorResponseException problem) {
        ProblemDetail body = problem.getBody();
        String detail = String.valueOf(body.getDetail());
        body.setProperty("code", body.getStatus());
        body.setProperty("message", detail);
        body.setProperty("description", detail);
        return problem;
    }

    private static ErrorResponseException refusal(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return faults(refused.faults());
        }
        if (outcome instanceof Outcome.Exists exists) {
            return problem(
                    HttpStatus.CONFLICT,
                    Finding.onOneLine(exists.name() + " " + exists.version()) + " is deployed already on "
                            + String.join(", ", exists.virtualHosts())
                            + " (to replace it: ?override=true, or apictl mg deploy api --override)");
        }
        if (outcome instanceof Outcome.Clashes clashes) {
            return problem(HttpStatus.CONFLICT, clashes.why());
        }
        if (outcome instanceof Outcome.NotFound notFound) {
            return problem(HttpStatus.NOT_FOUND, notFound.why());
        }
        // RFC 4918 §11.5. The status is all that apictl shows, and 500 would not say whose fault it is.
        if (outcome instanceof Outcome.NotKept notKept) {
            return known(AdminProblems.notKept(notKept.why()));
        }
        return known(
                outcome instanceof Outcome.Away away
                        ? AdminProblems.away(away.why())
                        : AdminProblems.later("Other changes are under way."));
    }

    private static ErrorResponseException faults(List<Finding> faults) {
        List<String> texts = faults.stream().map(Finding::toString).toList();
        String others = texts.size() == 1 ? "" : " (and " + (texts.size() - 1) + " more: see errors)";
        ErrorResponseException problem = problem(HttpStatus.BAD_REQUEST, texts.get(0) + others);
        problem.getBody().setProperty("errors", texts);
        return problem;
    }

    private static String info(Outcome.Deployed deployed) {
        Revision revision = deployed.revision();
        String hosts =
                deployed.placements().stream().map(Placement::virtualHost).collect(Collectors.joining(", "));
        String first = Finding.onOneLine(revision.name() + " " + revision.version()) + " is served on " + hosts + " at "
                + Finding.onOneLine(revision.context()) + ": revision " + revision.number() + ", operations "
                + deployed.operations();
        return Stream.concat(Stream.of(first), deployed.warnings().stream().map(warning -> "warning: " + warning))
                .collect(Collectors.joining("\n"));
    }
}
