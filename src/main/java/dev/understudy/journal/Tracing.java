package dev.understudy.journal;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/** Makes traces of requests. Safe for use by many threads; never blocks. */
public interface Tracing {

    /** Makes none. */
    Tracing NONE = (at, scheme, headers) -> Trace.NONE;

    /**
     * A request came: it goes on with its caller's trace, or begins one.
     *
     * @param at when it came
     * @param scheme of the request, {@code http} or {@code https}
     * @param headers all values that the caller sent under a name; may be empty
     */
    Trace begins(Instant at, String scheme, Function<String, List<String>> headers);
}
