package dev.understudy.openapi;

import dev.understudy.openapi.Value.Place;
import dev.understudy.openapi.Value.Scalar;
import io.swagger.v3.oas.models.servers.Server;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code servers} (OpenAPI 3.1 §4.8.5), into which swagger-parser also turns Swagger's {@code schemes}, {@code host}
 * and {@code basePath}.
 */
final class ServerReader {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");
    private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*).*");

    private final boolean swagger;
    private final EndpointReader endpoints;

    /** @param swagger whether the document is one of Swagger 2.0 */
    ServerReader(boolean swagger, EndpointReader endpoints) {
        this.swagger = swagger;
        this.endpoints = endpoints;
    }

    /** The absolute URLs as endpoints that take turns; nothing if there are none. @param at where they stand @param configured what completes them */
    EndpointReader.Said endpoints(@Nullable List<Server> servers, Value at, Configured configured) {
        List<String> urls = urls(servers).stream()
                .filter(url -> ABSOLUTE.matcher(url).matches())
                .toList();
        if (urls.isEmpty()) {
            return new EndpointReader.Said.Nothing();
        }
        return endpoints.turns(at, swagger ? List.of(mostSecure(urls)) : urls, configured);
    }

    /** The path of the first URL; empty if there is none, or it has none. */
    Optional<String> firstPath(@Nullable List<Server> servers) {
        return urls(servers).stream()
                .findFirst()
                .map(url -> {
                    Matcher absolute = ABSOLUTE.matcher(url);
                    return absolute.matches() ? absolute.group(1) : url.replaceAll("[?#].*", "");
                })
                .filter(path -> !path.isEmpty());
    }

    /** A place that is there for what swagger-parser made of several members. */
    static Value placeOf(Value.Mapping level) {
        return level.get("servers")
                .or(() -> level.get("host"))
                .orElseGet(() -> new Scalar(
                        level.place().parent() == null ? Place.DOCUMENT : level.place(), Scalar.Kind.NULL, ""));
    }

    // The schemes of Swagger are ways to one endpoint, not several.
    private static String mostSecure(List<String> urls) {
        return urls.stream()
                .filter(url -> url.startsWith("https:") || url.startsWith("wss:"))
                .findFirst()
                .orElse(urls.get(0));
    }

    private List<String> urls(@Nullable List<Server> servers) {
        if (servers == null) {
            return List.of();
        }
        return servers.stream()
                .filter(server -> server.getUrl() != null)
                .map(server -> withDefaults(server).strip())
                // Swagger without schemes: as Choreo Connect reads it.
                .map(url -> swagger && url.startsWith("//") ? "http:" + url : url)
                .toList();
    }

    private static String withDefaults(Server server) {
        return VARIABLE.matcher(server.getUrl()).replaceAll(variable -> {
            String value =
                    server.getVariables() == null || server.getVariables().get(variable.group(1)) == null
                            ? null
                            : server.getVariables().get(variable.group(1)).getDefault();
            return Matcher.quoteReplacement(value == null ? variable.group() : value);
        });
    }
}
