package dev.understudy.admin;

import dev.understudy.openapi.Finding;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Reads parameters of requests, and says what is wrong with them. One that is empty counts as one that is not there. */
final class Query {

    private static final int LONGEST_SHOWN = 100;

    private Query() {}

    /** @throws ErrorResponseException if it is there twice */
    static Optional<String> one(ServerRequest request, String name) {
        List<String> values = request.queryParams().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw bad(name + ": there " + values.size() + " times (expected: once)");
        }
        return values.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(values.get(0)).filter(value -> !value.isEmpty());
    }

    /** @throws ErrorResponseException if it is neither true nor false */
    static boolean isTrue(ServerRequest request, String name) {
        String value = one(request, name).orElse("false");
        if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
            throw bad(name + ": " + shown(value) + " (expected: true or false)");
        }
        return value.equalsIgnoreCase("true");
    }

    /** In quotes, on one line, and not too long. */
    static String shown(String value) {
        return "'" + Finding.onOneLine(value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + "…" : value)
                + "'";
    }

    static ErrorResponseException bad(String detail) {
        return AdminProblems.problem(HttpStatus.BAD_REQUEST, detail);
    }
}
