package dev.understudy.endpoint;

import java.time.Duration;

/** Health that nothing is learned of, whatever is told. */
public interface UntoldHealth extends EndpointHealth {

    @Override
    default void succeeded() {}

    @Override
    default void unreachable() {}

    @Override
    default void connectTimedOut() {}

    @Override
    default void failed() {}

    @Override
    default void failedAndRests(Duration time) {}

    @Override
    default void came() {}

    @Override
    default void left() {}
}
