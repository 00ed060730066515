package dev.understudy.openapi;

/**
 * Something in a document that its author should know of.
 *
 * @param pointer JSON pointer (RFC 6901) to the place; empty: the whole document
 * @param line of the place, from 1; 0 where there is none
 * @param text what was found and what was expected; on one line, and without secrets
 */
public record Finding(String pointer, int line, String text) {

    /** Ready to be put behind the name of the document: {@code #/paths/~1menu (line 9): …}. */
    @Override
    public String toString() {
        return "#" + onOneLine(pointer) + (line > 0 ? " (line " + line + ")" : "") + ": " + text;
    }

    /** A text of a document without what would begin a new line in a log, or move a cursor. */
    public static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]", "?");
    }
}
