package dev.understudy.journal;

import java.util.Locale;

/** How a request ended. */
public enum Ending {
    /** The answer went to the caller to its end. */
    WHOLE,
    /** The endpoint broke off its answer, and the caller could see that. */
    BROKEN_OFF,
    /** The caller left before the end. */
    CALLER_LEFT;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** As it is written everywhere, such as {@code broken_off}. */
    public String word() {
        return word;
    }
}
