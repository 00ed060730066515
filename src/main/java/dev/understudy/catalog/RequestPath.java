package dev.understudy.catalog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The path of a request: as it came, and its segments as they are compared.
 *
 * @param raw as it came, still escaped, starting with {@code /}
 * @param segments unescaped; a slash at the end makes an empty last one, and {@code /} alone makes none
 */
public record RequestPath(String raw, List<String> segments) {

    private static final String UNRESERVED_AND_MORE = "-._~!$&'()*+,;=:@/";

    /**
     * Reads a path, and refuses what endpoints are known to understand in more than one way.
     *
     * @throws InvalidPath on an escape that is none, a byte that RFC 3986 §3.3 does not allow, a control character, bytes
     *     that are no UTF-8, and a segment that is {@code .} or {@code ..} however it is written
     */
    public static RequestPath parse(String raw) {
        if (!raw.startsWith("/")) {
            throw new InvalidPath("The path does not start with a slash.");
        }
        List<String> segments = new ArrayList<>();
        if (raw.length() > 1) {
            for (int start = 1; start <= raw.length(); ) {
                int slash = raw.indexOf('/', start);
                int end = slash < 0 ? raw.length() : slash;
                segments.add(segment(raw.substring(start, end)));
                start = end + 1;
            }
        }
        return new RequestPath(raw, segments);
    }

    /**
     * What follows the first segments of a path, as it came.
     *
     * @param depth how many segments to leave out, at most those there are
     * @return empty, or starting with a slash
     */
    public static String rest(String raw, int depth) {
        int at = 0;
        for (int i = 0; i < depth; i++) {
            int next = raw.indexOf('/', at + 1);
            at = next < 0 ? raw.length() : next;
        }
        return raw.substring(at);
    }

    private static String segment(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) != '%' && !allowed(raw.charAt(i))) {
                throw new InvalidPath("The path has a character that must be escaped.");
            }
        }
        String segment = unescape(raw);
        // None of those that are allowed as they are.
        if (!segment.equals(raw) && segment.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidPath("The path has a control character.");
        }
        if (segment.indexOf('.') >= 0) {
            refuseDots(segment);
        }
        return segment;
    }

    // Endpoints that unescape before they split, or that cut parameters off, would climb up.
    private static void refuseDots(String segment) {
        for (String part : segment.split("[/\\\\]", -1)) {
            int parameters = part.indexOf(';');
            String name = parameters < 0 ? part : part.substring(0, parameters);
            if (name.equals(".") || name.equals("..")) {
                throw new InvalidPath("The path has a segment that is '.' or '..'.");
            }
        }
    }

    /** Unescapes once; strict in the escapes and in UTF-8. */
    static String unescape(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.put(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new InvalidPath("The path has a '%' that is not followed by two hexadecimal digits.");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidPath("The path has escaped bytes that are no UTF-8.");
        }
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || UNRESERVED_AND_MORE.indexOf(c) >= 0;
    }
}
