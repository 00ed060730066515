package dev.understudy.journal;

import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import java.time.Duration;

/**
 * What came of asking one endpoint.
 *
 * @param position 1-based place in the document's list
 * @param endpoint its URL, for operators only
 * @param why it was asked
 * @param began since the request came
 * @param took until its outcome was known; for an answer, until its head was there
 * @param reached how far it came
 * @param next what followed from it, or why nothing did
 */
public record AttemptRecord(
        int position,
        String endpoint,
        Rule why,
        Duration began,
        Duration took,
        Phase reached,
        Attempt outcome,
        Rule next) {

    /** One word for it: {@code answered}, or the reason why there was no answer, such as {@code connect_timeout}. */
    public String word() {
        return Outcome.word(outcome);
    }
}
