package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import dev.understudy.endpoint.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The part of the admin API that is about endpoints. */
final class Endpoints {

    static final String PATH = "/api/v1/endpoints";

    private Endpoints() {}

    /**
     * What is known of some of them; nothing is changed where one of them is not known.
     *
     * @param named each by its id or its URL
     */
    static List<Facts> of(AdminClient client, List<String> named) {
        return named.stream()
                .map(name -> client.get(PATH + "/" + AdminUrl.escaped(id(name)))
                        .orThrow(name)
                        .body())
                .toList();
    }

    /** As it is now. @param endpoint as it was before */
    static Facts again(AdminClient client, Facts endpoint) {
        return client.get(path(endpoint)).orThrow(endpoint.text("url")).body();
    }

    /**
     * Holds one or lets it go.
     *
     * @param state {@code draining}, {@code down} or {@code auto}
     * @return what is known of it then
     */
    static Facts override(
            AdminClient client, Facts endpoint, String state, Optional<Duration> time, Optional<String> reason) {
        ObjectNode wanted = JsonMapper.shared().createObjectNode().put("state", state);
        time.ifPresent(given -> wanted.put("for", given.toMillis() + "ms"));
        reason.ifPresent(given -> wanted.put("reason", given));
        byte[] body = wanted.toString().getBytes(StandardCharsets.UTF_8);
        return client.put(path(endpoint) + "/override", "application/json", body, Map.of())
                .orThrow(endpoint.text("url"))
                .body();
    }

    private static String path(Facts endpoint) {
        return PATH + "/" + AdminUrl.escaped(endpoint.text("id"));
    }

    private static String id(String name) {
        if (name.matches("ep-[0-9a-f]+")) {
            return name;
        }
        try {
            return Endpoint.parse(name).id();
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    "'" + OneLine.of(name) + "' is no id of an endpoint and no URL (" + e.getMessage() + ")",
                    ExitCode.USAGE);
        }
    }
}
