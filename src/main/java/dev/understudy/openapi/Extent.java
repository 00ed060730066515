package dev.understudy.openapi;

import dev.understudy.openapi.Tree.Unreadable;
import dev.understudy.openapi.Value.Mapping;
import dev.understudy.openapi.Value.Place;

/**
 * How much swagger-parser may have to say of a document, at worst. It keeps a text for each of its complaints, with the whole
 * place in it, and one for each part in braces of a path: those of a short document with long names would fill any memory.
 * Confined to one reading.
 */
final class Extent {

    /** Paths and operations together. */
    static final int MOST_OPERATIONS = 100_000;

    /** Of the places of all values, one after the other. */
    static final long MOST_CHARACTERS = 64L << 20;

    private int operationsLeft = MOST_OPERATIONS;
    private long charactersLeft = MOST_CHARACTERS;

    /** @param document with what its references name in their place */
    static Extent of(Mapping document) {
        Extent extent = new Extent();
        document.get("paths")
                .flatMap(Value::asMapping)
                .ifPresent(paths -> paths.members().forEach(extent::spendPath));
        return extent;
    }

    private void spendPath(String path, Value item) {
        long inBraces = path.chars().filter(letter -> letter == '{').count();
        spend(item.place(), inBraces * path.length());
        spendOperation(item.place());
        item.asMapping()
                .ifPresent(there -> there.members().keySet().stream()
                        .filter(ApiReader.METHODS::contains)
                        .forEach(method -> spendOperation(item.place())));
    }

    private void spendOperation(Place at) {
        if (--operationsLeft < 0) {
            throw new Unreadable(at, "more than " + MOST_OPERATIONS + " paths and operations (expected: fewer)");
        }
    }

    /** @param length of a place, as it is written out */
    void spend(Place at, long length) {
        charactersLeft -= length;
        if (charactersLeft < 0) {
            throw new Unreadable(
                    at,
                    "names so long that the places of all values have more than " + MOST_CHARACTERS
                            + " characters (expected: shorter ones, or fewer values)");
        }
    }
}
