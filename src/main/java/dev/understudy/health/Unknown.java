package dev.understudy.health;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Suspended;
import java.time.Duration;
import java.util.Optional;

/** Of an endpoint that is no longer known, while the last requests to it are under way: it is up, nothing is kept. */
enum Unknown implements EndpointHealth {
    HEALTH;

    @Override
    public boolean suspended() {
        return false;
    }

    @Override
    public Optional<Suspended> suspension() {
        return Optional.empty();
    }

    @Override
    public boolean onTrial() {
        return false;
    }

    @Override
    public boolean failedRecently() {
        return false;
    }

    @Override
    public void succeeded() {}

    @Override
    public void unreachable() {}

    @Override
    public void connectTimedOut() {}

    @Override
    public void failed() {}

    @Override
    public void failedAndRests(Duration time) {}
}
