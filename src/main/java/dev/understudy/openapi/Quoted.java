package dev.understudy.openapi;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.io.JsonStringEncoder;

/** Texts as they are written into documents. */
final class Quoted {

    /** Texts that every reader of YAML takes for text without quotes, in lists within brackets, too. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z/][A-Za-z0-9_./~+-]*(:[A-Za-z0-9_./~%=&+-]+)*|[0-9]+(ms|s|m|h|d|B|KB|MB|GB)");

    /** What some reader takes for something else (YAML 1.1 §10.3). */
    private static final Pattern NO_TEXT = Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null|nan|inf");

    private Quoted() {}

    static String json(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }

    /** A text in double quotes is written in YAML as in JSON (YAML 1.2 §1.3), but for what YAML cannot print. */
    static String yaml(String text) {
        if (PLAIN.matcher(text).matches() && !NO_TEXT.matcher(text).matches()) {
            return text;
        }
        return json(text)
                .chars()
                .mapToObj(c -> printable(c) ? String.valueOf((char) c) : String.format("\\u%04x", c))
                .collect(Collectors.joining());
    }

    private static boolean printable(int c) {
        return c < 0x7F || (c > 0x9F && c != 0x2028 && c != 0x2029 && c != 0xFEFF && c < 0xFFFE);
    }
}
