package dev.understudy.openapi;

import java.util.List;
import java.util.Optional;

/**
 * Where the parts of a document stand in its text, so that one can be changed and all else stays as its author wrote it.
 * Positions are in characters; an end is behind the last character of the part, not of the space and comments after it.
 */
sealed interface Layout {

    int start();

    int end();

    /**
     * A map.
     *
     * @param block whether its members stand on lines of their own, by indentation (YAML 1.2 §8.2.2), and not in braces
     */
    record Members(int start, int end, boolean block, List<Member> members) implements Layout {

        Optional<Member> member(String name) {
            return members.stream().filter(member -> member.name().equals(name)).findFirst();
        }
    }

    /** A list. */
    record Items(int start, int end, boolean block, List<Layout> items) implements Layout {}

    /** A text, number and the like, or an alias of what stands elsewhere. */
    record Leaf(int start, int end) implements Layout {}

    /**
     * A member of a map.
     *
     * @param start of its name
     * @param nameEnd behind its name
     */
    record Member(String name, int start, int nameEnd, Layout value) {

        int end() {
            return Math.max(nameEnd, value.end());
        }
    }
}
