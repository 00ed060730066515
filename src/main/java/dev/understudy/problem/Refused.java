package dev.understudy.problem;

import java.util.Map;

/** Ends a request with an answer of the gateway's own. Its message is for the caller. */
public class Refused extends RuntimeException {

    private final transient Problem problem;
    private final String detail;
    private final transient Map<String, String> headers;

    public Refused(Problem problem) {
        this(problem, problem.description(), Map.of());
    }

    public Refused(Problem problem, String detail) {
        this(problem, detail, Map.of());
    }

    /** @param headers what the answer carries besides, such as {@code Allow} */
    public Refused(Problem problem, String detail, Map<String, String> headers) {
        super(detail, null, false, false);
        this.problem = problem;
        this.detail = detail;
        this.headers = Map.copyOf(headers);
    }

    public Problem problem() {
        return problem;
    }

    /** Why, for the caller. */
    public String detail() {
        return detail;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
