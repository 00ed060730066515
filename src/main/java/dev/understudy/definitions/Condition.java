package dev.understudy.definitions;

import dev.understudy.store.StoredApi;
import java.util.Optional;
import java.util.Set;

/**
 * On what a change depends (RFC 9110 §13.1): that what is there is what somebody has seen.
 *
 * @param match tags, or {@link #ANY}, of which what is there must have one; empty: it may be anything, or nothing
 * @param noneMatch those of which it must have none, where there is something
 */
public record Condition(Optional<Set<String>> match, Optional<Set<String>> noneMatch) {

    public static final String ANY = "*";

    public static final Condition NONE = new Condition(Optional.empty(), Optional.empty());

    /** That nobody was faster. @param tag of what was seen; empty: nothing was there */
    public static Condition unchanged(Optional<String> tag) {
        return tag.map(seen -> new Condition(Optional.of(Set.of(seen)), Optional.empty()))
                .orElseGet(() -> new Condition(Optional.empty(), Optional.of(Set.of(ANY))));
    }

    /** @param there what is deployed; empty: nothing */
    boolean holds(Optional<StoredApi> there) {
        Optional<String> tag = there.map(StoredApi::tag);
        return match.map(tags -> isOneOf(tags, tag)).orElse(true)
                && !noneMatch.map(tags -> isOneOf(tags, tag)).orElse(false);
    }

    private static boolean isOneOf(Set<String> tags, Optional<String> tag) {
        return tag.isPresent() && (tags.contains(ANY) || tags.contains(tag.get()));
    }
}
