package dev.understudy.admin;

import dev.understudy.definitions.Outcome;
import dev.understudy.openapi.Finding;
import dev.understudy.store.Revision;
import dev.understudy.store.StoredApi;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** What the admin API says where nothing was changed. */
public final class ApiRefusals {

    private ApiRefusals() {}

    /** @param outcome one of those after which nothing was changed */
    public static ErrorResponseException of(String id, Outcome outcome) {
        if (outcome instanceof Outcome.Refused refused) {
            return faults(HttpStatus.BAD_REQUEST, "", refused.faults(), refused.warnings());
        }
        if (outcome instanceof Outcome.NotRestored lost) {
            String begin = "Revision " + lost.revision() + " cannot be used any more: ";
            return faults(HttpStatus.CONFLICT, begin, lost.faults(), List.of());
        }
        if (outcome instanceof Outcome.Unfit unfit) {
            return AdminProblems.problem(HttpStatus.PRECONDITION_FAILED, unfit(id, unfit.there()));
        }
        if (outcome instanceof Outcome.Clashes clashes) {
            return AdminProblems.problem(HttpStatus.CONFLICT, clashes.why());
        }
        if (outcome instanceof Outcome.NotFound notFound) {
            return AdminProblems.problem(HttpStatus.NOT_FOUND, notFound.why());
        }
        if (outcome instanceof Outcome.Away away) {
            return AdminProblems.away(away.why());
        }
        return outcome instanceof Outcome.NotKept notKept
                ? AdminProblems.notKept(notKept.why())
                : AdminProblems.later("Other changes are under way.");
    }

    private static String unfit(String id, Optional<StoredApi> there) {
        String begin = "'" + Finding.onOneLine(id) + "' is not what the request expects: ";
        if (there.isEmpty()) {
            return begin + "it is not deployed. Nothing was changed.";
        }
        Revision latest = there.get().latest();
        return begin + "it is deployed as revision " + latest.number() + ", by " + Finding.onOneLine(latest.by())
                + " at " + latest.at() + ", with the ETag \"" + there.get().tag()
                + "\". Nothing was changed: read it again, and decide anew.";
    }

    private static ErrorResponseException faults(
            HttpStatus status, String begin, List<Finding> faults, List<Finding> warnings) {
        String others = faults.size() == 1 ? "" : " (and " + (faults.size() - 1) + " more: see errors)";
        ErrorResponseException problem = AdminProblems.problem(status, begin + faults.get(0) + others);
        problem.getBody().setProperty("errors", Place.of(faults));
        problem.getBody().setProperty("warnings", Place.of(warnings));
        return problem;
    }
}
