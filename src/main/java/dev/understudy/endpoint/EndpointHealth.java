package dev.understudy.endpoint;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of one endpoint of one group, and what is learned of it. Only the endpoint's own faults are told: neither
 * a caller who left, nor what the gateway itself had no means for. Safe for use by many threads; never blocks.
 */
public interface EndpointHealth {

    /** Whether it is at the back of the line. */
    boolean suspended();

    /** Why it is there and since when; empty: it is not. */
    Optional<Suspended> suspension();

    /** An operator's order that it is not asked, not even at the back of the line; empty: there is none. */
    Optional<Hold> hold();

    /** Whether an operator holds it. */
    default boolean held() {
        return hold().isPresent();
    }

    /** Whether it is asked before those that are suspended. */
    default boolean available() {
        return !held() && !suspended();
    }

    /**
     * Whether it has just been let back and has answered nobody since. For a moment only those should go to it that can be
     * sent again if it fails: a probe may find well what requests find failing.
     */
    boolean onTrial();

    /** Whether it failed within the last ten seconds. */
    boolean failedRecently();

    /** It answered, whole. */
    void succeeded();

    /** No connection to it came about: true for everybody who goes to the same URL. */
    void unreachable();

    /** No connection to it stood within this group's limit: true for everybody only if that is not a short one. */
    void connectTimedOut();

    /** It was asked and failed by the measure of this group: too slow, cut off, or a status that counts as a failure. */
    void failed();

    /** It failed, and asked not to be asked for so long (RFC 9110 §10.2.3). */
    void failedAndRests(Duration time);

    /** A request is on its way to it; {@link #left} follows. */
    void came();

    /** Neither the request nor its answer is on its way any more. */
    void left();

    /** For those who look after it. */
    Vitals vitals();
}
