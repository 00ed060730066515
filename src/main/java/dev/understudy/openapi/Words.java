package dev.understudy.openapi;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the word that somebody may have meant. */
final class Words {

    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    /** More words than that, from a document, would be compared for minutes. */
    private static final int AT_MOST = 50;

    private static final int LONGEST = 100;

    private Words() {}

    /** The valid word that is most like the one found, if any is like it at all. */
    static Optional<String> nearest(String found, Collection<String> valid) {
        return valid.stream()
                .limit(AT_MOST)
                .filter(word -> couldBe(found, word) && distance(found, word) <= longest(word))
                .min(Comparator.comparingInt((String word) -> distance(found, word))
                        .thenComparing(word -> word));
    }

    /** The valid word of which the one found is a slip of the pen: a letter or two, in a word long enough. */
    static Optional<String> meant(String found, Collection<String> valid) {
        return nearest(found, valid).filter(word -> distance(found, word) <= (word.length() < 6 ? 1 : 2));
    }

    /** What follows an expectation: {@code "; did you mean 'failover'?"}, or nothing. */
    static String hint(Optional<String> word) {
        return word.map(meant -> "; did you mean '" + meant + "'?").orElse("");
    }

    private static int longest(String word) {
        return Math.max(1, word.length() / 3);
    }

    // Comparing two texts letter by letter takes as long as their lengths multiplied.
    private static boolean couldBe(String found, String word) {
        return word.length() <= LONGEST && Math.abs(found.length() - word.length()) <= longest(word);
    }

    private static int distance(String found, String word) {
        return DISTANCE.apply(found.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
    }
}
