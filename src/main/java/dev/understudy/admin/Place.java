package dev.understudy.admin;

import dev.understudy.openapi.Finding;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something in what was sent that its author should know of, in the form in which answers have it.
 *
 * @param file which of the files of a project it is in; empty where there is only one
 * @param pointer JSON pointer (RFC 6901) to the place; empty: the whole document
 * @param line of the place, from 1; null where there is none
 * @param text all of it, for people
 * @param found what was found, where the text says both
 * @param expected what was expected, where the text says both
 */
public record Place(
        String file,
        String pointer,
        @Nullable Integer line,
        String text,
        @Nullable String found,
        @Nullable String expected) {

    public static Place of(Finding finding) {
        return new Place(
                finding.file(),
                finding.pointer(),
                finding.line() > 0 ? finding.line() : null,
                finding.text(),
                finding.found().orElse(null),
                finding.expected().orElse(null));
    }

    public static List<Place> of(List<Finding> findings) {
        return findings.stream().map(Place::of).toList();
    }
}
