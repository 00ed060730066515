package dev.understudy.testkit;

import dev.understudy.endpoint.Endpoint;
import dev.understudy.endpoint.EndpointHealth;
import dev.understudy.endpoint.Hold;
import dev.understudy.endpoint.Member;
import dev.understudy.endpoint.Suspended;
import dev.understudy.endpoint.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Health that is as a test says, and keeps what it is told. */
public final class KnownHealth implements EndpointHealth {

    public boolean suspended;
    public boolean onTrial;
    public boolean failedRecently;
    public boolean held;
    public int inFlight;
    public final List<String> told = new ArrayList<>();

    /** Members of a list in its order, all of them well. */
    public static List<Member> members(List<Endpoint> endpoints) {
        List<Member> members = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            members.add(new Member(members.size() + 1, endpoint, new KnownHealth()));
        }
        return members;
    }

    public static KnownHealth of(Member member) {
        return (KnownHealth) member.health();
    }

    @Override
    public boolean suspended() {
        return suspended;
    }

    @Override
    public Optional<Suspended> suspension() {
        return suspended
                ? Optional.of(new Suspended("as a test says", Duration.ZERO, Duration.ZERO))
                : Optional.empty();
    }

    @Override
    public Optional<Hold> hold() {
        return held
                ? Optional.of(new Hold("", Hold.Kind.DOWN, Instant.EPOCH, Optional.empty(), "", ""))
                : Optional.empty();
    }

    @Override
    public boolean onTrial() {
        return onTrial;
    }

    @Override
    public boolean failedRecently() {
        return failedRecently;
    }

    @Override
    public void succeeded() {
        told.add("succeeded");
    }

    @Override
    public void unreachable() {
        told.add("unreachable");
    }

    @Override
    public void connectTimedOut() {
        told.add("connect timed out");
    }

    @Override
    public void failed() {
        told.add("failed");
    }

    @Override
    public void failedAndRests(Duration time) {
        told.add("failed and rests for " + time.toSeconds() + " s");
    }

    @Override
    public void came() {
        inFlight++;
    }

    @Override
    public void left() {
        inFlight--;
    }

    @Override
    public Vitals vitals() {
        return new Vitals(Duration.ZERO, Optional.empty(), inFlight);
    }
}
