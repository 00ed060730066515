package dev.understudy.endpoint;

import java.time.Duration;
import java.util.Optional;

/** Hears of every probe when it is over. Is called by whatever thread learned of that, and must not block. */
public interface ProbeListener {

    /** Hears nothing. */
    ProbeListener NONE = (endpoint, group, kind, took, well) -> {};

    /** What was tried. */
    enum Kind {
        /** A connection, with TLS where the endpoint has it. */
        CONNECT,
        /** A GET of the path that a list names for that. */
        GET
    }

    /**
     * A probe is over; one that took too long is, too.
     *
     * @param group name of the only list that learns from it; empty: all that have the endpoint do
     * @param took until it was known how the endpoint is
     * @param well whether it was found well
     */
    void probed(Endpoint endpoint, Optional<String> group, Kind kind, Duration took, boolean well);
}
