package dev.understudy.openapi;

import dev.understudy.catalog.OneLine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something in a document that its author should know of.
 *
 * @param file which of the files of a project it is in; empty where there is only one
 * @param pointer JSON pointer (RFC 6901) to the place; empty: the whole document
 * @param line of the place, from 1; 0 where there is none
 * @param text what was found and what was expected; on one line, and without secrets
 */
public record Finding(String file, String pointer, int line, String text) {

    private static final int LONGEST_PLACE = 500;
    private static final Pattern BOTH = Pattern.compile("(.*?) \\(expected: (.*)\\)");

    public Finding(String pointer, int line, String text) {
        this("", pointer, line, text);
    }

    /** What was found, where the text says that and what was expected. */
    public Optional<String> found() {
        return part(1);
    }

    /** What was expected, where the text says that and what was found. */
    public Optional<String> expected() {
        return part(2);
    }

    /** Ready to be put behind the name of the document: {@code #/paths/~1menu (line 9): …}. */
    @Override
    public String toString() {
        return shown(file) + "#" + shown(pointer) + (line > 0 ? " (line " + line + ")" : "") + ": " + text;
    }

    /** A file or pointer, on one line and no longer than one can be read. */
    public static String shown(String place) {
        return onOneLine(place.length() > LONGEST_PLACE ? place.substring(0, LONGEST_PLACE) + "…" : place);
    }

    /** A text of a document without what would begin a new line in a log, move a cursor or turn its direction. */
    public static String onOneLine(String text) {
        return OneLine.of(text);
    }

    private Optional<String> part(int number) {
        Matcher both = BOTH.matcher(text);
        return both.matches() ? Optional.of(both.group(number)) : Optional.empty();
    }
}
