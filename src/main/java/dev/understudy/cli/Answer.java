package dev.understudy.cli;

import dev.understudy.catalog.OneLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a gateway answered to one request that it understood, and whose caller it knows and lets do that.
 *
 * @param status 200 to 299, or that of a refusal: 400 to 499
 * @param etag as it came
 */
record Answer(int status, Optional<String> etag, Facts body) {

    boolean refused() {
        return status >= 400;
    }

    /** The same if it is no refusal of what every gateway has. @throws CommandFailed if it is one */
    Answer orThrow() {
        if (status == 404) {
            throw new CommandFailed(
                    text() + " (404). Is --url that of an admin listener, and the gateway as new as this?");
        }
        return refused() ? refuse(text()) : this;
    }

    /**
     * The same if it is no refusal.
     *
     * @param what it was about, for people
     * @throws CommandFailed if it is one
     */
    Answer orThrow(String what) {
        return refused() ? refuse(OneLine.of(what) + ": " + text()) : this;
    }

    private String text() {
        return String.join(System.lineSeparator(), why(""));
    }

    private static Answer refuse(String text) {
        throw new CommandFailed(text, ExitCode.OBJECTION);
    }

    /**
     * Why it was refused, in lines; all that is wrong with what was sent.
     *
     * @param sent how what was sent is called here; empty: it has no name
     */
    List<String> why(String sent) {
        List<Facts> errors = body.list("errors");
        List<String> lines = new ArrayList<>();
        if (errors.isEmpty()) {
            lines.add(body.text("detail", "the gateway refused it with " + status + ", and does not say why"));
        } else {
            errors.forEach(error -> lines.add(place(sent, error)));
        }
        return lines;
    }

    /** What was sent and has no effect, or not the one that was meant. */
    List<String> warnings(String sent) {
        return body.list("warnings").stream()
                .map(warning -> place(sent, warning))
                .toList();
    }

    // As the log of the gateway has it.
    private static String place(String sent, Facts finding) {
        String file = finding.text("file");
        String path = file.isEmpty() || sent.isEmpty() ? sent + file : sent + "/" + file;
        String pointer = finding.has("line") || !finding.text("pointer").isEmpty() ? "#" + finding.text("pointer") : "";
        String line =
                finding.number("line").map(number -> " (line " + number + ")").orElse("");
        String where = path + pointer + line;
        return where.isEmpty() ? finding.text("text") : where + ": " + finding.text("text");
    }
}
