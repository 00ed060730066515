package dev.understudy.openapi;

import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.scanner.Constant;

/**
 * A text that is there as a whole, for the scanner of YAML. That one's own reader copies all that it looks ahead for each
 * kilobyte more, which takes minutes for one long word, and each of its marks keeps the text around it. Counts in characters,
 * not code points; nothing but line breaks and blanks has a meaning beyond ASCII. Confined to one reading.
 */
final class YamlText extends StreamReader {

    private static final int[] NOTHING_AROUND = {};

    private final String text;
    private int at;
    private int documentAt;
    private int line;
    private int column;

    /** @throws ReaderException if there is a character that YAML does not allow (YAML 1.1 §5.1) */
    YamlText(String text) {
        super("");
        this.text = text;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            if (!isPrintable(text.codePointAt(i))) {
                throw new ReaderException("", i, text.codePointAt(i), "special characters are not allowed");
            }
        }
    }

    @Override
    public Mark getMark() {
        return new Mark("", at, line, column, NOTHING_AROUND, 0);
    }

    @Override
    public void forward() {
        forward(1);
    }

    @Override
    public void forward(int length) {
        for (int i = 0; i < length && at < text.length(); i++) {
            char passed = text.charAt(at);
            move(1);
            if (Constant.LINEBR.has(passed) || (passed == '\r' && peek() != '\n' && peek() != 0)) {
                line++;
                column = 0;
            } else if (passed != '\uFEFF') {
                column++;
            }
        }
    }

    @Override
    public int peek() {
        return peek(0);
    }

    /** Beyond the end: 0, which the text itself cannot have. */
    @Override
    public int peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    @Override
    public String prefix(int length) {
        return text.substring(at, Math.min(text.length(), at + length));
    }

    // The scanner asks for no line breaks here.
    @Override
    public String prefixForward(int length) {
        String prefix = prefix(length);
        move(prefix.length());
        column += prefix.length();
        return prefix;
    }

    @Override
    public int getColumn() {
        return column;
    }

    @Override
    public int getIndex() {
        return at;
    }

    @Override
    public int getLine() {
        return line;
    }

    @Override
    public int getDocumentIndex() {
        return documentAt;
    }

    @Override
    public void resetDocumentIndex() {
        documentAt = 0;
    }

    private void move(int length) {
        at += length;
        documentAt += length;
    }
}
