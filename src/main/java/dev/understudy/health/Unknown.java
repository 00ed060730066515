package dev.understudy.health;

import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Holds;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.UntoldHealth;
import dev.understudy.endpoint.Vitals;
import java.time.Duration;
import java.util.Optional;

/**
 * Of an endpoint that is no longer known, while the last requests to it are under way: it is up unless it is held, and
 * nothing is kept.
 *
 * @param url by which it is held
 */
record Unknown(Holds holds, String url) implements UntoldHealth {

    private static final Vitals NOTHING = new Vitals(Duration.ZERO, Optional.empty(), 0);

    @Override
    public boolean suspended() {
        return false;
    }

    @Override
    public Optional<Hold> hold() {
        return holds.on(url);
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
    public Vitals vitals() {
        return NOTHING;
    }
}
