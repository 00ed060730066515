package dev.understudy.routing;

import dev.understudy.catalog.Admission;
import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointGroup;
import dev.understudy.journal.Trace;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What every endpoint that is asked gets of the caller's request: its method, what follows the API's base path, and its
 * headers less those that end at the gateway.
 *
 * @param rest path below the base path and query, as they came; empty, or starting with {@code /} or {@code ?}
 * @param hasBody whether the caller announced a body
 */
record RequestHead(HttpMethod method, String rest, HttpHeaders headers, boolean hasBody) {

    // RFC 9110 §7.6.1, and what old clients send to proxies. Expect ends here: the gateway's own server answers it.
    private static final HeaderNames ENDS_HERE = HeaderNames.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "expect",
            "host",
            RequestTargetHandler.REFUSAL_HEADER);

    /** @param id of the request */
    static RequestHead of(
            HttpServerRequest request,
            String rest,
            Admission admission,
            Forwarding forwarding,
            EndpointGroup group,
            String id) {
        HttpHeaders came = request.requestHeaders();
        HttpHeaders goes = new DefaultHttpHeaders(false);
        HeaderNames nominated = HopByHop.nominated(came);
        boolean trusted = forwarding.trusts(request);
        Iterator<Map.Entry<CharSequence, CharSequence>> headers = came.iteratorCharSequence();
        while (headers.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = headers.next();
            CharSequence name = header.getKey();
            if (!ENDS_HERE.contains(name)
                    && !nominated.contains(name)
                    && (trusted || !Forwarding.isForwarding(name))
                    && !Forwarding.isLookalike(name)
                    && !isToken(name, admission)) {
                goes.add(name, header.getValue());
            }
        }
        forwarding.addTo(goes, request, trusted, id);
        group.credentials().ifPresent(credentials -> goes.set(HttpHeaderNames.AUTHORIZATION, credentials.header()));
        return new RequestHead(request.method(), rest, goes, frame(request, came, goes));
    }

    /** The same with this place in a trace instead of the caller's. */
    RequestHead in(Trace.Context context) {
        HttpHeaders traced = headers.copy().set(Trace.Context.PARENT, context.parent());
        traced.remove(Trace.Context.STATE);
        context.state().ifPresent(state -> traced.set(Trace.Context.STATE, state));
        return new RequestHead(method, rest, traced, hasBody);
    }

    /** The path and query at the given endpoint. */
    String target(Endpoint endpoint) {
        String path = endpoint.basePath() + rest;
        return path.startsWith("/") ? path : "/" + path;
    }

    private static boolean isToken(CharSequence name, Admission admission) {
        return admission.withheldHeader().isPresent()
                && AsciiString.contentEqualsIgnoreCase(
                        admission.withheldHeader().get(), name);
    }

    // A method that usually has a body says so when it has none, as RFC 9110 §8.6 asks.
    private static boolean frame(HttpServerRequest request, HttpHeaders came, HttpHeaders goes) {
        if (came.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            goes.remove(HttpHeaderNames.CONTENT_LENGTH);
            goes.set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
            return true;
        }
        String length = came.get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && !length.equals("0")) {
            return true;
        }
        String method = request.method().name();
        if (length != null || method.equals("POST") || method.equals("PUT") || method.equals("PATCH")) {
            goes.set(HttpHeaderNames.CONTENT_LENGTH, "0");
        }
        return false;
    }
}
