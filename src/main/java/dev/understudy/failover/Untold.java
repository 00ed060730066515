package dev.understudy.failover;

import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.UntoldHealth;
import dev.understudy.endpoint.Vitals;
import java.util.Optional;

/** What is known of an endpoint, for a request that is only imagined: nothing is learned of it. */
record Untold(EndpointHealth known) implements UntoldHealth {

    static Member of(Member member) {
        return new Member(member.position(), member.endpoint(), new Untold(member.health()), member.url());
    }

    @Override
    public boolean suspended() {
        return known.suspended();
    }

    @Override
    public Optional<Suspended> suspension() {
        return known.suspension();
    }

    @Override
    public boolean onTrial() {
        return known.onTrial();
    }

    @Override
    public boolean failedRecently() {
        return known.failedRecently();
    }

    @Override
    public Optional<Hold> hold() {
        return known.hold();
    }

    @Override
    public Vitals vitals() {
        return known.vitals();
    }
}
