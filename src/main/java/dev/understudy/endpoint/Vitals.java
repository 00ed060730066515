package dev.understudy.endpoint;

import java.time.Duration;
import java.util.Optional;

/**
 * What those who look after an endpoint want to know besides whether it is asked.
 *
 * @param unchanged for how long it has been suspended, or not suspended
 * @param proved how long ago a probe last found it well; empty: none has
 * @param inFlight requests that are on their way to it or from it, whatever list they came by
 */
public record Vitals(Duration unchanged, Optional<Duration> proved, int inFlight) {}
