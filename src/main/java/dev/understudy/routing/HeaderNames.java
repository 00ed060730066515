package dev.understudy.routing;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * A set of names of headers, which are the same in upper and lower case (RFC 9110 §5.1). To ask it makes nothing: not a name
 * in lower case, as that of a request's every header would be one more string.
 */
final class HeaderNames {

    static final HeaderNames NONE = new HeaderNames(List.of());

    private final HttpHeaders names = new DefaultHttpHeaders(false);
    private final boolean empty;

    private HeaderNames(List<String> names) {
        names.forEach(name -> this.names.set(name, ""));
        this.empty = names.isEmpty();
    }

    static HeaderNames of(String... names) {
        return new HeaderNames(List.of(names));
    }

    static HeaderNames of(List<String> names) {
        return names.isEmpty() ? NONE : new HeaderNames(names);
    }

    boolean contains(CharSequence name) {
        return !empty && names.contains(name);
    }
}
