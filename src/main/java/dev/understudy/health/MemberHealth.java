package dev.understudy.health;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.Vitals;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An endpoint of a group on its two levels.
 *
 * @param own how it does in this group
 * @param reach whether a connection to it comes about
 * @param patient whether this group waits for a connection as long as others do
 * @param holds of all endpoints
 * @param url by which this one is held
 */
record MemberHealth(Level own, Level reach, boolean patient, Holds holds, String url) implements EndpointHealth {

    @Override
    public Optional<Hold> hold() {
        return holds.on(url);
    }

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

    // Of the reach: that is the same for all lists, and as long as one of them is there.
    @Override
    public void came() {
        reach.came();
    }

    @Override
    public void left() {
        reach.left();
    }

    @Override
    public Vitals vitals() {
        return new Vitals(unchanged(), proved(), reach.inFlight());
    }

    private Duration unchanged() {
        if (reach.suspended() != own.suspended()) {
            return (reach.suspended() ? reach : own).unchanged();
        }
        boolean reachIsOlder = reach.unchanged().compareTo(own.unchanged()) > 0;
        return (reachIsOlder == suspended() ? reach : own).unchanged();
    }

    private Optional<Duration> proved() {
        return Stream.of(reach, own).flatMap(level -> level.proved().stream()).min(Duration::compareTo);
    }
}
