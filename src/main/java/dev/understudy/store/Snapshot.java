package dev.understudy.store;

import dev.understudy.endpoint.Hold;
import java.util.List;

/**
 * What all gateways were to serve at one moment.
 *
 * @param origin of which store it is; revisions are compared only within one
 * @param revision that of the store; what comes later has a larger one
 * @param apis those that were undeployed may be among them
 */
public record Snapshot(String origin, long revision, List<StoredApi> apis, List<Hold> holds) {

    public Snapshot {
        apis = List.copyOf(apis);
        holds = List.copyOf(holds);
    }
}
