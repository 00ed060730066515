package dev.understudy.fleet;

import dev.understudy.definitions.DeployedApis;
import dev.understudy.overrides.Overrides;
import dev.understudy.store.Store;

/** How far this process has come with what its store has. Never waits. Safe for use by many threads. */
public record TakenOver(Store store, DeployedApis deployed, Overrides overrides) {

    /** The revision of the store up to which all changes are live here, or are told to be refused; -1: none. */
    public long revision() {
        return Math.min(deployed.takenOver(), overrides.takenOver());
    }
}
