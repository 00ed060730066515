package dev.understudy.definitions;

import dev.understudy.store.Placement;
import dev.understudy.store.Revision;

/**
 * An API that is deployed on a virtual host.
 *
 * @param id by which its author knows it
 */
public record DeployedApi(String id, Revision revision, Placement placement) {

    /** How it is called in logs and answers. */
    public String label() {
        return revision.name() + " " + revision.version() + " on " + placement.virtualHost();
    }
}
