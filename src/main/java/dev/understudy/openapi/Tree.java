package dev.understudy.openapi;

import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * From the bytes of a document to the tree of its values. Bounded in size, depth and number of values, whatever the bytes
 * are; a name that stands twice, a tag that would make objects and an alias that contains itself are faults.
 */
final class Tree {

    static final int LARGEST_BYTES = OpenApiReader.LARGEST_BYTES;

    /** Maps and lists within each other. */
    static final int DEPTH = 100;

    /** Values in all, an alias counting as often as it is used, and so does its text in {@link #LARGEST_BYTES}. */
    static final int MOST_VALUES = 500_000;

    private static final int FREE_VALUES = 200_000;

    static final String EMPTY = "an empty document";

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /** Ends the reading of a tree. */
    static final class Unreadable extends RuntimeException {

        private final transient Place place;

        Unreadable(Place place, String text) {
            super(text, null, false, false);
            this.place = place;
        }

        Unreadable(int line, String text) {
            this(new Place(null, "", line), text);
        }

        Place place() {
            return place;
        }
    }

    /** Counts values, and ends the reading when there are too many. */
    static final class Budget {

        private int left;
        private long charactersLeft = LARGEST_BYTES;

        Budget() {
            left = MOST_VALUES;
        }

        /** For a text that has more values than characters only if aliases multiply them. */
        Budget(String text) {
            left = Math.min(MOST_VALUES, FREE_VALUES + text.length());
        }

        /** @param text that the value has itself; its parts have their own */
        void spend(Place place, String text) {
            charactersLeft -= place.token().length() + text.length();
            if (--left < 0 || charactersLeft < 0) {
                throw tooMany(place.line());
            }
            if (place.depth() > DEPTH) {
                throw new Unreadable(place.line(), "maps and lists deeper than " + DEPTH + " (expected: less)");
            }
        }
    }

    private Tree() {}

    /** @param name of the document: one that ends in {@code .json} is JSON, any other YAML */
    static Optional<Mapping> read(String name, byte[] content, Findings findings) {
        return read(name, content, "an OpenAPI document", findings);
    }

    /** @param expected what it is to be */
    static Optional<Mapping> read(String name, byte[] content, String expected, Findings findings) {
        try {
            String text = text(content);
            Value root = name.toLowerCase(Locale.ROOT).endsWith(".json") ? JsonTree.read(text) : YamlTree.read(text);
            return findings.orFault(root, root.asMapping(), expected + ", which is a map");
        } catch (Unreadable e) {
            String text = String.valueOf(e.getMessage());
            findings.faultText(e.place(), text.equals(EMPTY) ? text + " (expected: " + expected + ")" : text);
            return Optional.empty();
        }
    }

    private static String text(byte[] content) {
        if (content.length > LARGEST_BYTES) {
            throw new Unreadable(0, "more than " + LARGEST_BYTES + " bytes (expected: fewer)");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
            String marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
            if (marked.isBlank()) {
                throw new Unreadable(0, EMPTY);
            }
            return marked;
        } catch (CharacterCodingException e) {
            throw new Unreadable(0, "bytes that are no UTF-8 (expected: a text in UTF-8)");
        }
    }

    static Unreadable tooMany(int line) {
        return new Unreadable(
                line,
                "too many values, or more than " + LARGEST_BYTES
                        + " characters once aliases and references are followed (expected: fewer of them, "
                        + MOST_VALUES + " values at most)");
    }

    /** The fault of a name that stands twice in a map. */
    static Unreadable twice(Place second, int first) {
        return new Unreadable(
                second, Value.shown(second.token()) + " stands here and on line " + first + " (expected: once)");
    }
}
