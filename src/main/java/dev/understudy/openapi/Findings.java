package dev.understudy.openapi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gathers what is found in one document, so that all of it is reported at once. Confined to one reading. */
final class Findings {

    /** More of either kind than anybody will read. */
    static final int AT_MOST = 200;

    private static final int LONGEST_TEXT = 1_000;

    private final String file;
    private final List<Finding> faults = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final Set<String> faulty = new HashSet<>();

    Findings() {
        this("");
    }

    /** @param file of a project */
    Findings(String file) {
        this.file = file;
    }

    /** Found what is there, and expected something else. */
    void fault(Value at, String expected) {
        faultText(at.place(), at.shown() + " (expected: " + expected + ")");
    }

    void faultText(Value.Place at, String text) {
        String pointer = at.pointer();
        faulty.add(pointer);
        add(faults, new Finding(file, pointer, at.line(), fit(text)));
    }

    void warn(Value.Place at, String text) {
        add(warnings, new Finding(file, at.pointer(), at.line(), fit(text)));
    }

    boolean hasFaults() {
        return !faults.isEmpty();
    }

    /** Whether a fault was found at just this place. */
    boolean faulty(Value.Place place) {
        return faulty.contains(place.pointer());
    }

    /** In the order of the document. */
    List<Finding> faults() {
        return inOrder(faults);
    }

    /** In the order of the document. */
    List<Finding> warnings() {
        return inOrder(warnings);
    }

    // What a value must be, asked so often that it has words of its own.

    Optional<Value.Mapping> mapping(Value value) {
        return orFault(value, value.asMapping(), "a map");
    }

    Optional<List<Value>> items(Value value) {
        return orFault(value, value.asItems(), "a list");
    }

    Optional<String> text(Value value) {
        return orFault(value, value.asText().filter(text -> !text.isBlank()), "text");
    }

    Optional<Boolean> bool(Value value) {
        return orFault(value, value.asBoolean(), "true or false");
    }

    Optional<Integer> integer(Value value) {
        return orFault(value, value.asInteger(), "a whole number");
    }

    <T> Optional<T> orFault(Value value, Optional<T> read, String expected) {
        if (read.isEmpty()) {
            fault(value, expected);
        }
        return read;
    }

    // Names of the document are in many texts.
    private static String fit(String text) {
        return Finding.onOneLine(text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text);
    }

    // One list with a thousand alike must not hide what else there is, nor fill a log.
    private static void add(List<Finding> all, Finding finding) {
        if (all.size() < AT_MOST && !all.contains(finding)) {
            all.add(finding);
        }
    }

    private static List<Finding> inOrder(List<Finding> findings) {
        return findings.stream().sorted(Comparator.comparingInt(Finding::line)).toList();
    }
}
