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

    private final List<Endpoint> endpoints;
    private final Type type;
    private final FailoverPolicy policy;
    private final Optional<Credentials> credentials;
    private final AtomicInteger turn = new AtomicInteger();

    /** @throws IllegalArgumentException if there is no endpoint */
    public EndpointGroup(
            List<Endpoint> endpoints, Type type, FailoverPolicy policy, Optional<Credentials> credentials) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: none (expected: at least one)");
        }
        this.endpoints = List.copyOf(endpoints);
        this.type = type;
        this.policy = policy;
        this.credentials = credentials;
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

    /** The order in which the next request asks the endpoints. Each call is one request's. */
    public List<Endpoint> line() {
        if (type == Type.FAILOVER || endpoints.size() == 1) {
            return endpoints;
        }
        List<Endpoint> line = new ArrayList<>(endpoints);
        Collections.rotate(line, -Math.floorMod(turn.getAndIncrement(), endpoints.size()));
        return line;
    }

    /** The 1-based place of an endpoint in the document's list, the first where it stands twice. */
    public int position(Endpoint endpoint) {
        return endpoints.indexOf(endpoint) + 1;
    }
}
