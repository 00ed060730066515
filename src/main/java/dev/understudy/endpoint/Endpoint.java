package dev.understudy.endpoint;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One base URL that can serve an operation.
 *
 * @param scheme {@code http}, {@code https}, {@code ws} or {@code wss}
 * @param host a name, an IPv4 address, or an IPv6 address in brackets; lower case
 * @param port 1 to 65535
 * @param basePath empty, or a path that starts with {@code /} and does not end with one; still escaped
 * @param trust what a certificate of it is judged by; empty: by what the Java platform trusts
 */
public record Endpoint(String scheme, String host, int port, String basePath, Optional<Trust> trust) {

    private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");
    private static final Pattern SCHEMELESS = Pattern.compile("[A-Za-z0-9._-]+(:\\d{1,5})?(/.*)?");
    private static final Pattern URL = Pattern.compile(
            "([A-Za-z][A-Za-z0-9+.-]*)://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?(/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*+)?");

    public Endpoint {
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("scheme '" + scheme + "' (expected: http, https, ws or wss)");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " (expected: 1 to 65535)");
        }
        if (!basePath.isEmpty() && (!basePath.startsWith("/") || basePath.endsWith("/"))) {
            throw new IllegalArgumentException("base path '" + basePath + "' (expected: empty, or /…)");
        }
    }

    public Endpoint(String scheme, String host, int port, String basePath) {
        this(scheme, host, port, basePath, Optional.empty());
    }

    /** The same, but for what its certificate is judged by. */
    public Endpoint trusting(Trust certificates) {
        return new Endpoint(scheme, host, port, basePath, Optional.of(certificates));
    }

    /**
     * Reads the URL of an endpoint as it is written in a document. A URL without scheme is an {@code http} one, as in
     * Choreo Connect; a slash at its end does not count.
     *
     * @throws IllegalArgumentException if it is no such URL; the message says what was expected
     */
    public static Endpoint parse(String url) {
        String text = url.strip();
        Matcher parts = URL.matcher(SCHEMELESS.matcher(text).matches() ? "http://" + text : text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "expected: an absolute http, https, ws or wss URL of scheme, host, port and path, nothing else");
        }
        String scheme = parts.group(1).toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("expected: one of the schemes http, https, ws and wss");
        }
        int port = parts.group(3) != null ? Integer.parseInt(parts.group(3)) : defaultPort(scheme);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("expected: a port from 1 to 65535");
        }
        String path = parts.group(4) == null ? "" : withoutSlashAtEnd(parts.group(4));
        return new Endpoint(scheme, parts.group(2).toLowerCase(Locale.ROOT), port, path);
    }

    /** Whether a connection to it is encrypted. */
    public boolean secure() {
        return scheme.equals("https") || scheme.equals("wss");
    }

    /** Whether its URL says that it speaks WebSocket. */
    public boolean webSocket() {
        return scheme.startsWith("ws");
    }

    /** The host as it is looked up and connected to: an IPv6 address without the brackets of a URL. */
    public String hostWithoutBrackets() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Host and port as they stand in a {@code Host} header: without the port where it is the scheme's own. */
    public String authority() {
        return port == defaultPort(scheme) ? host : host + ":" + port;
    }

    /** The base URL, as written in a document but for the default port. */
    @Override
    public String toString() {
        return scheme + "://" + authority() + basePath;
    }

    /** Tells it from others in answers and paths: opaque, the same after a restart, of letters, digits and {@code -}. */
    public String id() {
        return id(toString());
    }

    /** The same of an endpoint that may not be served any more. @param url as {@link #toString} has it */
    public static String id(String url) {
        return "ep-" + Digest.sha256(url, 12);
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") || scheme.equals("wss") ? 443 : 80;
    }

    private static String withoutSlashAtEnd(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
