package dev.understudy.definitions;

import dev.understudy.store.Placement;
import dev.understudy.store.StoredApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be taken away.
 *
 * @param virtualHost empty: from all
 * @param environments from which it is to be taken; empty: from all. It goes from a host when no environment is left there
 */
public record Undeploy(String name, String version, Optional<String> virtualHost, Set<String> environments) {

    public Undeploy {
        virtualHost = virtualHost.map(host -> host.toLowerCase(Locale.ROOT));
        environments = Set.copyOf(environments);
    }

    /** What is left of a placement; empty: nothing. */
    Optional<Placement> left(StoredApi api, Placement placement) {
        boolean meant = api.revision(placement.revision()).isNamed(name, version)
                && virtualHost.map(placement.virtualHost()::equals).orElse(true);
        if (!meant) {
            return Optional.of(placement);
        }
        List<String> left = new ArrayList<>(placement.environments());
        left.removeAll(environments);
        return environments.isEmpty() || left.isEmpty()
                ? Optional.empty()
                : Optional.of(new Placement(placement.virtualHost(), left, placement.revision()));
    }

    /** Such as {@code on localhost in Default}. */
    String where() {
        String where = virtualHost.map(host -> "on " + host + " ").orElse("");
        return (where + (environments.isEmpty() ? "" : "in " + String.join(", ", new TreeSet<>(environments)))).strip();
    }
}
