package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a document that is made from the code, between two marks; the rest is written by hand.
 *
 * @param test the one that makes it
 */
public record GeneratedPart(Path document, Class<?> test) {

    private static final String WRITE = "docs.write";
    private static final String BEGIN = "<!-- made from the code: begin -->\n";
    private static final String END = "<!-- made from the code: end -->\n";

    /** Fails where the document has something else than the code gives, or puts it there where that is asked for. */
    public void assertIs(String expected) throws IOException {
        String text = Files.readString(document);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        int end = text.indexOf(END);
        assertThat(end).as("end of the made part of %s", document).isGreaterThanOrEqualTo(begin);
        if (Boolean.getBoolean(WRITE)) {
            Files.writeString(document, text.substring(0, begin) + expected + text.substring(end));
            return;
        }
        assertThat(text.substring(begin, end))
                .as(
                        "%s is not what the code gives. Make it anew with: ./mvnw -q test -Dtest=%s -D%s=true",
                        document, test.getSimpleName(), WRITE)
                .isEqualTo(expected);
    }
}
