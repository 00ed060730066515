package dev.understudy.catalog;

import java.util.SortedSet;

/** What becomes of a request before anybody looks at who sent it. */
public sealed interface Reception {

    /** It asks for the state of the gateway itself, which answers. */
    record OfGateway() implements Reception {}

    /** It goes on to its operation. */
    record Accepted(Match.Found found) implements Reception {}

    /** Its path is refused. @param why for the caller */
    record Unfit(String why) implements Reception {}

    /** No API has its path. */
    record Nowhere() implements Reception {}

    /** It is for an API that is blocked. Preflights are refused, too: nobody gets any further. */
    record Blocked(Api api) implements Reception {}

    /** A preflight of a browser, which the gateway answers for the API. */
    record Preflight(Api api) implements Reception {}

    /**
     * {@code OPTIONS} where the document does not declare it: the gateway answers (RFC 9110 §9.3.7).
     *
     * @param declared the methods that the path has
     */
    record Options(Api api, SortedSet<String> declared) implements Reception {}

    /**
     * The path does not have its method.
     *
     * @param declared the methods that it has
     */
    record OtherMethod(Api api, SortedSet<String> declared) implements Reception {}

    /**
     * Decides from what a request says of itself.
     *
     * @param host as in the request, with or without port
     * @param method in upper case
     * @param path still escaped, without the query
     * @param preflight whether it is a preflight of a browser (the Fetch standard's CORS protocol)
     */
    static Reception of(Catalog catalog, String host, String method, String path, boolean preflight) {
        if (isOfGateway(method, path)) {
            return new OfGateway();
        }
        try {
            return of(catalog.find(host, method, RequestPath.parse(path)), method, preflight);
        } catch (InvalidPath e) {
            return new Unfit(e.getMessage() == null ? "" : e.getMessage());
        }
    }

    /** Whether it asks for the state of the gateway itself. */
    static boolean isOfGateway(String method, String path) {
        return (path.equals("/health") || path.equals("/ready")) && (method.equals("GET") || method.equals("HEAD"));
    }

    private static Reception of(Match match, String method, boolean preflight) {
        if (match instanceof Match.Found found) {
            return of(found, preflight);
        }
        return match instanceof Match.NoMethod other ? of(other, method, preflight) : new Nowhere();
    }

    private static Reception of(Match.Found found, boolean preflight) {
        if (found.api().blocked()) {
            return new Blocked(found.api());
        }
        return preflight && found.api().cors().isPresent() ? new Preflight(found.api()) : new Accepted(found);
    }

    private static Reception of(Match.NoMethod other, String method, boolean preflight) {
        Api api = other.api();
        if (api.blocked()) {
            return new Blocked(api);
        }
        if (!method.equals("OPTIONS")) {
            return new OtherMethod(api, other.allowed());
        }
        return preflight && api.cors().isPresent() ? new Preflight(api) : new Options(api, other.allowed());
    }
}
