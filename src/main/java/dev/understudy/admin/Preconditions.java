package dev.understudy.admin;

import dev.understudy.definitions.Condition;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.ETag;
import org.springframework.http.HttpHeaders;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Reads the headers that say on what a change depends (RFC 9110 §13.1). */
final class Preconditions {

    private static final int LONGEST = 2_000;

    private Preconditions() {}

    /** @throws ErrorResponseException if one of them is not valid */
    static Condition of(ServerRequest request) {
        // Those of If-Match are compared strongly, so a weak one is that of nothing.
        return new Condition(
                tags(request, HttpHeaders.IF_MATCH)
                        .map(tags ->
                                texts(tags.stream().filter(tag -> !tag.weak()).toList())),
                tags(request, HttpHeaders.IF_NONE_MATCH).map(Preconditions::texts));
    }

    private static Optional<List<ETag>> tags(ServerRequest request, String header) {
        List<String> lines = request.headers().header(header);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        String all = String.join(", ", lines);
        List<ETag> tags = all.length() > LONGEST ? List.of() : ETag.parse(all);
        if (tags.isEmpty()) {
            throw Parameters.bad(
                    header + ": " + Parameters.shown(all)
                            + " (expected: the value of an ETag header, with its quotes, or several with commas between, or *)");
        }
        return Optional.of(tags);
    }

    private static Set<String> texts(List<ETag> tags) {
        return tags.stream().map(ETag::tag).collect(Collectors.toSet());
    }
}
