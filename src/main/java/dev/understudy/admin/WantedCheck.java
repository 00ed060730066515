package dev.understudy.admin;

import dev.understudy.checkup.Question;
import dev.understudy.endpoint.Trust;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.web.ErrorResponseException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads which endpoints are to be checked. */
final class WantedCheck {

    /** Bytes of a body: 50 URLs, and certificates. */
    static final int LONGEST = 64 * 1024;

    /** Certificates. */
    static final int MOST_CERTIFICATES = 20;

    private static final List<String> MEMBERS = List.of("urls", "path", "certificates");
    private static final String EXAMPLE = "{\"urls\": [\"https://one.example/v1\"], \"path\": \"/health\"}";

    private WantedCheck() {}

    /** @throws ErrorResponseException if the body does not say so */
    static Question of(byte[] body, JsonMapper json) {
        JsonNode root = JsonBody.object(body, json, EXAMPLE, MEMBERS);
        List<String> urls = texts(root, "urls", 1, Question.MOST, "a URL");
        Optional<Trust> trust = trust(texts(root, "certificates", 0, MOST_CERTIFICATES, "one certificate in PEM"));
        List<Question.Target> targets =
                urls.stream().map(url -> new Question.Target(url, trust)).toList();
        try {
            return new Question(targets, path(root));
        } catch (IllegalArgumentException e) {
            throw Parameters.bad(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> path(JsonNode root) {
        JsonNode value = root.path("path");
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()) {
            throw Parameters.bad("path: no text (expected: a path such as /health)");
        }
        return Optional.of(value.stringValue());
    }

    private static Optional<Trust> trust(List<String> certificates) {
        try {
            return certificates.isEmpty() ? Optional.empty() : Optional.of(new Trust(certificates));
        } catch (IllegalArgumentException e) {
            throw Parameters.bad(String.valueOf(e.getMessage()));
        }
    }

    private static List<String> texts(JsonNode root, String member, int least, int most, String what) {
        JsonNode list = root.path(member);
        String expected = " (expected: a list of " + least + " to " + most + ", each " + what + " as text)";
        if (list.isMissingNode() && least > 0) {
            throw Parameters.bad(member + ": not there" + expected);
        }
        if (!list.isMissingNode() && !list.isArray()) {
            throw Parameters.bad(member + ": no list" + expected);
        }
        if (list.size() < least || list.size() > most) {
            throw Parameters.bad(member + ": " + list.size() + expected);
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list) {
            if (!each.isString()) {
                throw Parameters.bad(member + "/" + texts.size() + ": no text" + expected);
            }
            texts.add(each.stringValue());
        }
        return texts;
    }
}
