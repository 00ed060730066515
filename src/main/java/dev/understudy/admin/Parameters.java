package dev.understudy.admin;

import dev.understudy.catalog.OneLine;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The query of a request to the admin listener. What is not as it must be ends the request with 400. */
record Parameters(ServerRequest request) {

    private static final int LONGEST_SHOWN = 100;

    /** @param known all that there are: another one is refused, since it may be one of these, misspelt */
    static Parameters of(ServerRequest request, String... known) {
        Collection<String> unknown = new TreeSet<>(request.queryParams().keySet());
        unknown.removeAll(List.of(known));
        if (!unknown.isEmpty()) {
            throw bad(shown(unknown.iterator().next()) + ": no parameter here (expected: "
                    + (known.length == 0 ? "none" : String.join(", ", known)) + ")");
        }
        return new Parameters(request);
    }

    /** Empty if it is not there, or is empty. */
    Optional<String> text(String name) {
        List<String> values = request.queryParams().getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw bad(name + ": there " + values.size() + " times (expected: once)");
        }
        return values.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(values.get(0)).filter(value -> !value.isEmpty());
    }

    /** @param expected what it must be, in words */
    String required(String name, String expected) {
        return text(name).orElseThrow(() -> bad(name + ": not there (expected: " + expected + ")"));
    }

    boolean flag(String name) {
        return word(name, "true", "false").map(Boolean::parseBoolean).orElse(false);
    }

    /** One of these words, in lower case. */
    Optional<String> word(String name, String... words) {
        return text(name)
                .map(value -> List.of(words).stream()
                        .filter(word -> word.equalsIgnoreCase(value))
                        .findFirst()
                        .orElseThrow(() -> bad(name, value, String.join(" or ", words))));
    }

    /** A whole number. */
    long number(String name, long least, long most, long otherwise) {
        return text(name).map(value -> number(name, value, least, most)).orElse(otherwise);
    }

    static ErrorResponseException bad(String name, String found, String expected) {
        return bad(name + ": " + shown(found) + " (expected: " + expected + ")");
    }

    private static long number(String name, String value, long least, long most) {
        long number = value.matches("\\d{1,18}") ? Long.parseLong(value) : -1;
        if (number < least || number > most) {
            throw bad(name, value, "a whole number from " + least + " to " + most);
        }
        return number;
    }

    /** In quotes, on one line, and not too long. */
    static String shown(String value) {
        boolean longer = value.length() > LONGEST_SHOWN;
        return "'" + OneLine.of(longer ? value.substring(0, LONGEST_SHOWN) + "…" : value) + "'";
    }

    static ErrorResponseException bad(String detail) {
        return AdminProblems.problem(HttpStatus.BAD_REQUEST, detail);
    }
}
