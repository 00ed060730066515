package dev.understudy.endpoint;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The ordered list of endpoints an operation goes to. Safe for use by many threads. */
public final class EndpointGroup {

    /** How the endpoint that is asked first is chosen. */
    public enum Type {
        /** Always the first of the list. */
        FAILOVER,
        /** Each in its turn. */
        LOAD_BALANCE
    }

    private final String name;
    private final List<Endpoint> endpoints;
    private final Type type;
    private final FailoverPolicy policy;
    private final Optional<Credentials> credentials;
    private final AtomicInteger turn = new AtomicInteger();

    private final RepeatBudget budget = new RepeatBudget(System::nanoTime);
    private final List<Places> places;

    /**
     * @param name tells it from the other groups; the same before and after a reload
     * @throws IllegalArgumentException if there is no endpoint
     */
    public EndpointGroup(
            String name,
            List<Endpoint> endpoints,
            Type type,
            FailoverPolicy policy,
            Optional<Credentials> credentials) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least one)");
        }
        this.name = name;
        this.endpoints = List.copyOf(endpoints);
        this.type = type;
        this.policy = policy;
        this.credentials = credentials;
        this.places =
                endpoints.stream().map(each -> new Places(policy.capacity())).toList();
    }

    public String name() {
        return name;
    }

    /** As the document lists them; never empty. */
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    public Type type() {
        return type;
    }

    public FailoverPolicy policy() {
        return policy;
    }

    /** What each endpoint of this group is sent as its own sign-in; empty: nothing. */
    public Optional<Credentials> credentials() {
        return credentials;
    }

    /** Whether its endpoints speak WebSocket. */
    public boolean webSocket() {
        return endpoints.get(0).webSocket();
    }

    /** What may be asked of it once more. */
    public RepeatBudget budget() {
        return budget;
    }

    /** Who may be at one of its endpoints, and who waits. */
    public Places places(Member member) {
        return places.get(endpoints.indexOf(member.endpoint()));
    }

    /**
     * The order in which the next request asks. Each call is one request's. Those that are suspended or held keep their
     * places: who walks the line leaves the ones to the end, and the others out.
     *
     * @param members its own, as the document lists them
     */
    public List<Member> line(List<Member> members) {
        return takesTurns(members) ? startingAt(members, first(members, turn.getAndIncrement())) : members;
    }

    /** The same order, for somebody who only looks: the next request's stays the next request's. */
    public List<Member> lineAhead(List<Member> members) {
        return takesTurns(members) ? startingAt(members, first(members, turn.get())) : members;
    }

    private boolean takesTurns(List<Member> members) {
        return type == Type.LOAD_BALANCE && members.size() > 1;
    }

    // Turn by turn among those that are available, so that none of them has the share of another one as well.
    private static int first(List<Member> members, int turns) {
        int available = (int)
                members.stream().filter(member -> member.health().available()).count();
        if (available == 0) {
            return Math.floorMod(turns, members.size());
        }
        int left = Math.floorMod(turns, available);
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).health().available() && left-- == 0) {
                return i;
            }
        }
        // One was suspended or held in the meantime.
        return 0;
    }

    private static List<Member> startingAt(List<Member> members, int first) {
        List<Member> line = new ArrayList<>(members);
        Collections.rotate(line, -first);
        return line;
    }
}
