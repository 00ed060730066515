package dev.understudy.catalog;

import java.util.List;

/**
 * What browsers are told of calls from other origins (the Fetch standard's CORS protocol).
 *
 * @param allowOrigins origins, in which {@code *} stands for any text
 * @param exposeHeaders may be empty
 */
public record Cors(
        List<String> allowOrigins,
        List<String> allowMethods,
        List<String> allowHeaders,
        List<String> exposeHeaders,
        boolean allowCredentials) {

    public Cors {
        allowOrigins = List.copyOf(allowOrigins);
        allowMethods = List.copyOf(allowMethods);
        allowHeaders = List.copyOf(allowHeaders);
        exposeHeaders = List.copyOf(exposeHeaders);
    }
}
