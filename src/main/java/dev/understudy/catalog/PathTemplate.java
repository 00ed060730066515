package dev.understudy.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path of an OpenAPI document, such as {@code /pets/{id}/photo.{format}} (OpenAPI 3.1 §4.8.8).
 *
 * @param text as the document has it
 */
public record PathTemplate(String text, List<Segment> segments) {

    /** One part of a path between two slashes. */
    public sealed interface Segment {}

    /** Text to be found as it is. @param text unescaped */
    public record Concrete(String text) implements Segment {

        /** A segment without what follows its first {@code ;} or {@code /}, or null where it has none. */
        static @Nullable String cut(String segment) {
            for (int i = 0; i < segment.length(); i++) {
                if (segment.charAt(i) == ';' || segment.charAt(i) == '/') {
                    return segment.substring(0, i);
                }
            }
            return null;
        }

        /** An endpoint that cuts parameters off, or that splits after it unescaped, would take the segment for this one. */
        boolean isDisguisedAs(String segment) {
            return text.equals(cut(segment));
        }
    }

    /** {@code {name}}: any text, not empty. */
    public record Named() implements Segment {}

    /**
     * A segment that is templated in part, such as {@code {id}.json}.
     *
     * @param literals the unescaped text before, between and after the names, in order: one more than there are names
     */
    public record Partial(List<String> literals) implements Segment {

        /** Whether each name stands for at least one character of the segment, and the rest is the literals. */
        boolean matches(String segment) {
            String first = literals.get(0);
            String last = literals.get(literals.size() - 1);
            if (!segment.startsWith(first) || !segment.endsWith(last)) {
                return false;
            }
            int at = first.length();
            for (String literal : literals.subList(1, literals.size() - 1)) {
                int found = segment.indexOf(literal, at + 1);
                if (found < 0) {
                    return false;
                }
                at = found + literal.length();
            }
            return segment.length() - last.length() > at;
        }
    }

    /** {@code *} as the last segment: anything below, not nothing. */
    public record Below() implements Segment {}

    private static final Pattern NAME = Pattern.compile("\\{[^{}/]+}");

    /** @throws IllegalArgumentException if it is no template; the message says what was expected */
    public static PathTemplate parse(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("expected: a path that starts with '/'");
        }
        if (text.indexOf('?') >= 0 || text.indexOf('#') >= 0) {
            throw new IllegalArgumentException("expected: a path without query and fragment");
        }
        String path = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        List<Segment> segments = new ArrayList<>();
        if (!path.isEmpty()) {
            String[] parts = path.substring(1).split("/", -1);
            for (int i = 0; i < parts.length; i++) {
                segments.add(segment(parts[i], i == parts.length - 1));
            }
        }
        return new PathTemplate(text, List.copyOf(segments));
    }

    private static Segment segment(String text, boolean last) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("expected: no empty segment");
        }
        if (text.equals("*") && last) {
            return new Below();
        }
        if (text.equals("*") || text.equals("**")) {
            throw new IllegalArgumentException("expected: '*' only as the last segment, for anything below");
        }
        List<String> literals = literals(text);
        if (literals.size() == 1) {
            return new Concrete(literals.get(0));
        }
        return literals.stream().allMatch(String::isEmpty) && literals.size() == 2
                ? new Named()
                : new Partial(literals);
    }

    private static List<String> literals(String text) {
        List<String> literals = new ArrayList<>();
        Matcher names = NAME.matcher(text);
        int at = 0;
        while (names.find()) {
            if (at > 0 && names.start() == at) {
                throw new IllegalArgumentException("expected: some text between two names");
            }
            literals.add(literal(text.substring(at, names.start())));
            at = names.end();
        }
        literals.add(literal(text.substring(at)));
        return List.copyOf(literals);
    }

    private static String literal(String escaped) {
        if (escaped.indexOf('{') >= 0 || escaped.indexOf('}') >= 0) {
            throw new IllegalArgumentException("expected: names in pairs of braces, such as {id}");
        }
        try {
            return RequestPath.unescape(escaped);
        } catch (InvalidPath e) {
            throw new IllegalArgumentException("expected: valid escapes", e);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
