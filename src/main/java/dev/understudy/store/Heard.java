package dev.understudy.store;

import java.time.Duration;

/** The last report of a process. @param ago how long it is old */
public record Heard(Report report, Duration ago) {

    /** Whoever has not been heard of for so long is not there any more, or not to be reached. */
    public static final Duration MISSED_AFTER = Duration.ofSeconds(30);

    /** Then it is forgotten. */
    public static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    public boolean missed() {
        return ago.compareTo(MISSED_AFTER) > 0;
    }
}
