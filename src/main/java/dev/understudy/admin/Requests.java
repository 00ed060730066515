package dev.understudy.admin;

import dev.understudy.catalog.KeyType;
import dev.understudy.explain.Question;
import dev.understudy.journal.RecentRequests;
import dev.understudy.journal.RequestRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What is asked about requests, those that came and those that might. Safe for use by many threads; never blocks. */
public final class Requests {

    private static final Pattern METHOD = Pattern.compile("[A-Za-z]{1,20}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._~:\\[\\]-]{1,260}");
    private static final int LISTED = 100;
    private static final int LISTED_AT_MOST = 1_000;

    private final RecentRequests recent;

    public Requests(RecentRequests recent) {
        this.recent = recent;
    }

    /** The request that the query of another one describes. @throws ErrorResponseException with 400 if it describes none */
    public static Question question(ServerRequest request) {
        Parameters query =
                Parameters.of(request, "method", "path", "host", "keytype", "body", "idempotency-key", "preflight");
        String method = query.text("method").orElse("GET");
        if (!METHOD.matcher(method).matches()) {
            throw Parameters.bad("method", method, "that of a request, such as GET");
        }
        String host = query.text("host").orElse("");
        if (!host.isEmpty() && !HOST.matcher(host).matches()) {
            throw Parameters.bad("host", host, "that of a request, with or without port");
        }
        return new Question(
                method.toUpperCase(Locale.ROOT),
                path(query),
                host,
                query.word("keytype", "production", "sandbox")
                        .map(type -> KeyType.valueOf(type.toUpperCase(Locale.ROOT))),
                query.number("body", 0, Long.MAX_VALUE, 0),
                query.flag("idempotency-key"),
                query.flag("preflight"));
    }

    // What is behind a question mark decides nothing, and may be secret.
    private static String path(Parameters query) {
        String path = query.required("path", "that of a request, such as /menu/7");
        int mark = path.indexOf('?');
        return mark < 0 ? path : path.substring(0, mark);
    }

    /** Those that the query of a request wants to see. @throws ErrorResponseException with 400 if it cannot be understood */
    public RequestList list(ServerRequest request) {
        Parameters query = Parameters.of(request, "api", "status", "moved", "limit");
        Optional<String> api = query.text("api");
        Optional<String> status = query.word("status", "none", "1xx", "2xx", "3xx", "4xx", "5xx");
        Optional<Boolean> moved = query.word("moved", "true", "false").map(Boolean::parseBoolean);
        long limit = query.number("limit", 1, LISTED_AT_MOST, LISTED);
        List<RequestRecord> remembered = recent.latest();
        return RequestList.of(
                remembered,
                remembered.stream()
                        .filter(one -> api.map(name -> isOf(name, one)).orElse(true))
                        .filter(one ->
                                status.map(RequestList.statusClass(one)::equals).orElse(true))
                        .filter(one -> moved.map(asked -> asked == RequestList.moved(one))
                                .orElse(true))
                        .limit(limit)
                        .toList());
    }

    private static boolean isOf(String api, RequestRecord request) {
        return request.found()
                .filter(found -> api.equals(found.api().name())
                        || api.equals(request.api().orElse("")))
                .isPresent();
    }

    /** The last one with this id. @throws ErrorResponseException with 404 if none is remembered */
    public RequestRecord one(String id) {
        return recent.find(id).orElseThrow(() -> unknown(recent.latest()));
    }

    private static ErrorResponseException unknown(List<RequestRecord> remembered) {
        String detail = remembered.isEmpty()
                ? "No request came since the start."
                : "None of the last %d requests, of which the first ended at %s, has this X-Request-Id."
                        .formatted(remembered.size(), ended(remembered));
        ErrorResponseException problem = AdminProblems.problem(HttpStatus.NOT_FOUND, detail);
        problem.getBody().setProperty("remembered", remembered.size());
        if (!remembered.isEmpty()) {
            problem.getBody().setProperty("since", ended(remembered));
        }
        return problem;
    }

    private static String ended(List<RequestRecord> remembered) {
        RequestRecord first = remembered.get(remembered.size() - 1);
        return first.at().plus(first.took()).toString();
    }
}
