package dev.understudy.routing;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The headers that are for one connection only (RFC 9110 §7.6.1). */
final class HopByHop {

    private static final Set<String> ANSWER =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade");

    // What frames a message or names its target is never an option of the connection.
    private static final Set<String> NOT_TO_NOMINATE = Set.of("content-length", "host", "transfer-encoding");

    private HopByHop() {}

    /** Whether a header of an endpoint's answer ends at the gateway. @param name in lower case */
    static boolean endsHere(String name, Set<String> nominated) {
        return ANSWER.contains(name) || nominated.contains(name);
    }

    /** The names, in lower case, that the Connection header takes away. */
    static Set<String> nominated(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
        if (values.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",")) {
                names.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.removeAll(NOT_TO_NOMINATE);
        return names;
    }
}
