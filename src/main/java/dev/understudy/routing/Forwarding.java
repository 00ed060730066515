package dev.understudy.routing;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What endpoints are told of the caller: made by the gateway, and added to what the caller says only where it is a proxy
 * that is trusted.
 */
final class Forwarding {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    // RFC 9562 §5.4: random but for these.
    private static final long VERSION_MASK = ~0xf000L;
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT_MASK = -1L >>> 2;
    private static final long VARIANT = 1L << 63;

    private static final String X_FORWARDED = "x-forwarded-";
    private static final AsciiString FOR = AsciiString.cached("X-Forwarded-For");
    private static final AsciiString PROTO = AsciiString.cached("X-Forwarded-Proto");
    private static final AsciiString HOST = AsciiString.cached("X-Forwarded-Host");
    private static final AsciiString PORT = AsciiString.cached("X-Forwarded-Port");
    private static final AsciiString ID = AsciiString.cached("X-Request-Id");

    private final List<IpSubnetFilterRule> trusted;

    /**
     * @param trustedProxies CIDR blocks
     * @throws IllegalArgumentException if one is no such block; the message names it
     */
    Forwarding(List<String> trustedProxies) {
        trusted = trustedProxies.stream().map(Forwarding::rule).toList();
    }

    /** Whether what the request says of its caller is believed. */
    boolean trusts(HttpServerRequest request) {
        if (trusted.isEmpty()) {
            return false;
        }
        InetSocketAddress peer = request.remoteAddress();
        return peer != null && trusted.stream().anyMatch(rule -> rule.matches(peer));
    }

    /** Whether a header is one of those that tell of the caller. */
    static boolean isForwarding(CharSequence name) {
        return AsciiString.contentEqualsIgnoreCase("forwarded", name)
                || AsciiString.regionMatches(name, true, 0, X_FORWARDED, 0, X_FORWARDED.length());
    }

    /**
     * Whether some endpoints would take a header for one of the gateway's: those that read an underscore as a hyphen. No
     * proxy spells them so, nor does one that is trusted drop what its caller sends so.
     */
    static boolean isLookalike(CharSequence name) {
        if (AsciiString.indexOf(name, '_', 0) < 0) {
            return false;
        }
        String hyphens = name.toString().replace('_', '-');
        return isForwarding(hyphens) || AsciiString.contentEqualsIgnoreCase(ID, hyphens);
    }

    /** @param id of the request */
    void addTo(HttpHeaders headers, HttpServerRequest request, boolean trusted, String id) {
        HttpHeaders came = request.requestHeaders();
        String peer = address(request);
        String before = trusted ? String.join(", ", came.getAll(FOR)) : "";
        headers.set(FOR, before.isEmpty() ? peer : before + ", " + peer);
        String host = came.get(HttpHeaderNames.HOST, "");
        set(headers, PROTO, request.scheme(), trusted);
        if (!host.isEmpty()) {
            set(headers, HOST, host, trusted);
        }
        set(headers, PORT, port(host, request.scheme()), trusted);
        headers.set(ID, id);
    }

    private static void set(HttpHeaders headers, AsciiString name, String value, boolean trusted) {
        if (!trusted || !headers.contains(name)) {
            headers.set(name, value);
        }
    }

    /** The caller's own if it is fit, else a new one. */
    static String requestId(ServerHttpRequest request) {
        String given = request.getHeaders().getFirst(ID.toString());
        return given != null && REQUEST_ID.matcher(given).matches() ? given : newId();
    }

    // It names a request and protects nothing, so it need not be one that nobody can guess.
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong() & VERSION_MASK | VERSION_4, random.nextLong() & VARIANT_MASK | VARIANT)
                .toString();
    }

    private static String address(HttpServerRequest request) {
        InetSocketAddress peer = request.remoteAddress();
        return peer == null || peer.getAddress() == null
                ? "unknown"
                : peer.getAddress().getHostAddress();
    }

    private static String port(String host, String scheme) {
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            return host.substring(colon + 1);
        }
        return scheme.equals("https") ? "443" : "80";
    }

    private static IpSubnetFilterRule rule(String block) {
        try {
            return new IpSubnetFilterRule(block, IpFilterRuleType.ACCEPT);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "understudy.trusted-proxies: '" + block + "' (expected: a CIDR block such as 10.0.0.0/8)", e);
        }
    }
}
