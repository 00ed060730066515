package dev.understudy.definitions;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** What came of gathering the files of a project. */
public sealed interface Unpacked {

    /** @param contents by path, with {@code /} between names */
    record Files(SortedMap<String, byte[]> contents) implements Unpacked {

        public Files {
            contents = Collections.unmodifiableSortedMap(new TreeMap<>(contents));
        }
    }

    /** @param why what was found and what was expected; on one line */
    record Refused(String why) implements Unpacked {}
}
