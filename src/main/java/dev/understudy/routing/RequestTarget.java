package dev.understudy.routing;

import io.netty.util.NetUtil;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request line, made fit for those behind that only understand RFC 3986: the path as it came, the query
 * with what the RFC does not allow in it percent-encoded.
 */
final class RequestTarget {

    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?#]*)(.*)", Pattern.CASE_INSENSITIVE);
    private static final Pattern AUTHORITY =
            Pattern.compile("(?:[A-Za-z0-9._~-]+|\\[([0-9A-Fa-f:.]+)])(?::(\\d{1,5}))?");
    private static final BitSet IN_NAME = bits("._~-");
    private static final BitSet IN_PATH = bits("-._~!$&'()*+,;=:@/");
    private static final BitSet IN_QUERY = bits("-._~!$&'()*+,;=:@/?");
    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    private RequestTarget() {}

    /**
     * The target in origin form (RFC 9112 §3.2.1).
     *
     * @param target as it came, a character for each byte
     * @param host the Host header
     * @return null if it is none of a path, or of an absolute URL for the same host, or has what must not stand there
     */
    static @Nullable String originForm(String target, String host) {
        if (target.startsWith("/")) {
            return clean(target);
        }
        Matcher absolute = ABSOLUTE.matcher(target);
        if (!absolute.matches() || !absolute.group(1).equalsIgnoreCase(host)) {
            return null;
        }
        String rest = absolute.group(2);
        return clean(rest.startsWith("/") ? rest : "/" + rest);
    }

    /** Whether it is the name or address of a host, with or without a port. */
    static boolean isAuthority(String host) {
        return isPlain(host) || isAnyAuthority(host);
    }

    // Nearly all are, and need no regular expression.
    private static boolean isPlain(String host) {
        int colon = host.indexOf(':');
        int end = colon < 0 ? host.length() : colon;
        for (int i = 0; i < end; i++) {
            if (!IN_NAME.get(host.charAt(i))) {
                return false;
            }
        }
        return end > 0 && (colon < 0 || isSmallPort(host, colon + 1));
    }

    // Of four digits at most, so that it is no larger than a port can be.
    private static boolean isSmallPort(String host, int from) {
        int digits = host.length() - from;
        for (int i = from; i < host.length(); i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return digits >= 1 && digits <= 4;
    }

    private static boolean isAnyAuthority(String host) {
        Matcher parts = AUTHORITY.matcher(host);
        return parts.matches()
                && (parts.group(1) == null || NetUtil.isValidIpV6Address(parts.group(1)))
                && (parts.group(2) == null || Integer.parseInt(parts.group(2)) <= 65535);
    }

    private static @Nullable String clean(String target) {
        if (target.indexOf('#') >= 0) {
            return null;
        }
        int mark = target.indexOf('?');
        int end = mark < 0 ? target.length() : mark;
        for (int i = 0; i < end; i++) {
            if (!IN_PATH.get(target.charAt(i)) && !isEscape(target, i)) {
                return null;
            }
        }
        return mark < 0 ? target : withQuery(target, mark);
    }

    private static @Nullable String withQuery(String target, int mark) {
        StringBuilder clean = new StringBuilder(target.length() + 16).append(target, 0, mark + 1);
        for (int i = mark + 1; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return null;
            }
            if (IN_QUERY.get(c) || isEscape(target, i)) {
                clean.append(c);
            } else {
                clean.append('%').append(HEX[c >> 4 & 0xf]).append(HEX[c & 0xf]);
            }
        }
        return clean.toString();
    }

    private static boolean isEscape(String text, int at) {
        return text.charAt(at) == '%'
                && at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0;
    }

    private static BitSet bits(String others) {
        BitSet bits = new BitSet(256);
        bits.set('a', 'z' + 1);
        bits.set('A', 'Z' + 1);
        bits.set('0', '9' + 1);
        others.chars().forEach(bits::set);
        return bits;
    }
}
