package dev.understudy.health;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.Vitals;
import java.time.Duration;
import java.util.Optional;

/**
 * Of an endpoint that is no longer known, while the last requests to it are under way: it is up unless it is held, and
 * nothing is kept.
 *
 * @param url by which it is held
 */
record Unknown(Holds holds, String url) implements EndpointHealth {

    private static final Vitals NOTHING = new Vitals(Duration.ZERO, Optional.empty(), 0);

    @Override
    public boolean suspended() {
        return false;
    }

    @Override
    public Optional<Suspended> suspension() {
        return Optional.empty();
    }

    @Override
    public Optional<Hold> hold() {
        return holds.on(url);
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

    @Override
    public void came() {}

    @Override
    public void left() {}

    @Override
    public Vitals vitals() {
        return NOTHING;
    }
}
