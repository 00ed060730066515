package dev.understudy.endpoint;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * An operator's order that an endpoint is not asked, whoever else fails.
 *
 * @param url of the endpoint, as {@link Endpoint#toString} has it; it is held in every list
 * @param since when it was ordered
 * @param until when it ends by itself; empty: it does not
 * @param reason in the operator's words, on one line; may be empty
 * @param by who ordered it
 */
public record Hold(String url, Kind kind, Instant since, Optional<Instant> until, String reason, String by) {

    /** How much is left of what the gateway does with an endpoint that is held. */
    public enum Kind {
        /** No request is begun, those on their way end, and probes go on. */
        DRAINING,
        /** No request is begun, those on their way end, and there is no probe. */
        DOWN;

        /** As it is written everywhere. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether its time has come. */
    public boolean isOver(Instant now) {
        return until.filter(end -> !end.isAfter(now)).isPresent();
    }
}
