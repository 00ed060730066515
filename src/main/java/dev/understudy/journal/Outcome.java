package dev.understudy.journal;

import dev.understudy.failover.Attempt;
import java.util.Locale;

/** The words for what came of an attempt: the same in logs, meters and answers. */
public final class Outcome {

    private Outcome() {}

    /** {@code answered}, or the reason why there was no answer, such as {@code connect_timeout} or {@code closed}. */
    public static String word(Attempt attempt) {
        if (attempt instanceof Attempt.NotSent notSent) {
            return lower(notSent.reason());
        }
        return attempt instanceof Attempt.NoAnswer noAnswer ? lower(noAnswer.reason()) : "answered";
    }

    /** The same, but the status for an answer. */
    public static String text(Attempt attempt) {
        return attempt instanceof Attempt.Answered answered ? String.valueOf(answered.status()) : word(attempt);
    }

    /** Which of the three kinds it is: {@code not_sent}, {@code no_answer} or {@code answered}. */
    public static String kind(Attempt attempt) {
        if (attempt instanceof Attempt.NotSent) {
            return "not_sent";
        }
        return attempt instanceof Attempt.NoAnswer ? "no_answer" : "answered";
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
