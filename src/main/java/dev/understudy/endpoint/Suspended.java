package dev.understudy.endpoint;

import java.time.Duration;

/**
 * How an endpoint that is at the back of the line came there.
 *
 * @param why such as {@code after 3 failures in a row}
 * @param elapsed for how long it has been there
 * @param leastLeft before this has passed, no success ends it; zero: the next one does
 */
public record Suspended(String why, Duration elapsed, Duration leastLeft) {}
