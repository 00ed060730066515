package dev.understudy.routing;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What endpoints are told of the caller: made by the gateway, and added to what the caller says only where it is a proxy
 * that is trusted.
 */
final class Forwarding {

    private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";
    private static final String HOST = "X-Forwarded-Host";
    private static final String PORT = "X-Forwarded-Port";
    private static final String ID = "X-Request-Id";

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
        InetSocketAddress peer = request.remoteAddress();
        return peer != null && trusted.stream().anyMatch(rule -> rule.matches(peer));
    }

    /** Whether a header is one of those that tell of the caller. @param name in lower case */
    static boolean isForwarding(String name) {
        return name.equals("forwarded") || name.startsWith("x-forwarded-");
    }

    /**
     * Whether some endpoints would take a header for one of the gateway's: those that read an underscore as a hyphen. No
     * proxy spells them so, nor does one that is trusted drop what its caller sends so. @param name in lower case
     */
    static boolean isLookalike(String name) {
        String hyphens = name.replace('_', '-');
        return !hyphens.equals(name) && (isForwarding(hyphens) || hyphens.equals("x-request-id"));
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

    private static void set(HttpHeaders headers, String name, String value, boolean trusted) {
        if (!trusted || !headers.contains(name)) {
            headers.set(name, value);
        }
    }

    /** The caller's own if it is fit, else a new one. */
    static String requestId(ServerHttpRequest request) {
        String given = request.getHeaders().getFirst(ID);
        return given != null && REQUEST_ID.matcher(given).matches()
                ? given
                : UUID.randomUUID().toString();
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
