package dev.understudy.health;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Suspended;
import java.time.Duration;
import java.util.Optional;

/**
 * An endpoint of a group on its two levels.
 *
 * @param own how it does in this group
 * @param reach whether a connection to it comes about
 * @param patient whether this group waits for a connection as long as others do
 */
record MemberHealth(Level own, Level reach, boolean patient) implements EndpointHealth {

    @Override
    public boolean suspended() {
        return reach.suspended() || own.suspended();
    }

    @Override
    public Optional<Suspended> suspension() {
        return reach.suspension().or(own::suspension);
    }

    @Override
    public boolean onTrial() {
        return own.onTrial();
    }

    @Override
    public boolean failedRecently() {
        return reach.failedRecently() || own.failedRecently();
    }

    @Override
    public void succeeded() {
        reach.succeeded();
        own.succeeded();
    }

    @Override
    public void unreachable() {
        reach.failed();
    }

    @Override
    public void connectTimedOut() {
        (patient ? reach : own).failed();
    }

    @Override
    public void failed() {
        own.failed();
    }

    @Override
    public void failedAndRests(Duration time) {
        own.failedAndRests(time);
    }
}
