package dev.understudy.routing;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.stream.Stream;

/** The headers that are for one connection only (RFC 9110 §7.6.1). */
final class HopByHop {

    private static final HeaderNames ANSWER = HeaderNames.of(
            "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade");

    // What frames a message or names its target is never an option of the connection.
    private static final HeaderNames NOT_TO_NOMINATE = HeaderNames.of("content-length", "host", "transfer-encoding");

    private HopByHop() {}

    /** Whether a header of an endpoint's answer ends at the gateway. */
    static boolean endsHere(CharSequence name, HeaderNames nominated) {
        return ANSWER.contains(name) || nominated.contains(name);
    }

    /** The names that the Connection header takes away. */
    static HeaderNames nominated(HttpHeaders headers) {
        if (!headers.contains(HttpHeaderNames.CONNECTION)) {
            return HeaderNames.NONE;
        }
        return HeaderNames.of(headers.getAll(HttpHeaderNames.CONNECTION).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty() && !NOT_TO_NOMINATE.contains(name))
                .toList());
    }
}
