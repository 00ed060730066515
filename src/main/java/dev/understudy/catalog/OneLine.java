package dev.understudy.catalog;

import java.util.regex.Pattern;

/** Makes texts of others fit for a line of a log. */
public final class OneLine {

    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private OneLine() {}

    /** Without what would begin a new line, move a cursor or turn its direction. */
    public static String of(String text) {
        return UNFIT.matcher(text).replaceAll("?");
    }
}
