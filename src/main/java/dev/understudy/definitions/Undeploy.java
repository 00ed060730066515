package dev.understudy.definitions;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

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
}
